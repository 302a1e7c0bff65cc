/** Throughput of one hook against a bare server, in turn, so that a change of the machine's mood meets both. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadPlan } from './load.ts';
import { medianOf, spreadOf, type BenchRow } from './row.ts';
import { bundled, outputOf, startScript, startService } from './service.ts';

const ROUNDS = 7;
const SLICES = 6;
const WARM_UP_SECONDS = 15;

export interface HookLoad {
  readonly name: string;
  readonly path: string;
  readonly request: unknown;
  /** Lowest ratio to the bare server's throughput. */
  readonly atLeast: number;
  readonly connections: number;
  readonly sliceMs: number;
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
    const rounds = (await outputOf('load.ts', [JSON.stringify(planOf(load, bodyFile, [bare.port, service.port]))])) as [
      number,
      number,
    ][];
    const ratios = rounds.map(([bareRate, serviceRate]) => serviceRate / bareRate);
    return {
      name: load.name,
      value: medianOf(rounds.map(([, serviceRate]) => serviceRate)),
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

function planOf({ path, connections, sliceMs }: HookLoad, bodyFile: string, ports: readonly number[]): LoadPlan {
  return {
    ports,
    path,
    bodyFile,
    connections,
    sliceMs,
    rounds: ROUNDS,
    slicesPerRound: SLICES,
    warmUpSeconds: WARM_UP_SECONDS,
  };
}
