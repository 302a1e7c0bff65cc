/** A cluster is thrown away with all its disks but the storage's; what the same manifests make of it restores every byte. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import type { HooksService } from '../../sandbox/cluster/hooks-service.ts';
import { writeSampleData } from '../../sandbox/demo/data.ts';
import { differencesOf, fingerprintOf } from '../../sandbox/demo/fingerprint.ts';
import { CORE, phaseOf, startTestHooks, startWorld, STORAGE, type TestWorld } from './world.ts';

const NAMESPACE = 'attic';
const storageOf = ({ world }: TestWorld): string => world.nfs('nas.example.com', '/export/backup');

describe('a cluster that is rebuilt on its storage, with real restic', function () {
  this.timeout(280_000);
  let hooks: HooksService;
  let lost: TestWorld;
  let rebuilt: TestWorld;
  before(async () => {
    hooks = await startTestHooks();
    lost = startWorld(hooks);
    rebuilt = startWorld(hooks);
  });
  after(async () => {
    await rebuilt.remove();
    hooks.stop();
  });

  it('finds its history, backs up nothing before, and restores the latest', async () => {
    const source = lost.world.claim(NAMESPACE, 'old-mail');
    mkdirSync(source, { recursive: true });
    writeSampleData(source, 2, 1);
    const print = fingerprintOf(source);
    lost.applyScenario('archive');
    await lost.succeeded('BackupSession', NAMESPACE, 1);
    const [made] = lost.api.list(STORAGE, 'Snapshot', NAMESPACE);
    assert.ok(made);
    cpSync(storageOf(lost), storageOf(rebuilt), { recursive: true });
    await lost.remove();

    rebuilt.applyScenario('archive');
    // In the order of a GitOps tool that knows none: the restore is there before anything is read.
    rebuilt.applyScenario('archive-restore');
    await rebuilt.succeeded('RestoreSession', NAMESPACE, 1);
    const target = rebuilt.world.claim(NAMESPACE, 'new-mail');
    assert.deepEqual(differencesOf(print, fingerprintOf(target)), []);
    const snapshots = rebuilt.api.list(STORAGE, 'Snapshot', NAMESPACE);
    assert.deepEqual(
      snapshots.map((one) => [one.metadata.name, phaseOf(one)]),
      [[made.metadata.name, 'Succeeded']],
    );
    assert.notEqual(snapshots[0]?.metadata.uid, made.metadata.uid);
    assert.deepEqual(rebuilt.api.list(CORE, 'BackupSession', NAMESPACE), []);
  });
});
