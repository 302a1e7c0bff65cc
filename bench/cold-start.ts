/** From spawn to the first 200 of /readyz, of the bundled service. */
import { medianOf, spreadOf, type BenchRow } from './row.ts';
import { bundled, startService } from './service.ts';

const ROUNDS = 7;

/** Milliseconds until the service is ready. */
export async function run(): Promise<readonly BenchRow[]> {
  const bundle = bundled();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    const service = await startService(bundle);
    const { status } = await fetch(`http://127.0.0.1:${service.port}/readyz`);
    if (status !== 200) throw new Error(`/readyz answers ${status}`);
    times.push(performance.now() - started);
    await service.stop();
  }
  return [{ name: 'cold-start', value: medianOf(times), unit: 'ms', limit: { atMost: 1000 }, spread: spreadOf(times) }];
}
