/**
 * restic's JSON lines, as far as a mover reads them. Unknown types, further fields and lines that are not JSON are
 * ignored: restic adds types between releases, and libraries below it print what they like (faults.md §5).
 */
import { isObject, type JsonObject } from '../decode.ts';

/** The object on this line when it is one with a `message_type`. */
export function messageFrom(line: string): JsonObject | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) && typeof value['message_type'] === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A field that restic leaves out when it is zero. */
export function numberIn(message: JsonObject, field: string): number {
  const value = message[field];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
}

/** A field's text, empty when it is none. */
export function textIn(message: JsonObject, field: string): string {
  const value = message[field];
  return typeof value === 'string' ? value : '';
}

/** What went wrong with which item, from a message of type `error`; undefined for other messages. */
export function itemErrorFrom(message: JsonObject): ItemError | undefined {
  if (message['message_type'] !== 'error') return undefined;
  const error = isObject(message['error']) ? textIn(message['error'], 'message') : textIn(message, 'error');
  return { item: textIn(message, 'item'), during: textIn(message, 'during'), message: error };
}

export interface ItemError {
  readonly item: string;
  /** `scan`, `archival` or `restore`. */
  readonly during: string;
  readonly message: string;
}

/** restic ids are the sha256 of the stored object. */
export function isSnapshotId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
