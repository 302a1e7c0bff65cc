/** The variables of a task (kubestash-api.md §3.1): built-in < Addon defaults < task variables < task params < system. */
import { parsePaths, parsePatterns } from '../domain/patterns.ts';
import { restoreSelectionFrom } from '../domain/restore-selection.ts';
import { blocked, ok, type Outcome } from '../domain/result.ts';
import type { Variables } from '../domain/variables.ts';
import type { ResolvedTask } from './catalog.ts';
import { SCRATCH_PATH, SCRATCH_VOLUME, type EnvVar } from './mover-job.ts';

export const INTERIM_VOLUME = 'kubestash-interim-volume';

/** Names that KubeStash's catalog and examples use without setting them. */
const BUILT_IN: Variables = {
  enableCache: 'true',
  scratchDir: SCRATCH_PATH,
  interimDataDir: '/kubestash-interim',
  licenseApiService: '',
};
const RESERVED: Variables = { RESTIC_CACHE_VOLUME: SCRATCH_VOLUME, INTERIM_VOLUME };

export interface Parameters {
  readonly variables: Variables;
  /** Task variables whose value only Kubernetes knows (`valueFrom`): the container gets them, texts get `$(NAME)`. */
  readonly env: readonly EnvVar[];
}

/**
 * All variables of one task. A required parameter without value is refused, except `paths`: KubeStash's own examples
 * leave it out, so it becomes `discoveredPaths`. Parameters that the Addon does not define are passed on all the same.
 */
export function parametersOf(
  { addon, task, reference }: ResolvedTask,
  system: Variables,
  discoveredPaths: readonly string[],
): Outcome<Parameters> {
  const params = textsOf(reference.params ?? {}, task.name);
  if (!params.ok) return params;
  const definitions = (task.parameters ?? []).map((one) => ({ ...one, name: one.name ?? '' }));
  const fromVariables = reference.variables ?? [];
  const given: Variables = {
    ...BUILT_IN,
    ...Object.fromEntries(definitions.flatMap((one) => (one.default === undefined ? [] : [[one.name, one.default]]))),
    ...Object.fromEntries(fromVariables.map((one) => [one.name, one.valueFrom ? `$(${one.name})` : (one.value ?? '')])),
    ...params.value,
  };
  const wantsPaths = definitions.some((one) => one.name === 'paths') && (given['paths'] ?? '').trim() === '';
  const filled = wantsPaths && discoveredPaths.length > 0 ? { ...given, paths: discoveredPaths.join(',') } : given;
  const missing = definitions.find((one) => one.required === true && !Object.hasOwn(filled, one.name));
  if (missing !== undefined) {
    return blocked(
      'ParameterMissing',
      `task ${task.name} of Addon ${addon} needs parameter ${missing.name}; set it in addon.tasks[].params`,
    );
  }
  const wrong = wrongList(filled);
  if (wrong !== undefined) return blocked('ParameterInvalid', `task ${task.name}: ${wrong}`);
  const env = fromVariables.filter((one) => one.valueFrom !== undefined);
  return ok({ variables: { ...filled, ...RESERVED, ...system }, env });
}

/** What is wrong with the parameters that a user gives a task, as far as they tell by themselves. */
export function problemInParams(params: Readonly<Record<string, unknown>>, task: string): string | undefined {
  const texts = textsOf(params, task);
  if (!texts.ok) return texts.error.message;
  const wrong = wrongList(texts.value);
  return wrong === undefined ? undefined : `task ${task}: ${wrong}`;
}

/** Numbers and booleans are what users write without quotes; anything deeper has no meaning as a variable. */
function textsOf(params: Readonly<Record<string, unknown>>, task: string): Outcome<Variables> {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(params)) {
    if (value === null || value === undefined) continue;
    if (typeof value === 'object') {
      return blocked(
        'ParameterInvalid',
        `task ${task}: parameter ${name} is a ${Array.isArray(value) ? 'list' : 'map'}; write it as one text`,
      );
    }
    entries.push([name, String(value)]);
  }
  return ok(Object.fromEntries(entries));
}

/** The comma lists are read here already, so that a mistake shows before any Job runs. */
function wrongList(given: Variables): string | undefined {
  const paths = parsePaths(given['paths']);
  if (!paths.ok) return paths.error;
  const include = parsePatterns(given['include'], 'include');
  if (!include.ok) return include.error;
  const exclude = parsePatterns(given['exclude'], 'exclude');
  if (!exclude.ok) return exclude.error;
  const selection = restoreSelectionFrom(include.value, exclude.value);
  return selection.ok ? undefined : selection.error;
}
