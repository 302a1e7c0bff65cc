/** The Snapshot object beside the restic repositories: what another cluster needs to restore (kubestash-api.md §2.5). */
import { snapshotManifestKey } from '../../hooks/domain/backend-path.ts';
import { formatDuration } from '../../hooks/domain/duration.ts';
import type { BackupResult } from '../../hooks/domain/report.ts';
import { doubtOf } from '../../hooks/domain/shrinkage.ts';
import { formatSize } from '../../hooks/domain/size.ts';
import type { BackupTask } from '../../hooks/domain/task.ts';
import { isObject, type JsonObject } from '../decode.ts';
import { yamlOf } from '../store/manifests.ts';
import type { Store } from '../store/store.ts';

/** Stores the manifest with its only component filled in. False when the backend refused: the data is safe without it. */
export async function uploadSnapshot(
  store: Store,
  task: BackupTask,
  manifest: object,
  result: BackupResult,
): Promise<boolean> {
  const key = snapshotManifestKey(task.repository.directory, task.snapshot.name);
  const bytes = yamlOf(finishedManifest(manifest as JsonObject, task, result));
  return store.put(key, bytes).then(
    () => true,
    () => false,
  );
}

/** The Snapshot of a single component as it stands on the backend once its data is stored. */
export function finishedManifest(manifest: JsonObject, task: BackupTask, result: BackupResult): JsonObject {
  const status = isObject(manifest['status']) ? manifest['status'] : {};
  const snapshotTime = result.paths[0]?.snapshotTime;
  return {
    ...manifest,
    status: {
      ...status,
      phase: 'Succeeded',
      ...(snapshotTime ? { snapshotTime } : {}),
      size: formatSize(result.repositoryBytes ?? 0),
      totalComponents: 1,
      components: { [task.component]: componentOf(task, result) },
      ...suspicionOf(task, result),
    },
  };
}

/** As the Snapshot's hook will judge it: another cluster that reads this must not take it for a good one. */
function suspicionOf({ judgement, component }: BackupTask, { paths }: BackupResult): JsonObject {
  if (judgement === undefined) return {};
  const found = paths.map(({ hostPath, files, sizeBytes }) => ({ hostPath, files, bytes: sizeBytes }));
  const doubt = doubtOf(found, judgement.reference, judgement.allowedShrinkPercent);
  return doubt === undefined ? {} : { suspect: true, suspectReason: `${doubt} (component ${component})` };
}

function componentOf(task: BackupTask, result: BackupResult): JsonObject {
  const elapsedMs = result.paths.reduce(
    (sum, path) => sum + (Date.parse(path.finishedAt) - Date.parse(path.startedAt)),
    0,
  );
  return {
    path: task.resticPath,
    phase: 'Succeeded',
    driver: 'Restic',
    size: formatSize(result.repositoryBytes ?? 0),
    duration: formatDuration(elapsedMs),
    resticStats: result.paths.map((path) => ({
      summary: {
        id: path.snapshotID,
        hostPath: path.hostPath,
        size: formatSize(path.sizeBytes),
        uploaded: formatSize(path.uploadedBytes),
        startTime: path.startedAt,
        endTime: path.finishedAt,
      },
      progress: { totalFiles: path.files },
    })),
  };
}
