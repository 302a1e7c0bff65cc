/**
 * Paths inside a backend (kubestash-api.md §2.5): `<prefix>/<directory>/repository/v1/<session>/<component>` and the
 * manifests beside the restic repositories. All results are relative, joined with single slashes, without `.` and `..`.
 */
import { ok, refused, type Parsed } from './result.ts';

const MAX_LENGTH = 1024;

/** A Repository's `directory` or `path`: outer and doubled slashes dropped, so that `/dep` and `dep` meet. Never empty. */
export function normaliseDirectory(text: unknown): Parsed<string> {
  const parsed = normalisePrefix(text);
  if (parsed.ok && parsed.value === '') return refused('the directory names no folder; write for example demo/my-app');
  return parsed;
}

/** A storage's `prefix`: as a directory, but empty means the whole bucket or volume. */
export function normalisePrefix(text: unknown): Parsed<string> {
  if (text === undefined) return ok('');
  if (typeof text !== 'string') return refused('a path inside a backend is text');
  if (text.length > MAX_LENGTH) return refused(`a path inside a backend has at most ${MAX_LENGTH} characters`);
  if (hasControlCharacter(text) || text.includes('\\')) {
    return refused('a path inside a backend has no control characters and no backslash');
  }
  const segments = text.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..'))
    return refused(`${JSON.stringify(text)} climbs out of its folder; write it without ".."`);
  return ok(segments.join('/'));
}

/** Whether text holds a character that no path, pattern or name of ours may carry (C0, DEL, C1, line separators). */
export function hasControlCharacter(text: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(text);
}

/** The restic repository of one component, below the directory. */
export function resticPathOf(session: string, component: string): string {
  return `repository/v1/${session}/${component}`;
}

/** The index of a BackupStorage, below its prefix. */
export const STORAGE_MANIFEST_KEY = 'metadata.yaml';

/** The Repository object, below the storage's prefix. */
export function repositoryManifestKey(directory: string): string {
  return objectKey(directory, 'repository.yaml');
}

/** A finished Snapshot object, below the storage's prefix. */
export function snapshotManifestKey(directory: string, snapshot: string): string {
  return objectKey(directory, 'snapshots', `${snapshot}.yaml`);
}

/** Normalised parts joined by slashes, empty ones left out. */
export function objectKey(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}

/** Whether two normalised directories are the same or one lies inside the other: such repositories would eat each other. */
export function directoriesOverlap(one: string, other: string): boolean {
  return one === other || other.startsWith(`${one}/`) || one.startsWith(`${other}/`);
}
