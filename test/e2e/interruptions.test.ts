/** Sessions that go on although what leads them was gone for a while. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apply, get, list, reaches } from './kubectl.ts';
import { backedUpOnce, backupReport, backupSession, claim, claimTarget } from './scenario.ts';
import { folderStorage, type Scenario } from './scenario.ts';
import { installation } from './setup.ts';
import { volumeFor, writeRandom } from './volumes.ts';

const namespace = 'interrupted';
const INTERRUPTIONS = [
  ['hooks', 'stop', 'stop'],
  ['metacontroller', 'stop', 'stops'],
  ['metacontroller', 'kill', 'is killed'],
] as const;

describe('a session under way', () => {
  let file: string;
  before(async () => {
    const storage = folderStorage(join(installation().folder, 'backups-interrupted'));
    const scenario: Scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
    file = join(volumeFor(installation().folder, namespace, 'data'), 'large');
    writeRandom(file, 300);
    await backedUpOnce(scenario, claim(namespace, 'data'));
  });

  for (const [what, end, how] of INTERRUPTIONS) {
    it(`ends well when ${what} ${how} after its mover has started and come back after its end`, async () => {
      const name = `${end}-${what}`;
      writeRandom(file, 300);
      apply([backupSession(namespace, name)]);
      await backupReport(namespace, name, 'Running');
      await installation().without(what, end, async () => {
        await backupReport(namespace, name, 'Succeeded');
        assert.equal(get('backupsession', namespace, name)?.status?.phase, 'Running');
      });
      await reaches('backupsession', { namespace, name }, 'Succeeded');
      assert.equal(moversOf(name), 1, 'the data was read once');
    });
  }

  it('ends well although metacontroller is killed again and again, each time after it has worked twice as long', async () => {
    const name = 'killed-all-the-time';
    writeRandom(file, 20);
    apply([backupSession(namespace, name)]);
    const phase = (): string | undefined => get('backupsession', namespace, name)?.status?.phase;
    let kills = 0;
    for (let workedMs = 200; phase() !== 'Succeeded' && workedMs < 8000; workedMs *= 2) {
      await installation().without('metacontroller', 'kill', () => Promise.resolve());
      kills += 1;
      await sleep(workedMs);
    }
    await reaches('backupsession', { namespace, name }, 'Succeeded', 120);
    assert.ok(kills > 1, `${kills} kills`);
    assert.equal(moversOf(name), 1, 'the data was read once');
  }).timeout(300_000);
});

function moversOf(session: string): number {
  return list('taskreports', namespace).filter(
    (one) => one.metadata.name.includes(session) && one.spec?.['task'] === 'backup',
  ).length;
}
