/**
 * `kubectl exec` of the sandbox: the command runs on this machine below the Pod's root, with the Pod's volumes at their own
 * paths and this machine's programs, read only, in place of an image's.
 */
import { spawn } from 'node:child_process';
import { lstatSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiServer } from '../api-server/api.ts';
import type { Pod } from '../controllers/shapes.ts';
import { environmentOf } from './environment.ts';
import { bindAndEnter, unshareFlags } from './namespace-process.ts';
import { mountsOf, type BindMount } from './volumes.ts';
import type { World } from './world.ts';

export interface ExecOrder {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}

export type ExecAnswer = { readonly exitCode: number; readonly output: string } | { readonly error: string };

/** What an image would bring. */
const PROGRAMS = ['/usr', '/bin', '/sbin', '/lib', '/lib64', '/dev', '/proc'];
const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs the command to its end; an error where there is no such Pod or container to run it in. */
export async function runInPod(api: ApiServer, world: World, order: ExecOrder): Promise<ExecAnswer> {
  const { namespace, pod: name } = order;
  const pod = api.get({ apiVersion: 'v1', kind: 'Pod', namespace, name }) as Pod | undefined;
  if (pod?.status?.phase !== 'Running') return { error: `pods "${name}" is not running` };
  const container = pod.spec.containers.find((one) => one.name === order.container);
  if (container === undefined) return { error: `container ${order.container} is not valid for pod ${name}` };
  const root = join(world.pod(pod.metadata.uid), 'root');
  mkdirSync(join(root, 'tmp'), { recursive: true });
  const mounts = [...PROGRAMS.flatMap((path) => programMount(root, path)), ...mountsOf(api, world, pod, container)];
  const env = { PATH: SEARCH_PATH, HOSTNAME: name, ...environmentOf(pod, container) };
  return ended(bindAndEnter(root, mounts, order.command), env);
}

/** Where this machine has a link (`/bin` -> `usr/bin`), so has the Pod. */
function programMount(root: string, path: string): readonly BindMount[] {
  const here = lstatSync(path, { throwIfNoEntry: false });
  const target = join(root, path);
  if (here === undefined) return [];
  if (!here.isSymbolicLink()) {
    mkdirSync(target, { recursive: true });
    return [{ source: path, target, readOnly: path !== '/dev' && path !== '/proc' }];
  }
  if (lstatSync(target, { throwIfNoEntry: false }) === undefined) symlinkSync(readlinkSync(path), target);
  return [];
}

function ended(args: readonly string[], env: Readonly<Record<string, string>>): Promise<ExecAnswer> {
  return new Promise((resolve) => {
    const child = spawn('unshare', [...unshareFlags, ...args], {
      cwd: '/',
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.once('error', (error) => resolve({ error: error.message }));
    child.once('close', (code) => resolve({ exitCode: code ?? 137, output }));
  });
}
