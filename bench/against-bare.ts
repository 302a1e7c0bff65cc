/** Throughput of one hook against a bare server, in turn, so that a change of the machine's mood meets both. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { medianOf, spreadOf, type BenchRow } from './row.ts';
import { bundled, outputOf, startScript, startService } from './service.ts';

export interface HookLoad {
  readonly name: string;
  readonly path: string;
  readonly request: unknown;
  /** Lowest ratio to the bare server's throughput. */
  readonly atLeast: number;
  readonly connections: number;
  readonly rounds?: number;
  readonly roundMs?: number;
}

/** Requests per second of the hook, and its ratio to the bare server. */
export async function againstBare(load: HookLoad): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), 'metastash-bench-'));
  const [bodyFile, answerFile] = [join(folder, 'body.json'), join(folder, 'answer.json')];
  writeFileSync(bodyFile, JSON.stringify(load.request));
  const service = await startService(bundled());
  const answer = await fetch(`http://127.0.0.1:${service.port}${load.path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(load.request),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${load.path}: ${text}`);
  writeFileSync(answerFile, text);
  const bare = await startScript('bare-server.ts', [answerFile]);
  try {
    const perSecond = (port: number, milliseconds: number): Promise<number> =>
      loadOf(port, { ...load, bodyFile, milliseconds });
    for (const port of [bare.port, service.port]) await perSecond(port, 1500);
    const pairs: { readonly service: number; readonly ratio: number }[] = [];
    for (let round = 0; round < (load.rounds ?? 7); round += 1) {
      const bareRate = await perSecond(bare.port, load.roundMs ?? 1500);
      const serviceRate = await perSecond(service.port, load.roundMs ?? 1500);
      pairs.push({ service: serviceRate, ratio: serviceRate / bareRate });
    }
    const ratios = pairs.map(({ ratio }) => ratio);
    return {
      name: load.name,
      value: medianOf(pairs.map((pair) => pair.service)),
      unit: 'requests/s',
      limit: { atLeast: load.atLeast },
      ratio: medianOf(ratios),
      spread: spreadOf(ratios),
    };
  } finally {
    await Promise.all([service.stop(), bare.stop()]);
    rmSync(folder, { recursive: true });
  }
}

async function loadOf(port: number, load: HookLoad & { bodyFile: string; milliseconds: number }): Promise<number> {
  const argv = [port, load.path, load.bodyFile, load.milliseconds, load.connections].map(String);
  return ((await outputOf('load.ts', argv)) as { perSecond: number }).perSecond;
}
