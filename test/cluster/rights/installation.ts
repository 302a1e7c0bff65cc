/**
 * MetaStash on the API server of KUBECONFIG without a node: definitions, catalogue, hooks, and the real Metacontroller under the
 * account and ClusterRole that users install. Movers are run by the tests, each with a token of its own account.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiKube } from '../../../mover/kube/api.ts';
import { kubeconfigConnection } from '../../../mover/kube/kubeconfig.ts';
import { TASK_REPORTS } from '../../../mover/kube/kube.ts';
import { METACONTROLLER_DEFINITIONS } from '../../../sandbox/api-server/metacontroller-definitions.ts';
import { apply, isThere, definitionsAreServed, kubectl } from '../../e2e/kubectl.ts';
import { freePort, start, type Running } from '../../e2e/processes.ts';

const ROOT = join(import.meta.dirname, '../../..');
const HOST = { namespace: 'metastash', name: 'metastash-metacontroller' };

export interface Account {
  readonly namespace: string;
  readonly name: string;
}

export interface Installation {
  readonly folder: string;
  stop(): Promise<void>;
}

/** Installs and starts everything. Throws what is missing. */
export async function install(): Promise<Installation> {
  if (!process.env['KUBECONFIG']) throw new Error('KUBECONFIG is not set: these tests need a real API server');
  const folder = mkdtempSync(join(tmpdir(), 'metastash-rights-'));
  // Other tests, or an installation, may have applied them before under a name of their own.
  kubectl(['apply', '--server-side', '--force-conflicts', '-f', join(ROOT, 'crds')]);
  apply(METACONTROLLER_DEFINITIONS);
  await definitionsAreServed();
  kubectl(['apply', '-f', join(ROOT, 'catalog')]);
  apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: HOST.namespace } }]);
  for (const file of ['account', 'cluster-role']) {
    const text = readFileSync(join(ROOT, `kustomize/components/metacontroller/${file}.yaml`), 'utf8');
    // kustomize fills this in for users.
    apply(
      text.replace(/(subjects:\n {2}- kind: ServiceAccount\n {4}name: \S+)/, `$1\n    namespace: ${HOST.namespace}`),
      '-n',
      HOST.namespace,
    );
  }
  const hooksPort = await freePort();
  const hooks = await start(
    [
      process.execPath,
      join(ROOT, 'build/hooks.js'),
      '--host',
      '127.0.0.1',
      '--port',
      String(hooksPort),
      '--drain-delay',
      '0',
    ],
    join(folder, 'hooks.log'),
    `http://127.0.0.1:${hooksPort}/readyz`,
  );
  const metacontroller = await startHost(folder);
  const controllers = controllersAt(`http://127.0.0.1:${hooksPort}`);
  apply(controllers);
  return {
    folder,
    stop: async () => {
      kubectl(['delete', '--wait=false', '-f', '-'], controllers);
      await metacontroller.stop();
      await hooks.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Metacontroller where there is one, else the sandbox's host, with the same rights. */
async function startHost(folder: string): Promise<Running> {
  const [metrics, health] = [await freePort(), await freePort()];
  const kubeconfig = `--kubeconfig=${kubeconfigOf(HOST, folder)}`;
  const log = join(folder, 'metacontroller.log');
  if (!isThere('metacontroller')) {
    console.log("      under the sandbox's host: there is no metacontroller on PATH");
    const program = [process.execPath, '--import', 'tsx', join(ROOT, 'sandbox/on-cluster/main.ts')] as const;
    return start([...program, kubeconfig, `--health-port=${health}`], log, `http://127.0.0.1:${health}/`);
  }
  const places = [`--metrics-address=127.0.0.1:${metrics}`, `--health-probe-bind-address=127.0.0.1:${health}`];
  const load = ['--client-go-qps=200', '--client-go-burst=400'];
  return start(['metacontroller', kubeconfig, ...places, ...load], log, `http://127.0.0.1:${health}/healthz`);
}

/** A kubeconfig file with a token of this account and nothing else. */
export function kubeconfigOf({ namespace, name }: Account, folder: string): string {
  const token = kubectl(['create', 'token', name, '-n', namespace, '--duration=1h']).trim();
  const config = JSON.parse(kubectl(['config', 'view', '--raw', '--minify', '-o', 'json'])) as {
    readonly users: readonly { readonly name: string }[];
  };
  const file = join(folder, `${namespace}-${name}.conf`);
  writeFileSync(file, JSON.stringify({ ...config, users: [{ name: config.users[0]?.name, user: { token } }] }), {
    mode: 0o600,
  });
  return file;
}

/** Writes a report's status with a token of this account, as a mover does. */
export async function patchReport(account: Account, report: Account, status: object, folder: string): Promise<void> {
  const admin = process.env['KUBECONFIG'];
  process.env['KUBECONFIG'] = kubeconfigOf(account, folder);
  const kube = apiKube(kubeconfigConnection());
  process.env['KUBECONFIG'] = admin;
  await kube.patchStatus(TASK_REPORTS, report.namespace, report.name, status);
}

export interface MoverJob {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Runs the real mover as this account, below a folder that stands for its container. Its exit code and its log. */
export function runMover(
  account: Account,
  job: MoverJob,
  folder: string,
): { readonly code: number; readonly log: string } {
  const done = spawnSync(process.execPath, [join(ROOT, 'build/mover.js'), ...job.args], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'] ?? '',
      METASTASH_RESTIC: process.env['METASTASH_RESTIC'] ?? 'restic',
      METASTASH_ROOT: join(folder, 'root'),
      METASTASH_REPORT_WAIT_SECONDS: '3',
      KUBECONFIG: kubeconfigOf(account, folder),
      POD_NAMESPACE: account.namespace,
      ...job.env,
    },
  });
  return { code: done.status ?? -1, log: `${done.stdout}${done.stderr}` };
}

/** What this command prints, run by a shell as a user would paste it. */
export function shell(command: string): string {
  return execFileSync('sh', ['-ec', command], { encoding: 'utf8' });
}

function controllersAt(url: string): string {
  const folder = join(ROOT, 'metacontroller');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'));
  return texts.map((text) => text.replace(/service: \{[^}]*\}\n\s*path: (\S+)/g, `url: ${url}$1`)).join('\n---\n');
}
