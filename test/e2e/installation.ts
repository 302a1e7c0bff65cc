/** MetaStash installed into the cluster of KUBECONFIG: images, CRDs, catalogue, the hooks and Metacontroller as processes. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleImages } from '../../mover/tools/images/images.ts';
import { METACONTROLLER_DEFINITIONS } from '../../sandbox/api-server/metacontroller-definitions.ts';
import { makeAccount, removeAccount } from './account.ts';
import { apply, definitionsAreServed, kubectl } from './kubectl.ts';
import { HOST, LOADER, ROOT, TRACES } from './needs.ts';
import { freePort, start, type Running } from './processes.ts';

export interface Installation {
  /** A folder of this machine, and so of the node: volumes, backups and logs live here. */
  readonly folder: string;
  /** Runs `meanwhile` while the hooks, or Metacontroller, are not there, and starts them again. */
  without(what: 'hooks' | 'metacontroller', end: Ending, meanwhile: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Asked to end, as for a new version, or killed at once. */
export type Ending = 'stop' | 'kill';

/** Installs everything. What it leaves in the cluster at the end are CRDs and the catalogue. */
export async function install(): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'metastash-e2e-'));
  loadImages(folder);
  await applyDefinitions();
  kubectl(['apply', '-f', join(ROOT, 'catalog')]);
  const port = await freePort();
  const account = makeAccount(folder);
  const starters = {
    hooks: () => startHooks(folder, port),
    metacontroller: () => startMetacontroller(folder, account),
  };
  const running = { hooks: await starters.hooks(), metacontroller: await starters.metacontroller() };
  const recorder = TRACES ? await startRecorder(folder, port, TRACES) : undefined;
  const controllers = controllersAt(`http://127.0.0.1:${recorder?.port ?? port}`);
  apply(controllers);
  return {
    folder,
    without: async (what, end, meanwhile) => {
      await running[what][end]();
      try {
        await meanwhile();
      } finally {
        running[what] = await starters[what]();
      }
    },
    stop: async () => {
      kubectl(['delete', '--wait=false', '-f', '-'], controllers);
      await running.metacontroller.stop();
      removeAccount();
      await recorder?.running.stop();
      await running.hooks.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function startHooks(folder: string, port: number): Promise<Running> {
  return start(
    [
      process.execPath,
      join(ROOT, 'build/hooks.js'),
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--drain-delay',
      '0',
      ...(TRACES ? ['--dev'] : []),
    ],
    join(folder, 'hooks.log'),
    `http://127.0.0.1:${port}/readyz`,
  );
}

async function startRecorder(
  folder: string,
  hooks: number,
  traces: string,
): Promise<{ readonly port: number; readonly running: Running }> {
  const port = await freePort();
  const program = [process.execPath, '--import', 'tsx', join(ROOT, 'test/e2e/recorder.ts')] as const;
  const running = await start(
    [...program, String(port), `http://127.0.0.1:${hooks}`, traces],
    join(folder, 'recorder.log'),
    `http://127.0.0.1:${port}/readyz`,
  );
  return { port, running };
}

function loadImages(folder: string): void {
  const images = join(folder, 'images');
  const restic = execFileSync(join(ROOT, 'mover/tools/find-restic.sh'), { encoding: 'utf8' }).trim();
  const made = { version: 'v0.1.0', revision: 'e2e', createdAtSeconds: 0 };
  assembleImages({ repository: ROOT, output: images, restic, ...made });
  load('docker.io/metastash/mover:v0.1.0', join(images, 'mover', 'rootfs'), '/nodejs/bin/node', '/app/mover.js');
  const busybox = join(folder, 'image-busybox');
  for (const part of ['bin', 'tmp']) mkdirSync(join(busybox, part), { recursive: true });
  execFileSync('cp', ['/bin/busybox', join(busybox, 'bin/busybox')]);
  for (const applet of ['sh', 'sleep', 'cat', 'ls', 'rm', 'echo']) symlinkSync('busybox', join(busybox, 'bin', applet));
  load('docker.io/library/busybox:1.37', busybox);
  for (const image of [images, busybox]) rmSync(image, { recursive: true });
}

function load(name: string, rootFolder: string, ...entrypoint: readonly string[]): void {
  execFileSync('sh', ['-c', `$0 "$@"`, LOADER ?? '', name, rootFolder, ...entrypoint], { stdio: 'inherit' });
}

async function applyDefinitions(): Promise<void> {
  // Other tests, or an installation, may have applied them before under a name of their own.
  kubectl(['apply', '--server-side', '--force-conflicts', '-f', join(ROOT, 'crds')]);
  const known = kubectl(['get', 'crd', '-o', 'name']);
  if (!known.includes('compositecontrollers.metacontroller.k8s.io')) apply(METACONTROLLER_DEFINITIONS);
  await definitionsAreServed();
}

/** Metacontroller where there is one, else the sandbox's host on the same API server. */
async function startMetacontroller(folder: string, kubeconfig: string): Promise<Running> {
  const [metrics, health] = [await freePort(), await freePort()];
  const log = join(folder, 'metacontroller.log');
  if (HOST === 'sandbox') {
    const program = [process.execPath, '--import', 'tsx', join(ROOT, 'sandbox/on-cluster/main.ts')] as const;
    return start(
      [...program, `--kubeconfig=${kubeconfig}`, `--health-port=${health}`],
      log,
      `http://127.0.0.1:${health}/`,
    );
  }
  const flags = {
    kubeconfig,
    'metrics-address': `127.0.0.1:${metrics}`,
    'health-probe-bind-address': `127.0.0.1:${health}`,
    'client-go-qps': '200',
    'client-go-burst': '400',
    workers: '10',
  };
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  // As kustomize/components/metacontroller has it.
  const env = { GOGC: '400', GOMEMLIMIT: '1600MiB' };
  return start(['metacontroller', ...args], log, `http://127.0.0.1:${health}/healthz`, env);
}

/** metacontroller/*.yaml with the Service replaced by the process: the one thing that differs from an installation. */
function controllersAt(url: string): string {
  const folder = join(ROOT, 'metacontroller');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'));
  return texts.map((text) => text.replace(/service: \{[^}]*\}\n\s*path: (\S+)/g, `url: ${url}$1`)).join('\n---\n');
}
