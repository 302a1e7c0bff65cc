/**
 * How `include` and `exclude` of a restore become restic calls. restic refuses both together, yet KubeStash's examples
 * set both, so the choice of kubestash-api.md §6.1 #20 stands here.
 */
import { isBelow, isPlainPath } from './patterns.ts';
import { ok, refused, type Parsed } from './result.ts';

/** Patterns for one `restic restore <id>` call. Only one of the two lists is ever filled. */
export interface WholeSelection {
  readonly kind: 'whole';
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** One `restic restore <id>:<path> --target <path>` call per folder; `exclude` is already relative to that folder. */
export interface FolderSelection {
  readonly kind: 'folders';
  readonly folders: readonly { readonly path: string; readonly exclude: readonly string[] }[];
}

export type RestoreSelection = WholeSelection | FolderSelection;

/** The calls that restore what is included and not excluded; refuses the combinations that no restic call can express. */
export function restoreSelectionFrom(include: readonly string[], exclude: readonly string[]): Parsed<RestoreSelection> {
  if (include.length === 0 || exclude.length === 0) return ok({ kind: 'whole', include, exclude });
  const effective = exclude.filter((pattern) => !isOutside(pattern, include));
  if (effective.length === 0) return ok({ kind: 'whole', include, exclude: [] });
  const glob = include.find((pattern) => !isPlainPath(pattern));
  if (glob !== undefined) {
    return refused(
      `include pattern ${JSON.stringify(glob)} cannot be combined with exclude ${JSON.stringify(effective[0])}; ` +
        'restic takes one of them: include plain paths, or restore in two RestoreSessions',
    );
  }
  const covered = include.find((path) => effective.some((pattern) => isPlainPath(pattern) && isBelow(path, pattern)));
  if (covered !== undefined)
    return refused(`${JSON.stringify(covered)} is both included and excluded; drop one of the two`);
  const reaching = effective.find((pattern) => include.some((path) => reachesInto(pattern, trimmed(path))));
  if (reaching !== undefined) {
    return refused(
      `exclude pattern ${JSON.stringify(reaching)} has a wildcard above an included folder; ` +
        'start it with the included path, or with no slash so that it matches anywhere',
    );
  }
  return ok({
    kind: 'folders',
    folders: include.map((path) => ({ path: trimmed(path), exclude: relativeTo(path, effective) })),
  });
}

/** A plain path beside every plain include, which therefore changes nothing. */
function isOutside(pattern: string, include: readonly string[]): boolean {
  if (!isPlainPath(pattern) || !include.every(isPlainPath)) return false;
  return !include.some((path) => isBelow(trimmed(pattern), trimmed(path)) || isBelow(trimmed(path), trimmed(pattern)));
}

/** An absolute pattern whose wildcard stands above the folder: it cannot be cut to be relative to that folder. */
function reachesInto(pattern: string, folder: string): boolean {
  if (!pattern.startsWith('/') || isPlainPath(pattern)) return false;
  const literal = pattern.slice(0, pattern.search(/[*?[\\]/)).replace(/\/[^/]*$/, '');
  return !isBelow(literal === '' ? '/' : literal, folder) && isBelow(folder, literal === '' ? '/' : literal);
}

/** In `restore <id>:<folder>` restic matches below the folder; an absolute pattern is cut, a relative one matches anywhere. */
function relativeTo(folder: string, patterns: readonly string[]): readonly string[] {
  const base = trimmed(folder);
  return patterns
    .filter((pattern) => !pattern.startsWith('/') || pattern.startsWith(`${base}/`))
    .map((pattern) => (pattern.startsWith('/') ? pattern.slice(base.length) : pattern));
}

function trimmed(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
