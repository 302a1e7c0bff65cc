/**
 * A process with a container's mounts, without a container engine: `unshare` gives it a mount namespace of its own and the
 * Pod's volumes are bound below the Pod's root. Needs Linux, as root or with unprivileged user namespaces.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import type { BindMount } from './volumes.ts';

/** Binds pairs until `--`, then becomes the command. The arguments are never parsed by a shell. */
const BIND_AND_EXEC = `
while [ "$1" != "--" ]; do
  mount --bind "$2" "$3" || exit 125
  if [ "$1" = ro ]; then mount -o remount,bind,ro "$3" || exit 125; fi
  shift 3
done
shift
exec "$@"`;

/** Arguments of unshare that bind the mounts, make `root` the command's `/`, and become the command. */
export function bindAndEnter(
  root: string,
  mounts: readonly BindMount[],
  command: readonly string[],
): readonly string[] {
  return ['sh', '-c', BIND_AND_EXEC, 'sh', ...bindWords(mounts), '--', 'chroot', root, ...command];
}

export interface ProcessInput {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly mounts: readonly BindMount[];
  readonly logFile: string;
}

export const unshareFlags = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];

/** Why processes cannot be started here, or undefined where they can. */
export function mountNamespaceProblem(): string | undefined {
  const probe = spawnSync('unshare', [...unshareFlags, 'true'], { encoding: 'utf8' });
  if (probe.status === 0) return undefined;
  const said = probe.error?.message ?? probe.stderr.trim();
  return `the sandbox runs movers in mount namespaces, and this machine refuses one (${said}); run it on Linux as root or allow unprivileged user namespaces`;
}

function bindWords(mounts: readonly BindMount[]): readonly string[] {
  return mounts.flatMap((mount) => [mount.readOnly ? 'ro' : 'rw', mount.source, mount.target]);
}

/** Starts the command in its own mount namespace; stdout and stderr go to the log file. Signals reach the command itself. */
export function startProcess(input: ProcessInput): ChildProcess {
  const binds = bindWords(input.mounts);
  const log = openSync(input.logFile, 'a');
  return spawn('unshare', [...unshareFlags, 'sh', '-c', BIND_AND_EXEC, 'sh', ...binds, '--', ...input.command], {
    cwd: input.directory,
    env: { ...input.env },
    stdio: ['ignore', log, log],
  });
}
