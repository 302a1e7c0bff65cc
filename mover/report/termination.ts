/** The termination message: a short result for `diagnose` and `kubectl describe`, where the kubelet mounted the file. */
import { existsSync, writeFileSync } from 'node:fs';
import { placed } from '../settings.ts';

const TERMINATION_LOG = '/dev/termination-log';
/** Kubernetes keeps 4,096 bytes of a container's message. */
const MAX_BYTES = 4096;

/** Writes the message; a container without the file, or a read-only one, is no reason to fail. */
export function writeTermination(root: string, message: object): void {
  const file = placed(root, TERMINATION_LOG);
  if (!existsSync(file)) return;
  try {
    writeFileSync(file, Buffer.from(JSON.stringify(message)).subarray(0, MAX_BYTES));
  } catch {
    // The log says the same.
  }
}
