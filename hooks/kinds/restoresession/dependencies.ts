/** `status.dependencies`: every object that a restore needs, and whether it is there. Secrets are the movers' to find. */
import type { Repository } from '../../generated/types/repository.ts';
import type { RestoreSessionStatus } from '../../generated/types/restoresession.ts';
import { textOf } from '../../kube/json-values.ts';
import { KIND, objectNamed, resolvedReference } from '../../kube/references.ts';
import { LATEST } from './checks.ts';
import type { Course } from './course.ts';
import { repositoryNamed, storageOf, type Observed } from './observe.ts';
import { isSourceAllowed } from './source.ts';

type Dependencies = NonNullable<RestoreSessionStatus['dependencies']>;

const STORAGE_GROUP = 'storage.kubestash.com';
const ADDONS_GROUP = 'addons.kubestash.com';

/** The dependencies as they are seen now; nothing while the spec names none. */
export function dependenciesOf(observed: Observed, course: Course): Pick<RestoreSessionStatus, 'dependencies'> {
  const dependencies = [
    ...snapshotOf(observed, course),
    ...repositoryOf(observed, course),
    ...addonOf(observed, course),
  ];
  return dependencies.length === 0 ? {} : { dependencies };
}

/** Once pinned, the Snapshot's data is what counts: it is restored even if the object has gone since. */
function snapshotOf(observed: Observed, { plan }: Course): Dependencies {
  const { session, sources, sourceNamespace: namespace } = observed;
  const name = plan?.snapshot ?? textOf(session.spec?.dataSource?.snapshot);
  if (name === undefined) return [];
  const isSeen = name !== LATEST && sources.some((one) => one.metadata.name === name);
  const found = plan !== undefined || (isSeen && isSourceAllowed(session.spec.dataSource, observed));
  return [{ apiGroup: STORAGE_GROUP, kind: 'Snapshot', name, namespace, found }];
}

function repositoryOf(observed: Observed, { plan }: Course): Dependencies {
  const { session, sourceNamespace: namespace } = observed;
  const name = plan?.repository ?? textOf(session.spec?.dataSource?.repository);
  if (name === undefined) return [];
  // Of a namespace whose storage does not admit this one nothing is told.
  const isTold = plan !== undefined || isSourceAllowed(session.spec.dataSource, observed);
  const repository = isTold ? repositoryNamed(observed, name) : undefined;
  const own = { apiGroup: STORAGE_GROUP, kind: 'Repository', name, namespace, found: repository !== undefined };
  return repository === undefined ? [own] : [own, ...storageDependency(repository, observed)];
}

function storageDependency(repository: Repository, observed: Observed): Dependencies {
  const reference = repository.spec?.storageRef;
  if (reference === undefined) return [];
  const { name, namespace } = resolvedReference(reference, repository.metadata.namespace ?? '');
  const found = storageOf(observed, repository).ok;
  return [{ apiGroup: STORAGE_GROUP, kind: 'BackupStorage', name, namespace, found }];
}

function addonOf({ session, related }: Observed, { plan }: Course): Dependencies {
  const name = plan?.addon.name ?? textOf(session.spec?.addon?.name);
  if (name === undefined) return [];
  return [{ apiGroup: ADDONS_GROUP, kind: 'Addon', name, found: objectNamed(related, KIND.addon, name) !== undefined }];
}
