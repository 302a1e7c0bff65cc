/** A small cluster around one RestoreSession, for tests: a Repository with Snapshots, and a target to restore into. */
import type { RestoreSession, RestoreSessionStatus } from '../../../../hooks/generated/types/restoresession.ts';
import type { Snapshot } from '../../../../hooks/generated/types/snapshot.ts';
import type { SyncRequest, SyncResponse } from '../../../../hooks/kube/metacontroller.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import { KIND, kindOf } from '../../../../hooks/kube/references.ts';
import {
  at,
  catalog,
  ID_ONE,
  ID_TWO,
  overlaid,
  shared,
  TARGETS,
  type Overlay,
  type Target,
} from '../snapshot/objects.ts';
import { childrenAfter, mapOf } from '../snapshot/world.ts';

export { at, ID_ONE, ID_TWO, START, type Overlay } from '../snapshot/objects.ts';

export const RESTORE_UID = '5f0c1d3a-0002-4000-8000-000000000002';

export interface World {
  readonly session: RestoreSession;
  readonly others: readonly KubeObject[];
  readonly children: readonly KubeObject[];
}

/** A RestoreSession that asks for the latest Snapshot of a Repository that holds one good one. */
export function world(target: Target = 'Deployment'): World {
  const others = shared(target === 'PersistentVolumeClaim').filter(
    (one) => !['BackupSession', 'BackupConfiguration', 'Addon', 'Function'].includes(one.kind),
  );
  return {
    session: sessionOf(target),
    others: [...others, ...catalogOf(target), TARGETS[target], goodSnapshot('monday', target, 0)],
    children: [],
  };
}

/** The world with one of its objects changed, found by kind and name. */
export function changed(before: World, kind: string, name: string, overlay: Overlay): World {
  const others = before.others.map((one) =>
    one.kind === kind && one.metadata.name === name ? overlaid(one, overlay) : one,
  );
  return { ...before, others };
}

/** The world without the objects of a kind. */
export function without(before: World, kind: string): World {
  return { ...before, others: before.others.filter((one) => one.kind !== kind) };
}

/** The world with further objects. */
export function having(before: World, ...objects: readonly KubeObject[]): World {
  return { ...before, others: [...before.others, ...objects] };
}

/** The world with the RestoreSession changed. */
export function sessionChanged(before: World, overlay: Overlay): World {
  return { ...before, session: overlaid(before.session, overlay) };
}

/** What Metacontroller would post for this world. */
export function requestOf({ session, others, children }: World): SyncRequest<RestoreSession> {
  const target = others.find((one) => one.metadata.uid === 'target');
  const keys = [
    KIND.snapshot,
    KIND.repository,
    KIND.namespace,
    KIND.backupStorage,
    KIND.backupConfiguration,
    KIND.addon,
    KIND.function,
  ];
  return {
    parent: session,
    children: mapOf(children, [KIND.job, KIND.taskReport, KIND.serviceAccount, KIND.role, KIND.roleBinding]),
    related: mapOf(others, [...keys, ...(target === undefined ? [] : [kindOf(target)])]),
    finalizing: false,
  };
}

/** The world after the host has applied an answer. */
export function applied(before: World, answer: SyncResponse<RestoreSessionStatus>, now: number): World {
  const session: RestoreSession = {
    ...before.session,
    status: { ...answer.status, observedGeneration: before.session.metadata.generation ?? 1 },
  };
  return { ...before, session, children: childrenAfter(before.children, answer.children, now) };
}

/** A report of a restore that brought everything back. */
export function goodRestore(seconds: number, more: Overlay = {}): Overlay {
  const path = {
    hostPath: '/srv/books',
    snapshotID: ID_ONE,
    filesExpected: 42,
    filesRestored: 42,
    bytesRestored: 10_737_419,
  };
  return {
    schemaVersion: 1,
    phase: 'Succeeded',
    podUID: 'pod',
    startedAt: at(seconds),
    heartbeatAt: at(seconds),
    finishedAt: at(seconds + 10),
    result: { restore: { paths: [path], ...more } },
  };
}

/** A Succeeded Snapshot of the target, with the components that such a target has. */
export function goodSnapshot(name: string, target: Target, seconds: number, overlay: Overlay = {}): Snapshot {
  const parts =
    target === 'StatefulSet'
      ? ['dump-pod-0', 'dump-pod-1']
      : target === 'DaemonSet'
        ? ['dump-n1', 'dump-n2']
        : ['dump'];
  const hostPath = target === 'PersistentVolumeClaim' ? '/kubestash-data' : '/srv/books';
  const component = (part: string, index: number): object => ({
    driver: 'Restic',
    path: `repository/v1/nightly/${part}`,
    phase: 'Succeeded',
    resticStats: [{ summary: { id: index === 0 ? ID_ONE : ID_TWO, hostPath } }],
  });
  const snapshot: Snapshot = {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Snapshot',
    metadata: {
      name,
      namespace: 'demo',
      uid: `uid-${name}`,
      generation: 1,
      creationTimestamp: at(seconds - 3600),
      labels: { 'kubestash.com/repo-name': 'library', 'kubestash.com/app-ref-name': 'library' },
    },
    spec: {
      repository: 'library',
      session: 'nightly',
      appRef: { apiGroup: 'apps', kind: target, name: 'library', namespace: 'demo' },
    },
    status: {
      phase: 'Succeeded',
      snapshotTime: at(seconds - 3590),
      totalComponents: parts.length,
      components: Object.fromEntries(parts.map((part, index) => [part, component(part, index)])),
    },
  };
  return overlaid(snapshot, overlay);
}

function sessionOf(target: Target): RestoreSession {
  const isClaim = target === 'PersistentVolumeClaim';
  return {
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'RestoreSession',
    metadata: { name: 'library-restore', namespace: 'demo', uid: RESTORE_UID, generation: 1, creationTimestamp: at(0) },
    spec: {
      target: { apiGroup: isClaim ? '' : 'apps', kind: target, name: 'library', namespace: 'demo' },
      dataSource: {
        repository: 'library',
        snapshot: 'latest',
        encryptionSecret: { name: 'encrypt-secret', namespace: 'demo' },
      },
      addon: { name: isClaim ? 'pvc-addon' : 'workload-addon', tasks: [{ name: 'logical-backup-restore' }] },
    },
  };
}

function catalogOf(target: Target): readonly KubeObject[] {
  const isClaim = target === 'PersistentVolumeClaim';
  const name = isClaim ? 'pvc' : 'workload';
  return catalog([`addon-${name}-addon`, `function-${name}-restore`, 'function-metastash-mover']);
}
