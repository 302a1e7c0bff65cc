/** examples/quickstart as the README tells it: back up, destroy, restore, compare; then what GitOps expects of it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { differencesOf, fingerprintOf, type Fingerprint } from '../../sandbox/demo/fingerprint.ts';
import { apply, differenceTo, kubectl, list, reaches, storyOf, until } from './kubectl.ts';
import { ROOT } from './needs.ts';
import { installation } from './setup.ts';
import { destroy, filled, volumeFor } from './volumes.ts';

const namespace = 'demo';
const WORKLOADS = ['gallery', 'library'] as const;
const CLAIMS = [
  ['books-library-0', 12, 1],
  ['books-library-1', 8, 2],
  ['photos', 20, 3],
] as const;

/** The kustomization, with the node's backup folder moved into the tests' own. */
function quickstart(): string {
  const built = kubectl(['kustomize', join(ROOT, 'examples/quickstart')]);
  return built.replace('/var/backups/metastash', join(installation().folder, 'backups'));
}

describe('the quickstart on a real cluster', () => {
  const before = new Map<string, Fingerprint>();
  const folders = new Map<string, string>();

  it('backs up a Deployment and a StatefulSet by itself once they are applied', async () => {
    for (const [claim, megabytes, seed] of CLAIMS) {
      const path = volumeFor(installation().folder, namespace, claim);
      folders.set(claim, path);
      before.set(claim, filled(path, megabytes, seed));
    }
    apply(quickstart());
    await until(
      'two Succeeded BackupSessions',
      90,
      () => {
        const sessions = list('backupsessions', namespace);
        return sessions.filter((one) => one.status?.phase === 'Succeeded').length === 2 || undefined;
      },
      () => storyOf(namespace),
    );
    const snapshots = list('snapshots.storage.kubestash.com', namespace);
    assert.deepEqual(
      snapshots.map((one) => [
        one.spec?.['repository'],
        one.status?.phase,
        Object.keys(one.status?.['components'] ?? {}).sort(),
      ]),
      [
        ['gallery', 'Succeeded', ['dump']],
        ['library', 'Succeeded', ['dump-pod-0', 'dump-pod-1']],
      ],
    );
  });

  it('brings every destroyed file back, byte for byte and with owner, mode, time, links and attributes', async () => {
    for (const path of folders.values()) destroy(path);
    for (const [claim, path] of folders)
      assert.notDeepEqual(differencesOf(before.get(claim) ?? new Map(), fingerprintOf(path)), [], claim);
    kubectl(['apply', '-k', join(ROOT, 'examples/quickstart/restore')]);
    for (const name of WORKLOADS) await reaches('restoresession', { namespace, name }, 'Succeeded');
    for (const [claim, path] of folders)
      assert.deepEqual(differencesOf(before.get(claim) ?? new Map(), fingerprintOf(path)), [], claim);
  });

  it('finds nothing to change when the same manifests are applied again, by the client or by the server', () => {
    assert.equal(differenceTo(quickstart()), '');
    const versions = (): readonly unknown[] =>
      list('backupconfigurations,backupstorages,retentionpolicies,secrets', namespace).map(({ kind, metadata }) => [
        kind,
        metadata.name,
        metadata.resourceVersion,
      ]);
    const stored = versions();
    apply(quickstart());
    assert.deepEqual(versions(), stored);
    assert.equal(
      differenceTo(quickstart(), '--server-side', '--field-manager=argocd-controller', '--force-conflicts'),
      '',
    );
  });
});
