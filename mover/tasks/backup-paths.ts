/** Which paths a backup reads, and its exclude patterns as restic must be given them. */
import { lstat } from 'node:fs/promises';
import { hasControlCharacter } from '../../hooks/domain/backend-path.ts';
import { parsePaths, parsePatterns } from '../../hooks/domain/patterns.ts';
import { Fault, systemCode } from '../faults.ts';
import { placed } from '../settings.ts';

/** One restic process and one restic snapshot each. */
const MAX_PATHS = 200;

/** The paths of argv, else the target's mount paths: absolute, each once, none of them the whole file system. */
export function hostPathsFrom(argvPaths: readonly string[], mountPaths: readonly string[]): readonly string[] {
  const wanted = argvPaths.length > 0 ? argvPaths : mountPaths;
  const comma = wanted.find((path) => path.includes(','));
  if (comma !== undefined)
    throw new Fault('PathInvalid', `Path ${JSON.stringify(comma)} holds a comma, which separates paths`);
  const paths = parsePaths(wanted.join(','));
  if (!paths.ok) throw new Fault('PathInvalid', paths.error);
  if (paths.value.length === 0) throw new Fault('PathInvalid', 'There is no path to back up: argv and task name none');
  if (paths.value.length > MAX_PATHS) {
    throw new Fault(
      'PathInvalid',
      `${paths.value.length} paths are more than ${MAX_PATHS}; name their parent directory`,
    );
  }
  return paths.value;
}

/** Patterns that restic accepts, or `PatternInvalid` naming the first that it does not. */
export function patternsFrom(patterns: readonly string[], parameter: 'include' | 'exclude'): readonly string[] {
  const broken = patterns.find((pattern) => hasControlCharacter(pattern) || pattern.includes(','));
  if (broken !== undefined) throw new Fault('PatternInvalid', `${parameter}: ${JSON.stringify(broken)} is no pattern`);
  const parsed = parsePatterns(patterns.join(','), parameter);
  if (!parsed.ok) throw new Fault('PatternInvalid', parsed.error);
  return parsed.value;
}

/** Fails for a path that is not there, and for a link: restic would save the link and nothing behind it. */
export async function requireSources(hostPaths: readonly string[], root: string): Promise<void> {
  for (const hostPath of hostPaths) {
    const found = await lstat(placed(root, hostPath)).catch((thrown: unknown) => {
      const code = systemCode(thrown);
      if (code === 'ENOENT' || code === 'ENOTDIR')
        throw new Fault('SourceNotFound', `${hostPath} does not exist in the mover`);
      throw new Fault('SourceUnreadable', `${hostPath} cannot be looked at: ${code ?? String(thrown)}`, thrown);
    });
    if (found.isSymbolicLink()) {
      throw new Fault('PathInvalid', `${hostPath} is a symbolic link; name the directory that it points to`);
    }
  }
}

/**
 * An exclude pattern for a process whose container root is elsewhere: restic matches against paths on this machine, so
 * absolute patterns move below the root, and relative ones must not match parts of the root's own path.
 */
export function rootedPattern(pattern: string, root: string): string {
  if (root === '/') return pattern;
  const negated = pattern.startsWith('!');
  const plain = negated ? pattern.slice(1) : pattern;
  const escaped = root.replace(/[*?[\]\\]/g, '\\$&');
  return `${negated ? '!' : ''}${escaped}${plain.startsWith('/') ? '' : '/**/'}${plain}`;
}
