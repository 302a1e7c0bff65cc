/** The quickstart with other deletion policies, on virtual time. */
import assert from 'node:assert/strict';
import type { Task } from '../../hooks/domain/task.ts';
import { apply, type Manifest } from '../../sandbox/cluster/manifests.ts';
import { startVirtualCluster, type VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import type { PlayedOutcome } from '../../sandbox/node/played-mover.ts';
import { manifestsAt, QUICKSTART } from './virtual-stories.ts';

export type Policies = Readonly<Partial<Record<'storage' | 'repository', string>>>;

/** The quickstart after its first backups: two Repositories on one storage, each with a Snapshot. */
export function afterFirstBackups(
  { storage, repository }: Policies,
  outcomeOf?: (task: Task) => PlayedOutcome,
): VirtualCluster {
  const cluster = startVirtualCluster({
    onCall: ({ code, answer }) => assert.equal(code, 200, answer),
    ...(outcomeOf ? { outcomeOf } : {}),
  });
  for (const manifest of manifestsAt(QUICKSTART)) {
    if (manifest.kind === 'BackupStorage')
      apply(cluster.api, withSpec(manifest, { deletionPolicy: storage ?? 'Delete' }));
    else if (
      manifest.metadata.name === 'gallery' &&
      manifest.kind === 'BackupConfiguration' &&
      repository !== undefined
    ) {
      const text = JSON.stringify(manifest).replace(
        '"directory":"gallery"',
        `"directory":"gallery","deletionPolicy":"${repository}"`,
      );
      apply(cluster.api, JSON.parse(text) as Manifest);
    } else apply(cluster.api, manifest);
  }
  cluster.run(3600);
  return cluster;
}

function withSpec(manifest: Manifest, change: object): Manifest {
  return { ...manifest, spec: { ...(manifest as { spec?: object }).spec, ...change } } as Manifest;
}
