/** Binds every PersistentVolumeClaim at once: in the sandbox a claim is a folder. */
import type { ApiServer } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import { follow, fromKey, keyOf, objectKey, workQueue } from './work-queue.ts';

/** Runs until the returned function is called. */
export function startClaimBinder(api: ApiServer, clock: Clock): () => void {
  const queue = workQueue(clock, (key) => {
    const claim = api.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...fromKey(key) });
    const status = claim?.status as { readonly phase?: string } | undefined;
    if (claim && status?.phase !== 'Bound') api.patch(objectKey(claim), { status: { phase: 'Bound' } }, 'status');
  });
  const stops = [follow(api, 'v1', 'PersistentVolumeClaim', (claim) => queue.add(keyOf(claim))), queue.stop];
  return () => stops.forEach((stop) => stop());
}
