/** Hooks and Metacontroller of an overlay as processes of this machine: with its arguments, Secrets and account. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { kubectl } from '../e2e/kubectl.ts';
import { freePort, start, type Running } from '../e2e/processes.ts';
import { environmentOf, mountSecrets, NAMESPACE, type Overlay } from './overlay.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
export const METACONTROLLER_USER = `system:serviceaccount:${NAMESPACE}:metastash-metacontroller`;

export interface Processes {
  readonly folder: string;
  readonly hooks: Running;
  readonly hooksUrl: string;
  readonly metacontroller: Running;
  /** Its output names the hosts that Metacontroller asked for. */
  readonly tunnel: Running;
  /** Stops Metacontroller and starts it anew, which then reads Secrets again. */
  restartMetacontroller(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts both. Metacontroller has no other right than those of its ServiceAccount. */
export async function startProcesses(overlay: Overlay): Promise<Processes> {
  const folder = mkdtempSync(join(tmpdir(), 'metastash-installed-'));
  const port = await freePort();
  const hooks = await startHooks(folder, overlay, port);
  const proxy = await freePort();
  const tunnel = await startTunnel(folder, port, proxy);
  const kubeconfig = writeAccountConfig(folder);
  const begin = (): Promise<Running> =>
    startMetacontroller(folder, overlay, { kubeconfig, proxy: `http://127.0.0.1:${proxy}` });
  let metacontroller = await begin();
  return {
    folder,
    hooks,
    hooksUrl: `https://127.0.0.1:${port}`,
    get metacontroller() {
      return metacontroller;
    },
    tunnel,
    restartMetacontroller: async () => {
      await metacontroller.stop();
      metacontroller = await begin();
    },
    stop: async () => {
      await metacontroller.stop();
      await hooks.stop();
      await tunnel.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function startHooks(folder: string, { hooks }: Overlay, port: number): Promise<Running> {
  mountSecrets(folder, hooks);
  const env = { ...environmentOf(folder, hooks), METASTASH_PORT: String(port), METASTASH_DRAIN_DELAY: '0' };
  const command = [process.execPath, join(ROOT, 'build/hooks.js'), '--host', '127.0.0.1'] as const;
  return start([...command], join(folder, 'hooks.log'), `tcp://127.0.0.1:${port}`, env);
}

function startTunnel(folder: string, hooksPort: number, port: number): Promise<Running> {
  const file = join(import.meta.dirname, 'tunnel.ts');
  const args = [`metastash-hooks.${NAMESPACE}`, String(hooksPort), String(port)];
  const command = [process.execPath, '--import=tsx', file, ...args] as const;
  return start([...command], join(folder, 'tunnel.log'), `http://127.0.0.1:${port}`);
}

async function startMetacontroller(
  folder: string,
  { metacontroller }: Overlay,
  { kubeconfig, proxy }: { readonly kubeconfig: string; readonly proxy: string },
): Promise<Running> {
  const [metrics, health] = [await freePort(), await freePort()];
  const args = metacontroller.containers[0].args ?? [];
  const places = [
    `--kubeconfig=${kubeconfig}`,
    `--metrics-address=127.0.0.1:${metrics}`,
    `--health-probe-bind-address=127.0.0.1:${health}`,
  ];
  const command = ['metacontroller', ...args, ...places] as const;
  const env = { ...environmentOf(folder, metacontroller), HTTPS_PROXY: proxy, NO_PROXY: '127.0.0.1,localhost' };
  return start([...command], join(folder, 'metacontroller.log'), `http://127.0.0.1:${health}/healthz`, env);
}

/** A kubeconfig whose user is Metacontroller's ServiceAccount and nobody else. */
function writeAccountConfig(folder: string): string {
  const config = new KubeConfig();
  config.loadFromFile(process.env['KUBECONFIG'] ?? '');
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error('KUBECONFIG names no cluster');
  const token = kubectl(['create', 'token', 'metastash-metacontroller', '-n', NAMESPACE, '--duration=12h']).trim();
  config.loadFromClusterAndUser(cluster, { name: 'metacontroller', token });
  const path = join(folder, 'metacontroller.conf');
  writeFileSync(path, config.exportConfig(), { mode: 0o600 });
  return path;
}
