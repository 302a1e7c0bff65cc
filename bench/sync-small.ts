/**
 * A BackupConfiguration as users write it, twice: as it is first seen (7 KB, everything is still to be made), and settled
 * (23 KB with its five children, nothing to do), which is what most requests of a quiet cluster are.
 */
import { againstBare } from './against-bare.ts';
import { firstRequest } from './backup-configuration.ts';
import { settled, type SettledRequest } from './observed.ts';
import type { BenchRow } from './row.ts';

/** Requests per second against a bare server. */
export async function run(): Promise<readonly BenchRow[]> {
  const load = { path: '/v1/backupconfiguration/sync', atLeast: 0.4, connections: 8, sliceMs: 200 };
  const first = firstRequest();
  return [
    await againstBare({ ...load, name: 'sync-small', request: first }),
    await againstBare({ ...load, name: 'sync-settled', request: settledFrom(first) }),
  ];
}

function settledFrom(first: SettledRequest): SettledRequest {
  return settled('backupconfiguration', first, (child) => (child.kind === 'Repository' ? { phase: 'Ready' } : {}));
}
