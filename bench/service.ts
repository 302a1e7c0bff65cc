/** The service as it is shipped: one bundled file, run by plain node in a process of its own. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const BUNDLE = 'build/hooks.js';

/** Bundles the service as `make build` does, and gives the file. */
export function bundled(): string {
  execFileSync('make', ['-s', BUNDLE], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  return `${ROOT}${BUNDLE}`;
}

export interface Server {
  readonly port: number;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** The bundled service on a free port. */
export function startService(bundle: string, flags: readonly string[] = []): Promise<Server> {
  return started(
    spawn(process.execPath, [bundle, '--port', '0', '--host', '127.0.0.1', '--drain-delay', '0', ...flags]),
    /"port":(\d+)/,
  );
}

/** A script of this folder that prints `port <n>`. */
export function startScript(script: string, argv: readonly string[]): Promise<Server> {
  return started(spawn(process.execPath, ['--import', 'tsx', `${ROOT}bench/${script}`, ...argv]), /port (\d+)/);
}

/** Runs a script of this folder to its end and gives the JSON that it prints. */
export function outputOf(script: string, argv: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, ['--import', 'tsx', `${ROOT}bench/${script}`, ...argv]);
  return new Promise((resolve, reject) => {
    let [out, errors] = ['', ''];
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`${script}: ${errors}`))));
  });
}

function started(child: ChildProcess, portLine: RegExp): Promise<Server> {
  return new Promise((resolve, reject) => {
    let out = '';
    const seen = (chunk: unknown): void => {
      out += String(chunk);
      const port = portLine.exec(out)?.[1];
      if (port === undefined) return;
      const stop = (): Promise<void> =>
        new Promise((stopped) => {
          child.once('close', () => stopped());
          child.kill('SIGTERM');
        });
      resolve({ port: Number(port), pid: child.pid ?? 0, stop });
    };
    child.stdout?.on('data', seen);
    child.stderr?.on('data', (chunk) => (out += String(chunk)));
    child.once('close', () => reject(new Error(`ended before it listened: ${out}`)));
  });
}
