/** Stories for virtual clusters: the manifests that users start with, and what the objects say of themselves. */
import { join } from 'node:path';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import type { VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { apply, manifestsOf, type Manifest } from '../../sandbox/cluster/manifests.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';

/** The kinds that have a hook of ours. */
export const RECONCILED = [
  [STORAGE, 'BackupStorage'],
  [STORAGE, 'Repository'],
  [STORAGE, 'Snapshot'],
  [CORE, 'BackupConfiguration'],
  [CORE, 'BackupSession'],
  [CORE, 'RestoreSession'],
] as const;

export const QUICKSTART = 'examples/quickstart';
export const QUICKSTART_RESTORE = 'examples/quickstart/restore';
const SCENARIOS = 'test/world/scenarios';

/** Everything the project shows to users as working, and then its restores. */
export const BACKUPS = [QUICKSTART, `${SCENARIOS}/ledger.yaml`, `${SCENARIOS}/archive.yaml`];
export const RESTORES = [QUICKSTART_RESTORE, `${SCENARIOS}/ledger-restore.yaml`, `${SCENARIOS}/archive-restore.yaml`];

/** Manifests of a path below the project's folder. */
export function manifestsAt(path: string): readonly Manifest[] {
  return manifestsOf(join(ROOT, path));
}

/** Applies each path's manifests in their order. */
export function applyAll({ api }: VirtualCluster, paths: readonly string[]): void {
  for (const path of paths) for (const manifest of manifestsAt(path)) apply(api, manifest);
}

/** Stops all schedules, as a user does who wants silence. */
export function pauseAll({ api }: VirtualCluster): void {
  for (const { apiVersion, kind, metadata } of api.list(CORE, 'BackupConfiguration')) {
    const { name, namespace = '' } = metadata;
    api.patch({ apiVersion, kind, name, namespace }, { spec: { paused: true } });
  }
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Said {
  readonly phase?: string;
  readonly conditions?: readonly Condition[];
}

/** What an object says of itself. */
export function statusOf(object: StoredObject | undefined): Said {
  return (object?.['status'] ?? {}) as Said;
}

/** `Kind namespace/name: phase`, with its Ready condition's words. */
export function wordsOf(object: StoredObject): string {
  const { phase, conditions = [] } = statusOf(object);
  const ready = conditions.find((one) => one.type === 'Ready');
  const { kind, metadata } = object;
  return `${kind} ${metadata.namespace}/${metadata.name}: ${phase} ${ready?.reason}: ${ready?.message}`;
}

/** Every object of a reconciled kind. */
export function reconciled({ api }: VirtualCluster): readonly StoredObject[] {
  return RECONCILED.flatMap(([apiVersion, kind]) => api.list(apiVersion, kind));
}

/** Objects that are neither Ready nor Succeeded, in their words. */
export function unsettled(cluster: VirtualCluster): readonly string[] {
  return reconciled(cluster)
    .filter((object) => !['Ready', 'Succeeded'].includes(statusOf(object).phase ?? ''))
    .map(wordsOf);
}
