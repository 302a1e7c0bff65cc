/** Objects that a BackupSession sees, whole as the API server would send them, with the fields a test is about on top. */
import type { BackupConfiguration } from '../../../../hooks/generated/types/backupconfiguration.ts';
import type { BackupSession, BackupSessionStatus } from '../../../../hooks/generated/types/backupsession.ts';
import type { Repository } from '../../../../hooks/generated/types/repository.ts';
import type { RestoreSession } from '../../../../hooks/generated/types/restoresession.ts';
import type { Session } from '../../../../hooks/generated/types/shared.ts';
import type { Snapshot, SnapshotStatus } from '../../../../hooks/generated/types/snapshot.ts';
import type { Condition, ConditionStatus } from '../../../../hooks/kube/conditions.ts';
import type { ObjectMap, SyncRequest } from '../../../../hooks/kube/metacontroller.ts';
import type { KubeObject, ObjectMeta } from '../../../../hooks/kube/objects.ts';
import { KIND, kindOf } from '../../../../hooks/kube/references.ts';

export const CREATED = '2026-01-05T02:00:00Z';
export const NAME = 'app-nightly-1767578400';
export const UID = 'session-uid';

/** Milliseconds of the session's creation plus this many minutes. */
export function minutesIn(minutes: number): number {
  return Date.parse(CREATED) + minutes * 60_000;
}

/** The instant `minutes` after the session's creation, as the API server writes it. */
export function timeIn(minutes: number): string {
  return new Date(minutesIn(minutes)).toISOString().replace('.000Z', 'Z');
}

export interface SessionParts {
  readonly meta?: Partial<ObjectMeta>;
  readonly spec?: Partial<BackupSession['spec']>;
  readonly status?: BackupSessionStatus;
}

export function backupSession({ meta, spec, status }: SessionParts = {}): BackupSession {
  return {
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'BackupSession',
    metadata: { name: NAME, namespace: 'demo', uid: UID, generation: 1, creationTimestamp: CREATED, ...meta },
    spec: {
      invoker: { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'app' },
      session: 'nightly',
      ...spec,
    },
    ...(status === undefined ? {} : { status }),
  };
}

export interface ConfigurationParts {
  readonly meta?: Partial<ObjectMeta>;
  readonly session?: Partial<Session>;
  readonly paused?: boolean;
  readonly status?: BackupConfiguration['status'];
}

export function configuration({ meta, session, paused, status }: ConfigurationParts = {}): BackupConfiguration {
  const nightly: Session = {
    name: 'nightly',
    scheduler: { schedule: '0 2 * * *', jobTemplate: {} },
    addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup' }] },
    repositories: [{ name: 'local', backend: 'local', directory: '/app' }],
    ...session,
  };
  return {
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'BackupConfiguration',
    metadata: {
      name: 'app',
      namespace: 'demo',
      uid: 'configuration-uid',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...meta,
    },
    spec: { sessions: [nightly], ...(paused === undefined ? {} : { paused }) },
    status: status ?? { observedGeneration: 1, phase: 'Ready', targetFound: true },
  };
}

export const READY_REPOSITORY: Repository['status'] = {
  phase: 'Ready',
  conditions: [condition('Ready', 'True', 'Succeeded', 'The directory is claimed.')],
};

export function repository(name = 'local', status: Repository['status'] = READY_REPOSITORY): Repository {
  return {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Repository',
    metadata: { name, namespace: 'demo', uid: `${name}-uid`, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      appRef: { apiGroup: 'apps', kind: 'Deployment', name: 'app', namespace: 'demo' },
      storageRef: { name: 'storage', namespace: 'demo' },
      path: 'app',
    },
    ...(status === undefined ? {} : { status }),
  };
}

export const SNAPSHOT = 'local-app-nightly-1767578400';

export function snapshot(status?: SnapshotStatus, meta: Partial<ObjectMeta> = {}): Snapshot {
  return {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Snapshot',
    metadata: { name: SNAPSHOT, namespace: 'demo', uid: 'snapshot-uid', creationTimestamp: timeIn(1), ...meta },
    spec: { repository: 'local', session: 'nightly', backupSession: NAME },
    ...(status === undefined ? {} : { status }),
  };
}

export function turn(holder: string = UID, createdAt: string = CREATED): KubeObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'turn-app', namespace: 'demo', uid: 'lease-uid', creationTimestamp: createdAt },
    spec: { holderIdentity: holder },
  };
}

type RestorePhase = NonNullable<NonNullable<RestoreSession['status']>['phase']>;

/** A RestoreSession that lists the configuration as paused for it. */
export function restore(phase: RestorePhase, paused = 'app'): RestoreSession {
  const target = { apiGroup: 'apps', kind: 'Deployment', name: 'app', namespace: 'demo' };
  return {
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'RestoreSession',
    metadata: { name: 'bring-it-back', namespace: 'demo', uid: 'restore-uid', creationTimestamp: CREATED },
    spec: {
      target,
      dataSource: { repository: 'local', snapshot: 'latest' },
      addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup-restore' }] },
    },
    status: {
      phase,
      pausedBackups: [{ apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: paused, namespace: 'demo' }],
    },
  };
}

export function condition(type: string, status: ConditionStatus, reason: string, message: string): Condition {
  return { type, status, reason, message, lastTransitionTime: CREATED };
}

/** A request with every group that customize asks for. */
export function requestOf(parent: BackupSession, related: readonly KubeObject[]): SyncRequest<BackupSession> {
  const groups = [
    ...[KIND.backupConfiguration, KIND.lease, KIND.repository, KIND.backupSession, KIND.snapshot, KIND.restoreSession],
    ...[KIND.hookTemplate, KIND.function, KIND.namespace],
  ];
  const map: ObjectMap = Object.fromEntries(
    groups.map((kind) => [
      kind,
      Object.fromEntries(
        related
          .filter((one) => kindOf(one) === kind)
          .map((one) => [`${one.metadata.namespace}/${one.metadata.name}`, one]),
      ),
    ]),
  );
  return { parent, children: {}, related: map, finalizing: false };
}
