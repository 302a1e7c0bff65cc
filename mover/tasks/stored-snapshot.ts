/**
 * A Snapshot's manifest, as MetaStash or KubeStash left it on a backend, cut to what another cluster needs: which restic
 * snapshots there are, of what, where. Component names and paths stay word for word (kubestash-api.md §2.4).
 */
import type { StoredSnapshot } from '../../hooks/domain/report.ts';
import { isObject, type JsonObject } from '../decode.ts';

/** The API server's bound on all annotations of one object, in which the status travels twice, is 256 KiB. */
const MAX_CHARACTERS = 60_000;
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const MAX_NAME = 253;

const SPEC_FIELDS = ['snapshotID', 'type', 'session', 'backupSession', 'version', 'appRef', 'deletionPolicy'];
const STATUS_FIELDS = ['phase', 'snapshotTime', 'suspect', 'suspectReason'];
const COMPONENT_FIELDS = ['path', 'phase', 'driver', 'size', 'duration', 'integrity', 'error', 'nodeName', 'podName'];
const SUMMARY_FIELDS = ['id', 'hostPath', 'size', 'uploaded', 'startTime', 'endTime'];

/** The Snapshot in this manifest, or in a few words why it is none. */
export function storedSnapshotFrom(manifest: JsonObject): StoredSnapshot | string {
  if (manifest['kind'] !== 'Snapshot') return 'is no Snapshot';
  const metadata = mapOf(manifest['metadata']);
  const name = metadata['name'];
  if (typeof name !== 'string' || name.length > MAX_NAME || !NAME.test(name))
    return 'has no name that an object can have';
  const labels = textEntries(mapOf(metadata['labels'])).filter(([key]) => key.startsWith('kubestash.com/'));
  const snapshot: StoredSnapshot = {
    name,
    ...(labels.length === 0 ? {} : { labels: Object.fromEntries(labels) }),
    spec: picked(mapOf(manifest['spec']), SPEC_FIELDS),
    status: statusFrom(mapOf(manifest['status'])),
  };
  return JSON.stringify(snapshot).length > MAX_CHARACTERS ? 'is too large to be an object in a cluster' : snapshot;
}

/** Every restic snapshot that it names, with the directory of its restic repository. */
export function resticSnapshotsOf({
  status,
}: StoredSnapshot): readonly { readonly path: string; readonly id: string }[] {
  return Object.values(mapOf(status['components'])).flatMap((component) => {
    const { path, driver, resticStats } = mapOf(component);
    if (typeof path !== 'string' || (driver !== undefined && driver !== 'Restic') || !Array.isArray(resticStats))
      return [];
    return resticStats.flatMap((one) => {
      const { id } = mapOf(mapOf(one)['summary']);
      return typeof id === 'string' ? [{ path, id }] : [];
    });
  });
}

function statusFrom(status: JsonObject): JsonObject {
  const components = Object.entries(mapOf(status['components'])).map(
    ([name, value]) => [name, componentFrom(mapOf(value))] as const,
  );
  return { ...picked(status, STATUS_FIELDS), components: Object.fromEntries(components) };
}

function componentFrom(component: JsonObject): JsonObject {
  const stats = component['resticStats'];
  return {
    ...picked(component, COMPONENT_FIELDS),
    ...(Array.isArray(stats) ? { resticStats: stats.map((one) => statsFrom(mapOf(one))) } : {}),
  };
}

function statsFrom(stats: JsonObject): JsonObject {
  const { totalFiles } = mapOf(stats['progress']);
  return {
    summary: picked(mapOf(stats['summary']), SUMMARY_FIELDS),
    ...(totalFiles === undefined ? {} : { progress: { totalFiles } }),
  };
}

function picked(map: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(fields.flatMap((field) => (map[field] == null ? [] : [[field, map[field]]])));
}

function textEntries(map: JsonObject): readonly (readonly [string, string])[] {
  return Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

function mapOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
