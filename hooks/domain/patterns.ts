/**
 * The comma lists of task parameters `paths`, `include` and `exclude` (kubestash-api.md §3.4). Spaces around an entry are
 * dropped, empty entries too. What is returned is safe as one argv element after `--` or `--exclude=`.
 */
import { hasControlCharacter } from './backend-path.ts';
import { all, ok, refused, type Parsed } from './result.ts';

const MAX_ENTRIES = 1000;
const MAX_LENGTH = 4096;
/** Kernel file systems: reading them as files never ends or means nothing. */
const KERNEL_TREES = ['/proc', '/sys', '/dev'];

/** Absolute paths to back up, in the order given, each once, without trailing slash. An empty text gives an empty list. */
export function parsePaths(text: unknown): Parsed<readonly string[]> {
  const entries = entriesOf(text, 'paths');
  if (!entries.ok) return entries;
  const paths = all(entries.value.map(pathFrom));
  return paths.ok ? ok([...new Set(paths.value)]) : paths;
}

/** restic patterns to include or exclude, in the order given, each once. An empty text gives an empty list. */
export function parsePatterns(text: unknown, parameter: 'include' | 'exclude'): Parsed<readonly string[]> {
  const entries = entriesOf(text, parameter);
  if (!entries.ok) return entries;
  const broken = entries.value.find((entry) => !isGlob(entry));
  if (broken !== undefined) {
    return refused(
      `${parameter}: ${JSON.stringify(broken)} is no valid pattern; close every [ with ] and end no pattern in \\`,
    );
  }
  return ok([...new Set(entries.value)]);
}

/** Whether a restic pattern is an absolute path without wildcards. */
export function isPlainPath(pattern: string): boolean {
  return pattern.startsWith('/') && !/[*?[\\]/.test(pattern);
}

/** Whether `path` is `folder` or lies below it; both absolute, without trailing slash. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}

function entriesOf(text: unknown, parameter: string): Parsed<readonly string[]> {
  if (text === undefined || text === null) return ok([]);
  if (typeof text !== 'string') return refused(`${parameter} is a comma-separated text, for example /data,/config`);
  if (hasControlCharacter(text))
    return refused(`${parameter} holds a line break or control character; separate entries by commas`);
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length > MAX_ENTRIES)
    return refused(`${parameter} has ${entries.length} entries; at most ${MAX_ENTRIES} are possible`);
  const long = entries.find((entry) => entry.length > MAX_LENGTH);
  if (long !== undefined)
    return refused(`${parameter}: ${JSON.stringify(`${long.slice(0, 40)}…`)} is longer than ${MAX_LENGTH} characters`);
  return ok(entries);
}

function pathFrom(entry: string): Parsed<string> {
  const shown = JSON.stringify(entry);
  if (!entry.startsWith('/')) return refused(`paths: ${shown} is not absolute; start it with /`);
  const segments = entry.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return refused(`paths: ${shown} climbs with ".."; write the path it means`);
  const path = `/${segments.join('/')}`;
  if (path === '/')
    return refused('paths: "/" is the whole file system of the mover; name the mount paths of the volumes');
  const tree = KERNEL_TREES.find((folder) => isBelow(path, folder));
  if (tree !== undefined) return refused(`paths: ${shown} lies in ${tree}, which holds no files to save`);
  return ok(path);
}

/** Go's filepath.Match syntax, which restic uses: classes closed and not empty, no dangling escape. */
function isGlob(pattern: string): boolean {
  return /^!?(?:[^[\\]|\\.|\[\^?(?:\\.|[^\]\\])+\])*$/u.test(pattern);
}
