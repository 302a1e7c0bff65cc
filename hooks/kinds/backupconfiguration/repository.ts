/**
 * The Repository that a session writes to. It outlives its BackupConfiguration unless the spec says otherwise: a second
 * owner keeps it (law 5). Its spec is the cluster's from the day it is made: it is restated from what is observed, so that an edit
 * here never points a history at another place; only deletionPolicy and the second owner follow the configuration.
 */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { Repository, RepositorySpec } from '../../generated/types/repository.ts';
import { secondOwner } from '../../kube/namespaces.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { targetKindOf, type TargetReference } from '../../kube/workload.ts';
import type { EffectiveRepository, Reference } from './effective.ts';
import { labelsOf } from './labels.ts';

export interface RepositoryInput {
  readonly declared: EffectiveRepository;
  readonly storage: Reference;
  readonly target: TargetReference | undefined;
  readonly clusterUid: string;
  readonly observed: Repository | undefined;
}

/** The Repository as a child, in the form that the API server stores. */
export function repositoryChild(configuration: BackupConfiguration, input: RepositoryInput): DesiredObject {
  const { declared, observed, clusterUid } = input;
  const policy = declared.declared.deletionPolicy ?? 'Retain';
  const { namespace } = configuration.metadata;
  return {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Repository',
    metadata: {
      name: declared.name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: labelsOf(configuration),
      ...(policy === 'Retain' ? { ownerReferences: [secondOwner(clusterUid)] } : {}),
    },
    spec: {
      ...(observed?.spec ?? newSpec(input)),
      // KubeStash's Repository knows no Retain: one that stays is one whose data stays when it is deleted itself.
      deletionPolicy: policy === 'WipeOut' ? 'WipeOut' : 'Delete',
    },
  };
}

function newSpec({ declared, storage, target }: RepositoryInput): RepositorySpec {
  const { directory, encryptionSecret } = declared.declared;
  return {
    appRef: target === undefined ? NO_TARGET : appRefOf(target),
    storageRef: storage,
    path: directory,
    ...(encryptionSecret === undefined ? {} : { encryptionSecret }),
  };
}

/** What KubeStash writes for a backup of cluster resources. */
const NO_TARGET = { apiGroup: 'na', kind: '', name: 'na' };

function appRefOf(target: TargetReference): NonNullable<RepositorySpec['appRef']> {
  const kind = targetKindOf(target);
  const apiGroup = kind.ok ? kind.value.apiGroup : (target.apiGroup ?? '');
  return { ...target, ...(apiGroup === '' ? {} : { apiGroup }) };
}
