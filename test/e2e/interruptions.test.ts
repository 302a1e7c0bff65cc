/** Sessions that go on although what leads them was gone for a while. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { apply, get, list, reaches, storyOf, until, type Found } from './kubectl.ts';
import { backupConfiguration, backupSession, claim, claimTarget, folderStorage } from './scenario.ts';
import { namespaceNamed, places, type Scenario } from './scenario.ts';
import { installation } from './setup.ts';
import { volumeFor, writeRandom } from './volumes.ts';

const namespace = 'interrupted';

describe('a session under way', () => {
  let file: string;
  const report = (session: string, phase: string): Promise<Found> =>
    until(
      `the mover of ${session} ${phase}`,
      60,
      () =>
        list('taskreports', namespace).find(
          (one) =>
            one.spec?.['task'] === 'backup' && one.metadata.name.includes(session) && one.status?.phase === phase,
        ),
      () => storyOf(namespace),
    );

  before(async () => {
    const storage = folderStorage(join(installation().folder, 'backups-interrupted'));
    const scenario: Scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
    file = join(volumeFor(installation().folder, namespace, 'data'), 'large');
    writeRandom(file, 300);
    apply([namespaceNamed(namespace), claim(namespace, 'data'), ...places(scenario), backupConfiguration(scenario)]);
    const first = await until(
      'a first session',
      60,
      () => list('backupsessions', namespace)[0],
      () => storyOf(namespace),
    );
    await reaches('backupsession', { namespace, name: first.metadata.name }, 'Succeeded', 90);
  });

  for (const what of ['hooks', 'metacontroller'] as const) {
    it(`ends well when ${what} stop after its mover has started and come back after its end`, async () => {
      const name = `without-${what}`;
      writeRandom(file, 300);
      apply([backupSession(namespace, name)]);
      await report(name, 'Running');
      await installation().without(what, async () => {
        await report(name, 'Succeeded');
        assert.equal(get('backupsession', namespace, name)?.status?.phase, 'Running');
      });
      await reaches('backupsession', { namespace, name }, 'Succeeded');
      const movers = list('taskreports', namespace).filter(
        (one) => one.metadata.name.includes(name) && one.spec?.['task'] === 'backup',
      );
      assert.equal(movers.length, 1, 'the data was read once');
    });
  }
});
