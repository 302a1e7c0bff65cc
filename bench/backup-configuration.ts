/** A BackupConfiguration as the examples have it, in the request in which it is first seen: no status, no children. */
import { ROUTES } from '../hooks/routes.ts';
import { objectMap, stored, storedFrom, type SettledRequest } from './observed.ts';

/** The sync request; the catalogue, storage, policy and target that customize asks for are there and ready. */
export function firstRequest(): SettledRequest {
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
