/** upload: finished Snapshots of several components stored beside the restic repositories. */
import { snapshotManifestKey } from '../../hooks/domain/backend-path.ts';
import type { UploadTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { isObject, textAt } from '../decode.ts';
import { faultOf } from '../faults.ts';
import { yamlOf } from '../store/manifests.ts';
import { openStorage } from './access.ts';

/** Stores every manifest under its own name; what was stored before a failure is in the result. */
export async function upload(task: UploadTask, context: MoverContext): Promise<TaskOutcome> {
  const names = task.manifests.map(nameOf);
  const { store } = await openStorage(task.storage, context);
  const snapshots: string[] = [];
  try {
    for (const [index, manifest] of task.manifests.entries()) {
      const name = names[index] ?? '';
      await store.put(snapshotManifestKey(task.repository.directory, name), yamlOf(manifest));
      snapshots.push(name);
    }
  } catch (thrown) {
    return { result: { uploaded: { snapshots } }, error: faultOf(thrown) };
  }
  return { result: { uploaded: { snapshots } } };
}

function nameOf(manifest: object, index: number): string {
  const metadata = 'metadata' in manifest && isObject(manifest.metadata) ? manifest.metadata : {};
  return textAt(metadata['name'], `/manifests/${index}/metadata/name`);
}
