/** Resident memory of the service after it has seen many different parents: nothing of them may stay. */
import { readFileSync } from 'node:fs';
import { firstRequest } from './backup-configuration.ts';
import { medianOf, spreadOf, type BenchRow } from './row.ts';
import { bundled, startService } from './service.ts';

const PARENTS = 10_000;
const PARALLEL = 16;
const ROUNDS = 3;

/** Megabytes (10^6 bytes) of VmRSS, right after the last answer. */
export async function run(): Promise<readonly BenchRow[]> {
  const sizes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const service = await startService(bundled());
    await Promise.all(Array.from({ length: PARALLEL }, (_, lane) => postParents(service.port, lane)));
    sizes.push(residentBytes(service.pid) / 1e6);
    await service.stop();
  }
  return [
    { name: 'memory-10000', value: medianOf(sizes), unit: 'MB', limit: { atMost: 150 }, spread: spreadOf(sizes) },
  ];
}

async function postParents(port: number, lane: number): Promise<void> {
  const request = firstRequest();
  for (let index = lane; index < PARENTS; index += PARALLEL) {
    const metadata = { ...request.parent.metadata, name: `library-${index}`, uid: `uid-${index}` };
    const answer = await fetch(`http://127.0.0.1:${port}/v1/backupconfiguration/sync`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...request, parent: { ...request.parent, metadata } }),
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(text);
  }
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
