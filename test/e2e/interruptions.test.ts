/** Sessions that go on although what leads them was gone for a while. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { apply, get, list, reaches } from './kubectl.ts';
import { backedUpOnce, backupReport, backupSession, claim, claimTarget } from './scenario.ts';
import { folderStorage, type Scenario } from './scenario.ts';
import { installation } from './setup.ts';
import { volumeFor, writeRandom } from './volumes.ts';

const namespace = 'interrupted';

describe('a session under way', () => {
  let file: string;
  before(async () => {
    const storage = folderStorage(join(installation().folder, 'backups-interrupted'));
    const scenario: Scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
    file = join(volumeFor(installation().folder, namespace, 'data'), 'large');
    writeRandom(file, 300);
    await backedUpOnce(scenario, claim(namespace, 'data'));
  });

  for (const what of ['hooks', 'metacontroller'] as const) {
    it(`ends well when ${what} stop after its mover has started and come back after its end`, async () => {
      const name = `without-${what}`;
      writeRandom(file, 300);
      apply([backupSession(namespace, name)]);
      await backupReport(namespace, name, 'Running');
      await installation().without(what, async () => {
        await backupReport(namespace, name, 'Succeeded');
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
