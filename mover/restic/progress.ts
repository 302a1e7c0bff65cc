/** restic's `status` messages of backup and restore as one shape. */
import type { JsonObject } from '../decode.ts';
import { numberIn } from './messages.ts';

export interface ResticProgress {
  /** 0 to 1. */
  readonly share: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly secondsRemaining?: number;
}

/** The progress in a `status` message; restore names its counters differently from backup. */
export function progressFrom(message: JsonObject): ResticProgress {
  const remaining = numberIn(message, 'seconds_remaining');
  return {
    share: Math.min(1, numberIn(message, 'percent_done')),
    bytesDone: numberIn(message, 'bytes_done') || numberIn(message, 'bytes_restored'),
    bytesTotal: numberIn(message, 'total_bytes'),
    filesDone: numberIn(message, 'files_done') || numberIn(message, 'files_restored'),
    filesTotal: numberIn(message, 'total_files'),
    ...(remaining > 0 ? { secondsRemaining: Math.round(remaining) } : {}),
  };
}
