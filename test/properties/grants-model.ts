/** Storages, policies, blueprints, Repositories and restores of three namespaces, any of them; and the relation that grants must keep. */
import fc from 'fast-check';
import type { DecoratorRequest, ObjectMap } from '../../hooks/kube/metacontroller.ts';
import type { KubeObject } from '../../hooks/kube/objects.ts';
import { KIND, kindOf } from '../../hooks/kube/references.ts';

export const NAMESPACES = ['ann', 'bob', 'vault'] as const;
export const SECRETS = ['key-1', 'key-2'] as const;
export const ACCOUNTS = ['mover-r1', 'mover-r2', 'restore-s1', 'named', 'stranger'] as const;
const TEAMS: Readonly<Record<string, string>> = { ann: 'a', bob: 'b', vault: 'v' };

interface Policy {
  readonly from: 'All' | 'Same' | 'Selector' | 'Everyone' | undefined;
  readonly team: string;
}
export interface Place {
  readonly namespace: string;
  readonly name: string;
}
interface StorageModel extends Place {
  readonly secret: string | undefined;
  readonly policy: Policy;
  readonly state: 'ready' | 'new' | 'deleting';
}
interface RepositoryModel extends Place {
  readonly storage: Place;
  readonly key: Place | undefined;
  readonly named: boolean;
}
interface RestoreModel extends Place {
  readonly phase: 'Running' | 'Pending' | 'Succeeded' | 'Failed' | undefined;
  readonly storage: Place | undefined;
  readonly key: Place | undefined;
}
interface BlueprintModel extends Place {
  readonly policy: Policy;
  readonly key: Place;
}
export interface Model {
  readonly storages: readonly StorageModel[];
  readonly repositories: readonly RepositoryModel[];
  readonly restores: readonly RestoreModel[];
  readonly blueprints: readonly BlueprintModel[];
}

const namespace = fc.constantFrom(...NAMESPACES);
const policy = fc.record<Policy>({
  from: fc.constantFrom('All', 'All', 'All', 'Same', 'Selector', 'Everyone', undefined),
  team: fc.constantFrom('a', 'b', 'v', 'x'),
});
const key = fc.record<Place>({ namespace, name: fc.constantFrom<string>(...SECRETS, '${key}') });
const storagePlace = fc.record<Place>({ namespace, name: fc.constant('s1') });
const byPlace = { selector: ({ namespace: where, name }: Place) => `${where}/${name}`, minLength: 2, maxLength: 5 };
export const model = fc.record<Model>({
  storages: fc.uniqueArray(
    fc.record<StorageModel>({
      namespace,
      name: fc.constant('s1'),
      secret: fc.constantFrom(...SECRETS, undefined),
      policy,
      state: fc.constantFrom('ready', 'ready', 'ready', 'new', 'deleting'),
    }),
    byPlace,
  ),
  repositories: fc.uniqueArray(
    fc.record<RepositoryModel>({
      namespace,
      name: fc.constantFrom('r1', 'r2'),
      storage: storagePlace,
      key: fc.option(key, { nil: undefined }),
      named: fc.boolean(),
    }),
    byPlace,
  ),
  restores: fc.uniqueArray(
    fc.record<RestoreModel>({
      namespace,
      name: fc.constant('s1'),
      phase: fc.constantFrom('Running', 'Pending', 'Succeeded', 'Failed', undefined),
      storage: fc.option(storagePlace, { nil: undefined }),
      key: fc.option(key, { nil: undefined }),
    }),
    byPlace,
  ),
  blueprints: fc.uniqueArray(
    fc.record<BlueprintModel>({ namespace, name: fc.constantFrom('b1', 'b2'), policy, key }),
    byPlace,
  ),
});

/** The relation in plain words: whether this account may read this Secret of another namespace. */
export function mayRead(world: Model, account: Place, secret: Place): boolean {
  if (account.namespace === secret.namespace) return false;
  const uses = usesOf(world, account);
  const throughStorage = world.storages.some(
    (one) =>
      one.state === 'ready' &&
      one.namespace === secret.namespace &&
      one.secret === secret.name &&
      admits(one.policy, account.namespace) &&
      uses.some(({ storage }) => storage?.namespace === one.namespace && storage.name === one.name),
  );
  const throughBlueprint = world.blueprints.some(
    (one) =>
      one.namespace === secret.namespace &&
      one.key.namespace === one.namespace &&
      one.key.name === secret.name &&
      // A name that is yet to be filled in names nothing.
      !secret.name.includes('$') &&
      admits(one.policy, account.namespace) &&
      uses.some((use) => use.key?.namespace === secret.namespace && use.key.name === secret.name),
  );
  return throughStorage || throughBlueprint;
}

function usesOf(world: Model, account: Place): readonly Pick<RepositoryModel | RestoreModel, 'storage' | 'key'>[] {
  const here = <Item extends Place>(items: readonly Item[]): readonly Item[] =>
    items.filter((one) => one.namespace === account.namespace);
  return [
    ...here(world.repositories).filter(
      (one) => account.name === `mover-${one.name}` || (account.name === 'named' && one.named),
    ),
    ...here(world.restores).filter(
      (one) => account.name === `restore-${one.name}` && !['Succeeded', 'Failed'].includes(one.phase ?? ''),
    ),
  ];
}

/** Never the own namespace here: that one is not asked about. */
function admits({ from, team }: Policy, consumer: string): boolean {
  return from === 'All' || (from === 'Selector' && TEAMS[consumer] === team);
}

/** What Metacontroller would post for this Namespace. */
export function requestOf(world: Model, consumer: string): DecoratorRequest {
  const related = objectsOf(world).filter(
    (one) => ['BackupStorage', 'BackupBlueprint'].includes(one.kind) || one.metadata.namespace === consumer,
  );
  const groups = [KIND.backupStorage, KIND.backupBlueprint, KIND.repository, KIND.restoreSession];
  const empty = Object.fromEntries([...groups, KIND.backupConfiguration].map((group) => [group, {}]));
  const metadata = {
    name: consumer,
    uid: `uid-${consumer}`,
    creationTimestamp: '',
    labels: { team: TEAMS[consumer] ?? '' },
  };
  return {
    object: { apiVersion: 'v1', kind: 'Namespace', metadata },
    attachments: mapOf([]),
    related: { ...empty, ...mapOf(related) },
    finalizing: false,
  };
}

/** Objects as a map of groups, with the attachments' groups always there. */
export function mapOf(objects: readonly KubeObject[]): ObjectMap {
  const groups: Record<string, Record<string, KubeObject>> = { [KIND.role]: {}, [KIND.roleBinding]: {} };
  for (const one of objects) {
    const group = (groups[kindOf(one)] ??= {});
    group[`${one.metadata.namespace}/${one.metadata.name}`] = one;
  }
  return groups;
}

/** The model as objects of the cluster. */
export function objectsOf(world: Model): readonly KubeObject[] {
  return [
    ...world.storages.map(storageObject),
    ...world.repositories.flatMap(repositoryObjects),
    ...world.restores.map(restoreObject),
    ...world.blueprints.map(blueprintObject),
  ];
}

const STORAGE = 'storage.kubestash.com/v1alpha1';
const CORE = 'core.kubestash.com/v1alpha1';

function object(apiVersion: string, kind: string, { namespace: where, name }: Place, rest: object): KubeObject {
  const metadata = {
    namespace: where,
    name,
    uid: `${kind}-${where}-${name}`,
    creationTimestamp: '2026-01-05T00:00:00Z',
  };
  return { apiVersion, kind, metadata, ...rest };
}

function usagePolicy({ from, team }: Policy): object {
  return from === undefined
    ? {}
    : { usagePolicy: { allowedNamespaces: { from, selector: { matchLabels: { team } } } } };
}

function storageObject({ secret, policy: own, state, ...place }: StorageModel): KubeObject {
  const s3 = { bucket: 'b', ...(secret === undefined ? {} : { secretName: secret }) };
  const status = state === 'new' ? {} : { status: { phase: 'Ready', conditions: [] } };
  const found = object(STORAGE, 'BackupStorage', place, {
    spec: { storage: { provider: 's3', s3 }, ...usagePolicy(own) },
    ...status,
  });
  if (state !== 'deleting') return found;
  return { ...found, metadata: { ...found.metadata, deletionTimestamp: '2026-01-05T01:00:00Z' } };
}

function repositoryObjects({ storage, key: secret, named, ...place }: RepositoryModel): readonly KubeObject[] {
  const spec = { storageRef: storage, path: 'x', ...(secret === undefined ? {} : { encryptionSecret: secret }) };
  const repository = object(STORAGE, 'Repository', place, { spec });
  if (!named) return [repository];
  const session = {
    repositories: [{ name: place.name }],
    addon: { jobTemplate: { spec: { serviceAccountName: 'named' } } },
  };
  return [repository, object(CORE, 'BackupConfiguration', place, { spec: { sessions: [session] } })];
}

function restoreObject({ storage, key: secret, phase, ...place }: RestoreModel): KubeObject {
  const spec = {
    target: { name: 't' },
    dataSource: {
      snapshot: 'latest',
      repository: 'none',
      ...(secret === undefined ? {} : { encryptionSecret: secret }),
    },
    addon: { name: 'a' },
  };
  const dependencies = storage === undefined ? [] : [{ kind: 'BackupStorage', ...storage, found: true }];
  return object(CORE, 'RestoreSession', place, {
    spec,
    status: { ...(phase === undefined ? {} : { phase }), dependencies },
  });
}

function blueprintObject({ policy: own, key: secret, ...place }: BlueprintModel): KubeObject {
  const sessions = [{ repositories: [{ name: 'x', encryptionSecret: secret }] }];
  return object(CORE, 'BackupBlueprint', place, {
    spec: { ...usagePolicy(own), backupConfigurationTemplate: { sessions } },
  });
}
