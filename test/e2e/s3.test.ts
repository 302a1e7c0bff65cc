/** The same through an S3 server: into a new claim, and in a namespace that lets no Pod be root. */
import assert from 'node:assert/strict';
import { lchownSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { differencesOf, fingerprintOf, type Fingerprint } from '../../sandbox/demo/fingerprint.ts';
import { apply, kubectl, list, reaches, until } from './kubectl.ts';
import { startS3, type S3 } from './s3.ts';
import { backupConfiguration, claim, claimTarget, namespaceNamed, places } from './scenario.ts';
import { restoreSession, secret, type Scenario } from './scenario.ts';
import { confinedDeployment } from './workloads.ts';
import { installation } from './setup.ts';
import { destroy, filled, volumeFor } from './volumes.ts';

describe('an S3 backend', () => {
  let s3: S3;
  before(async () => {
    s3 = await startS3(installation().folder);
  });
  after(() => s3.stop());

  const firstBackup = (namespace: string): Promise<unknown> =>
    until(`a BackupSession in ${namespace}`, 60, () => list('backupsessions', namespace)[0]).then((session) =>
      reaches('backupsession', { namespace, name: session.metadata.name }, 'Succeeded'),
    );

  it('brings a claim back into another one, since the first is lost', async () => {
    const namespace = 'on-s3';
    const storage = s3.storage('one/two', 's3-secret');
    const scenario: Scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
    const written = filled(volumeFor(installation().folder, namespace, 'data'), 5, 5);
    const copy = volumeFor(installation().folder, namespace, 'copy');
    apply([namespaceNamed(namespace), secret(namespace, 's3-secret', s3.credentials), claim(namespace, 'data')]);
    apply([...places(scenario), backupConfiguration(scenario)]);
    await firstBackup(namespace);
    kubectl(['delete', 'pvc', 'data', '-n', namespace, '--timeout=60s']);
    apply([claim(namespace, 'copy'), restoreSession(scenario, 'elsewhere', claimTarget('copy'))]);
    await reaches('restoresession', { namespace, name: 'elsewhere' }, 'Succeeded');
    assert.deepEqual(differencesOf(written, fingerprintOf(copy)), []);
  });

  it('serves a namespace that enforces the restricted Pod Security level, as the user of the workload', async () => {
    const namespace = 'guarded';
    const storage = s3.storage('guarded', 's3-secret');
    const target = { apiGroup: 'apps', kind: 'Deployment', name: 'confined' };
    const scenario: Scenario = { namespace, target, storage, addon: 'workload-addon' };
    const path = volumeFor(installation().folder, namespace, 'data');
    filled(path, 3, 6);
    writeFileSync(join(path, 'private'), 'for nobody else', { mode: 0o600 });
    const written: Fingerprint = ownedBy(path, 1000);
    apply([namespaceNamed(namespace, { 'pod-security.kubernetes.io/enforce': 'restricted' })]);
    apply([
      secret(namespace, 's3-secret', s3.credentials),
      claim(namespace, 'data'),
      confinedDeployment(namespace, 1000),
    ]);
    apply([...places(scenario), backupConfiguration(scenario)]);
    await firstBackup(namespace);
    destroy(path);
    apply([restoreSession(scenario, 'in-place')]);
    await reaches('restoresession', { namespace, name: 'in-place' }, 'Succeeded');
    assert.deepEqual(differencesOf(written, fingerprintOf(path)), []);
  });
});

/** Gives the tree to this user; links too, since a restore would otherwise not be able to bring their owner back. */
function ownedBy(path: string, user: number): Fingerprint {
  lchownSync(path, user, user);
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) lchownSync(join(path, name), user, user);
  return fingerprintOf(path);
}
