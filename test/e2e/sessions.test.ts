/** Who starts a backup: the BackupConfiguration's birth, a hand, a CronJob; and what outlives the BackupConfiguration. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { differencesOf, fingerprintOf, type Fingerprint } from '../../sandbox/demo/fingerprint.ts';
import { apply, get, kubectl, list, reaches, storyOf, until, wordsOf, type Found } from './kubectl.ts';
import { backupConfiguration, backupSession, claim, claimTarget, folderStorage } from './scenario.ts';
import { namespaceNamed, places, restoreSession, type Scenario } from './scenario.ts';
import { installation } from './setup.ts';
import { destroy, filled, volumeFor } from './volumes.ts';

const namespace = 'by-hand';
const SNAPSHOTS = 'snapshots.storage.kubestash.com';

describe('sessions of a bare claim', () => {
  let scenario: Scenario;
  let path: string;
  let written: Fingerprint;
  const snapshots = (): readonly Found[] => list(SNAPSHOTS, namespace);
  const ready = (): Promise<Found> => reaches('backupconfiguration', { namespace, name: 'saved' }, 'Ready');

  before(() => {
    const storage = folderStorage(join(installation().folder, 'backups-by-hand'));
    scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
    path = volumeFor(installation().folder, namespace, 'data');
    written = filled(path, 5, 4);
  });

  it('wait for what is missing and run once it arrives: everything is applied in the wrong order', async () => {
    apply([namespaceNamed(namespace), backupConfiguration(scenario), backupSession(namespace, 'asked-for')]);
    apply([...places(scenario)].reverse());
    apply([claim(namespace, 'data')]);
    await ready();
    const session = await reaches('backupsession', { namespace, name: 'asked-for' }, 'Succeeded', 90);
    const invoker = get('backupconfiguration', namespace, 'saved');
    assert.deepEqual(
      session.metadata.ownerReferences?.map((owner) => [owner.kind, owner.uid]),
      [['BackupConfiguration', invoker?.metadata.uid]],
      'adopted by its BackupConfiguration',
    );
  });

  it('bring the claim back', async () => {
    destroy(path);
    apply([restoreSession(scenario, 'in-place')]);
    await reaches('restoresession', { namespace, name: 'in-place' }, 'Succeeded');
    assert.deepEqual(differencesOf(written, fingerprintOf(path)), []);
  });

  it('leave Repository, Snapshots and data behind when the BackupConfiguration goes, and it takes them back', async () => {
    const kept = snapshots().map((one) => [one.metadata.name, one.metadata.uid]);
    const repository = get('repository', namespace, 'kept');
    assert.ok(kept.length > 0 && repository);
    kubectl(['delete', 'backupconfiguration', 'saved', '-n', namespace, '--timeout=30s']);
    await until('the CronJob goes', 30, () => (list('cronjobs', namespace).length === 0 ? true : undefined));
    assert.equal(get('repository', namespace, 'kept')?.metadata.uid, repository.metadata.uid);

    apply([backupConfiguration(scenario)]);
    const born = await ready();
    const owner = (): string | undefined =>
      get('repository', namespace, 'kept')?.metadata.ownerReferences?.find((one) => one.kind === 'BackupConfiguration')
        ?.uid;
    await until(
      'the Repository is taken back',
      30,
      () => (owner() === born.metadata.uid ? true : undefined),
      () => storyOf(namespace),
    );
    assert.equal(get('repository', namespace, 'kept')?.metadata.uid, repository.metadata.uid);
    assert.deepEqual(
      snapshots().map((one) => [one.metadata.name, one.metadata.uid]),
      kept,
      'nothing ran again, nothing is lost',
    );
    assert.ok(existsSync(join(installation().folder, 'backups-by-hand', 'of', namespace, 'repository.yaml')));
  });

  it('start by the CronJob each minute when the schedule says so', async () => {
    const old = new Set(list('backupsessions', namespace).map((one) => one.metadata.name));
    apply([backupConfiguration({ ...scenario, schedule: '* * * * *' })]);
    const started = await until(
      'a scheduled session',
      90,
      () => list('backupsessions', namespace).find((one) => !old.has(one.metadata.name)),
      () => list('cronjobs,jobs', namespace).map(wordsOf).join('; '),
    );
    const tick = /^saved-often-(\d+)$/.exec(started.metadata.name)?.[1];
    assert.equal(Number(tick) % 60, 0, `${started.metadata.name} is named after the tick, not after a clock`);
    await reaches('backupsession', { namespace, name: started.metadata.name }, 'Succeeded');
    apply([backupConfiguration(scenario)]);
  });
});
