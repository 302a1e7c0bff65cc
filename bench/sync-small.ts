/**
 * A BackupConfiguration as users write it, twice: as it is first seen (7 KB, everything is still to be made), and settled
 * (23 KB with its five children, nothing to do), which is what most requests of a quiet cluster are.
 */
import { againstBare } from './against-bare.ts';
import { objectMap, settled, stored, storedFrom, type SettledRequest } from './observed.ts';
import { ROUTES } from '../hooks/routes.ts';
import type { BenchRow } from './row.ts';

/** Requests per second against a bare server. */
export async function run(): Promise<readonly BenchRow[]> {
  const load = { path: '/v1/backupconfiguration/sync', atLeast: 0.4, connections: 8 };
  const first = firstRequest();
  return [
    await againstBare({ ...load, name: 'sync-small', request: first }),
    await againstBare({ ...load, name: 'sync-settled', request: settledFrom(first) }),
  ];
}

function settledFrom(first: SettledRequest): SettledRequest {
  return settled('backupconfiguration', first, (child) => (child.kind === 'Repository' ? { phase: 'Ready' } : {}));
}

function firstRequest(): SettledRequest {
  const parents = storedFrom('examples/quickstart/backupconfiguration-library.yaml');
  const parent = parents.find((object) => object.kind === 'BackupConfiguration');
  if (!parent) throw new Error('examples/quickstart/backupconfiguration-library.yaml holds no BackupConfiguration');
  const namespaces = ['demo', 'kube-system'].map((name) =>
    stored({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
  );
  const related = objectMap(
    [
      'HookTemplate.core.kubestash.com/v1alpha1',
      'Function.addons.kubestash.com/v1alpha1',
      'Repository.storage.kubestash.com/v1alpha1',
    ],
    [
      ...namespaces,
      ...storedFrom('examples/quickstart/backupstorage.yaml').map((object) => ({
        ...object,
        status: { phase: 'Ready' },
      })),
      ...storedFrom('examples/quickstart/retentionpolicy.yaml'),
      ...storedFrom('catalog/addon-workload-addon.yaml'),
      ...storedFrom('catalog/function-metastash-mover.yaml'),
      ...storedFrom('examples/quickstart/workloads.yaml').filter((object) => object.kind === 'StatefulSet'),
    ],
  );
  return { parent, children: objectMap(CHILDREN, []), related, finalizing: false };
}

const CHILDREN = ROUTES.find((row) => row.kind === 'backupconfiguration')?.children ?? [];
