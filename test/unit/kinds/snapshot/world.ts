/** A small cluster around one Snapshot, for tests: changed by overlays, moved on by what the host and the movers would do. */
import type { Snapshot, SnapshotStatus } from '../../../../hooks/generated/types/snapshot.ts';
import type { ObjectMap, SyncRequest, SyncResponse } from '../../../../hooks/kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../../../../hooks/kube/objects.ts';
import { KIND, kindOf } from '../../../../hooks/kube/references.ts';
import { at, ID_ONE, overlaid, shared, snapshotOf, TARGETS, type Overlay, type Target } from './objects.ts';

export { at, ID_ONE, ID_TWO, overlaid, SNAPSHOT_UID, START, type Overlay, type Target } from './objects.ts';

export interface World {
  readonly snapshot: Snapshot;
  /** Everything that customize shows. */
  readonly others: readonly KubeObject[];
  readonly children: readonly KubeObject[];
}

/** A running session that lists the Snapshot, its Repository ready, and a target of this kind. */
export function world(target: Target = 'Deployment'): World {
  const isClaim = target === 'PersistentVolumeClaim';
  return { snapshot: snapshotOf(target), others: [...shared(isClaim), TARGETS[target]], children: [] };
}

/** The world with one of its objects changed, found by kind (and name, where there are several). */
export function changed(before: World, kind: string, overlay: Overlay, name?: string): World {
  const others = before.others.map((one) =>
    one.kind === kind && (name === undefined || one.metadata.name === name) ? overlaid(one, overlay) : one,
  );
  return { ...before, others };
}

/** The world without the objects of a kind. */
export function without(before: World, kind: string): World {
  return { ...before, others: before.others.filter((one) => one.kind !== kind) };
}

/** The world with the Snapshot changed. */
export function snapshotChanged(before: World, overlay: Overlay): World {
  return { ...before, snapshot: overlaid(before.snapshot, overlay) };
}

/** What Metacontroller would post for this world. */
export function requestOf({ snapshot, others, children }: World): SyncRequest<Snapshot> {
  const groups = [KIND.backupSession, KIND.backupConfiguration, KIND.repository, KIND.namespace, KIND.backupStorage];
  const target = others.find((one) => one.metadata.uid === 'target');
  const keys = [...groups, KIND.addon, KIND.function, ...(target === undefined ? [] : [kindOf(target)])];
  return {
    parent: snapshot,
    children: mapOf(children, [KIND.job, KIND.taskReport]),
    related: mapOf(others, keys),
    finalizing: false,
  };
}

/** The world after the host has applied an answer: status stored, children made and dropped, as the API server shows them. */
export function applied(before: World, answer: SyncResponse<SnapshotStatus>, now: number): World {
  const snapshot: Snapshot = {
    ...before.snapshot,
    status: { ...answer.status, observedGeneration: before.snapshot.metadata.generation ?? 1 },
  };
  return { ...before, snapshot, children: childrenAfter(before.children, answer.children, now) };
}

/** Children after an answer was applied: those left out are gone, new ones stored. */
export function childrenAfter(
  before: readonly KubeObject[],
  desired: readonly DesiredObject[],
  now: number,
): readonly KubeObject[] {
  const kept = before.filter((one) => desired.some((other) => isSame(one, other)));
  const made = desired.filter((one) => !before.some((other) => isSame(other, one)));
  return [...kept, ...made.map((one) => storedFrom(one, now))];
}

/** The world in which the mover of a Job has written this into its report; the Job is finished where the report is. */
export function reported<Around extends { readonly children: readonly KubeObject[] }>(
  before: Around,
  jobName: string,
  status: Overlay,
): Around {
  const phase = status['phase'];
  const end = phase === 'Succeeded' ? 'Complete' : phase === 'Failed' ? 'Failed' : undefined;
  const conditions = end === undefined ? [] : [{ type: end, status: 'True', lastTransitionTime: status['finishedAt'] }];
  return {
    ...before,
    children: before.children.map((one) => {
      if (one.metadata.name !== jobName) return one;
      return one.kind === 'Job' ? { ...one, status: { conditions } } : { ...one, status };
    }),
  };
}

/** A report that a mover has claimed. */
export function runningReport(seconds: number): Overlay {
  return { schemaVersion: 1, phase: 'Running', podUID: 'pod', startedAt: at(seconds), heartbeatAt: at(seconds) };
}

/** A report of a backup that went well. */
export function goodReport(seconds: number, id: string = ID_ONE, more: Overlay = {}): Overlay {
  return {
    ...runningReport(seconds),
    phase: 'Succeeded',
    finishedAt: at(seconds + 12),
    result: {
      backup: {
        paths: [
          {
            hostPath: '/srv/books',
            snapshotID: id,
            snapshotTime: at(seconds + 1),
            sizeBytes: 10_737_419,
            uploadedBytes: 10_739_516,
            files: 42,
            directories: 3,
            startedAt: at(seconds + 1),
            finishedAt: at(seconds + 10),
          },
        ],
        repositoryBytes: 10_739_516,
        integrity: true,
        manifestUploaded: true,
        ...more,
      },
    },
  };
}

/** A report of a failure. */
export function badReport(seconds: number, code: string, message: string, retryable: boolean): Overlay {
  return {
    ...runningReport(seconds),
    phase: 'Failed',
    finishedAt: at(seconds + 12),
    error: { code, message, retryable },
  };
}

/** Objects in groups, as Metacontroller sends them. */
export function mapOf(objects: readonly KubeObject[], keys: readonly string[]): ObjectMap {
  return Object.fromEntries(
    keys.map((key) => [
      key,
      Object.fromEntries(
        objects
          .filter((one) => kindOf(one) === key)
          .map((one) => [[one.metadata.namespace, one.metadata.name].filter((part) => part).join('/'), one]),
      ),
    ]),
  );
}

function isSame(one: KubeObject | DesiredObject, other: KubeObject | DesiredObject): boolean {
  return one.kind === other.kind && one.metadata.name === other.metadata.name;
}

function storedFrom(desired: DesiredObject, now: number): KubeObject {
  const creationTimestamp = new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const uid = `uid-${desired.kind}-${desired.metadata.name}`;
  return { ...desired, metadata: { ...desired.metadata, uid, generation: 1, creationTimestamp } } as KubeObject;
}
