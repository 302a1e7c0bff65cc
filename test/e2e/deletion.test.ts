/** Deleting objects, of every kind and in every mode: nothing hangs, the backup stays, and what is applied again works. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { differencesOf, fingerprintOf } from '../../sandbox/demo/fingerprint.ts';
import { apply, get, kubectl, list, reaches, storyOf, until, wordsOf } from './kubectl.ts';
import { backedUpOnce, backupConfiguration, backupSession, claim, claimTarget, folderStorage } from './scenario.ts';
import { places, restoreSession, type Scenario } from './scenario.ts';
import { installation } from './setup.ts';
import { destroy, filled, volumeFor } from './volumes.ts';

const MODES = ['background', 'foreground', 'orphan'] as const;
const KINDS = [
  ...['restoresessions', 'backupsessions', 'snapshots.storage.kubestash.com', 'backupconfigurations'],
  ...['repositories', 'retentionpolicies', 'backupstorages'],
] as const;

for (const mode of MODES) {
  describe(`deletion in ${mode} mode`, () => {
    const namespace = `deleted-${mode}`;
    it('of every object, kind by kind, ends and leaves the backup as it is', async () => {
      const folder = join(installation().folder, `backups-${namespace}`);
      const scenario: Scenario = {
        namespace,
        target: claimTarget('data'),
        storage: folderStorage(folder),
        addon: 'pvc-addon',
      };
      const path = volumeFor(installation().folder, namespace, 'data');
      const written = filled(path, 1, 16);
      await backedUpOnce(scenario, claim(namespace, 'data'));
      apply([restoreSession(scenario, 'first')]);
      await reaches('restoresession', { namespace, name: 'first' }, 'Succeeded');
      const saved = resticSnapshotsIn(folder);
      assert.equal(saved.length, 1);
      for (const kind of KINDS) {
        kubectl(['delete', kind, '--all', '-n', namespace, `--cascade=${mode}`, '--timeout=60s']);
        assert.deepEqual(resticSnapshotsIn(folder), saved, `after ${kind}`);
      }
      const left = (): readonly string[] =>
        list('jobs,cronjobs,leases', namespace).map((one) => `${one.kind} ${one.metadata.name}`);
      if (mode !== 'orphan') {
        await until(
          'what belonged to them goes',
          60,
          () => (left().length === 0 ? true : undefined),
          () => left().join(),
        );
      }

      apply([...places(scenario), backupConfiguration(scenario)]);
      if (mode === 'orphan') await followAdvice(namespace);
      await reaches('backupconfiguration', { namespace, name: 'saved' }, 'Ready', 90);
      apply([backupSession(namespace, 'again')]);
      await reaches('backupsession', { namespace, name: 'again' }, 'Succeeded', 120);
      destroy(path);
      apply([restoreSession(scenario, 'second')]);
      await reaches('restoresession', { namespace, name: 'second' }, 'Succeeded', 90);
      assert.deepEqual(differencesOf(written, fingerprintOf(path)), [], storyOf(namespace));
      assert.ok(get('repository', namespace, 'kept'));
      for (const one of saved) assert.ok(resticSnapshotsIn(folder).includes(one), `${one} is still there`);
    });
  });
}

/** Orphans hold the names of what the BackupConfiguration needs; its message is the command that helps. */
async function followAdvice(namespace: string): Promise<void> {
  const advice = await until(
    'the BackupConfiguration says what to delete',
    60,
    () => /kubectl (delete cronjob,lease .*)$/.exec(wordsOf(get('backupconfiguration', namespace, 'saved')))?.[1],
    () => storyOf(namespace),
  );
  kubectl(advice.split(' '));
}

/** Files of restic snapshots below a storage's folder. */
function resticSnapshotsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\/repository\/v1\/.*\/snapshots\/[0-9a-f]{64}$/.test(name))
    .sort();
}
