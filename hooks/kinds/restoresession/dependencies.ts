/** `status.dependencies`: every object that a restore needs, and whether it is there. Secrets are the movers' to find. */
import type { RestoreSessionStatus } from '../../generated/types/restoresession.ts';
import { textOf } from '../../kube/json-values.ts';
import { KIND, objectNamed } from '../../kube/references.ts';
import { LATEST } from './checks.ts';
import type { Course } from './course.ts';
import { repositoryNamed, storageOf, type Observed } from './observe.ts';

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
function snapshotOf({ session, snapshots, namespace }: Observed, { plan }: Course): Dependencies {
  const name = plan?.snapshot ?? textOf(session.spec?.dataSource?.snapshot);
  if (name === undefined) return [];
  const found = plan !== undefined || (name !== LATEST && snapshots.some((one) => one.metadata.name === name));
  return [{ apiGroup: STORAGE_GROUP, kind: 'Snapshot', name, namespace, found }];
}

function repositoryOf(observed: Observed, { plan }: Course): Dependencies {
  const { session, namespace } = observed;
  const name = plan?.repository ?? textOf(session.spec?.dataSource?.repository);
  if (name === undefined) return [];
  const repository = repositoryNamed(observed, name);
  const own = { apiGroup: STORAGE_GROUP, kind: 'Repository', name, namespace, found: repository !== undefined };
  const reference = repository?.spec?.storageRef;
  if (repository === undefined || reference === undefined) return [own];
  const found = storageOf(observed, repository) !== undefined;
  const storage = {
    apiGroup: STORAGE_GROUP,
    kind: 'BackupStorage',
    name: reference.name,
    namespace: reference.namespace ?? namespace,
    found,
  };
  return [own, storage];
}

function addonOf({ session, related }: Observed, { plan }: Course): Dependencies {
  const name = plan?.addon.name ?? textOf(session.spec?.addon?.name);
  if (name === undefined) return [];
  return [{ apiGroup: ADDONS_GROUP, kind: 'Addon', name, found: objectNamed(related, KIND.addon, name) !== undefined }];
}
