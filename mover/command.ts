/** argv as KubeStash's Functions give it (kubestash-api.md §3.3), or the name of one of our own tasks alone. */
import { parseArgs } from 'node:util';
import type { Task } from '../hooks/domain/task.ts';

export type CommandName = Task['task'];

export const COMMANDS: Readonly<Record<CommandName, string>> = {
  'init-storage': 'upload metadata.yaml to the backend of a BackupStorage',
  'init-repository': 'claim the directory of a Repository and upload repository.yaml',
  trigger: 'create the BackupSession of a CronJob tick',
  locate: 'report the components of a target, with node and claims',
  backup: 'back up paths with restic, one restic snapshot each',
  restore: 'restore restic snapshots in place and verify what came back',
  upload: 'store finished Snapshots beside the restic repositories',
  forget: 'remove the restic snapshots and manifests of Snapshots that were planned to go',
  prune: 'free the space that no restic snapshot needs any more',
  check: 'look for damage in the restic repositories of a Repository',
  wipe: 'remove the directory of a Repository, or every directory of this cluster',
  scan: 'find the Repositories of a BackupStorage, their sizes, and what belongs to none',
  sync: 'read the Snapshots that lie in the directory of a Repository',
  diagnose: 'say why the Pod of another Job did not report',
  hook: 'run one hook of a session: a command in Pods, an HTTP request or a TCP check',
};

export interface Command {
  readonly name: CommandName;
  /** `--paths`; empty when the Function names none. */
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly cache: boolean;
  readonly scratchDir: string;
}

export type CommandLine = Command | { readonly help: string } | { readonly usageError: string };

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  namespace: { type: 'string' },
  backupsession: { type: 'string' },
  restoresession: { type: 'string' },
  snapshot: { type: 'string' },
  'enable-cache': { type: 'string', default: 'true' },
  'scratch-dir': { type: 'string', default: '/kubestash-tmp' },
  paths: { type: 'string' },
  exclude: { type: 'string' },
  include: { type: 'string' },
} as const;

/** What this argv asks for. Unknown options and commands are a usage error with the words to correct it, never a guess. */
export function commandFrom(argv: readonly string[]): CommandLine {
  const parsed = parsedArgv(argv);
  if (typeof parsed === 'string') return { usageError: parsed };
  const { values, positionals } = parsed;
  if (values.help) return { help: helpText() };
  const [name, ...rest] = positionals;
  if (name === undefined) return { usageError: `no command given; one of: ${Object.keys(COMMANDS).join(', ')}` };
  if (!isCommandName(name)) {
    return { usageError: `unknown command ${JSON.stringify(name)}; one of: ${Object.keys(COMMANDS).join(', ')}` };
  }
  if (rest.length > 0) return { usageError: `unexpected argument ${JSON.stringify(rest[0])} after ${name}` };
  return {
    name,
    paths: listOf(values.paths),
    exclude: listOf(values.exclude),
    include: listOf(values.include),
    cache: values['enable-cache'] !== 'false',
    scratchDir: values['scratch-dir'] || OPTIONS['scratch-dir'].default,
  };
}

function parsedArgv(argv: readonly string[]): ReturnType<typeof parse> | string {
  try {
    return parse(argv);
  } catch (thrown) {
    return wordsOf(thrown);
  }
}

/** Node's words for an unknown option suggest to pass it on after `--`, which is what must not happen. */
function wordsOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if ((thrown as { readonly code?: unknown } | undefined)?.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return message;
  const [, option = ''] = /'(-[^']*)'/.exec(message) ?? [];
  const known = Object.keys(OPTIONS).map((name) => `--${name}`);
  return `unknown option ${option}; nothing is passed on to restic, possible are ${known.join(', ')}`;
}

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
}

/** KubeStash's lists: comma-separated, blanks around an entry do not count, nor do empty entries. */
function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

/** The text of `--help`; docs/mover.md holds the same and a test compares them. */
export function helpText(): string {
  const commands = Object.entries(COMMANDS).map(([name, what]) => `  ${name.padEnd(16)} ${what}`);
  return `metastash-mover <command> [options]

Commands
${commands.join('\n')}

Options of backup and restore (a KubeStash Function passes all of them; empty means default)
  --paths=<a,b>             directories to back up; default: the mount paths of the target
  --exclude=<a,b>           restic patterns to leave out
  --include=<a,b>           restic patterns to restore, restore only
  --enable-cache=<bool>     keep restic's cache in the scratch directory; default true
  --scratch-dir=<dir>       temporary files and cache; default /kubestash-tmp
  --namespace, --backupsession, --restoresession, --snapshot=<name>
                            names for the log; what to do stands in METASTASH_TASK

Environment
  METASTASH_TASK            the task document (hooks/domain/task.ts)
  METASTASH_ROOT            where the container's / is; default /
  METASTASH_FILES           use files in this directory instead of the API server
  METASTASH_RESTIC          the restic program; default restic on PATH
  METASTASH_REPORT_WAIT_SECONDS
                            how long to wait for the TaskReport; default 300
  POD_NAME, POD_NAMESPACE, POD_UID, JOB_NAME, JOB_UID, KUBECONFIG

Exit codes
  0 done   1 failed, the report says why   2 wrong usage   3 another Pod has the report
  4 the result could not be reported   130, 143 stopped by a signal
`;
}
