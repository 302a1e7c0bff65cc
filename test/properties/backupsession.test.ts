import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BackupSession, BackupSessionStatus } from '../../hooks/generated/types/backupsession.ts';
import type { Snapshot } from '../../hooks/generated/types/snapshot.ts';
import { customizeBackupSession } from '../../hooks/kinds/backupsession/customize.ts';
import { finalizeBackupSession } from '../../hooks/kinds/backupsession/finalize.ts';
import { syncBackupSession } from '../../hooks/kinds/backupsession/sync.ts';
import type { ObjectMap, SyncRequest } from '../../hooks/kube/metacontroller.ts';
import type { KubeObject } from '../../hooks/kube/objects.ts';
import {
  backupSession,
  condition,
  configuration,
  minutesIn,
  repository,
  requestOf,
  snapshot,
  timeIn,
  turn,
} from '../unit/kinds/backupsession/objects.ts';
import { frozen } from './hosted-world.ts';

type Request = SyncRequest<BackupSession>;

const REPOSITORIES = ['local', 'remote'];
const nameOf = (name: string): string => `${name}-app-nightly-1767578400`;
const TERMINAL = ['Succeeded', 'Failed', 'Skipped'];
const minute = fc.integer({ min: 0, max: 180 });

const snapshotPhase = fc.constantFrom(undefined, 'Pending', 'Running', 'Succeeded', 'Failed');
const anySnapshot = fc
  .record({
    repository: fc.constantFrom(...REPOSITORIES),
    phase: snapshotPhase,
    uid: fc.constantFrom('first-uid', 'second-uid'),
    born: fc.integer({ min: -30, max: 60 }),
    deleting: fc.boolean(),
    error: fc.option(fc.string(), { nil: undefined }),
  })
  .map(({ repository: into, phase, uid, born, deleting, error }): Snapshot => {
    const meta = {
      name: nameOf(into),
      uid,
      creationTimestamp: timeIn(born),
      ...(deleting ? { deletionTimestamp: timeIn(60) } : {}),
    };
    const failed = error === undefined ? {} : { components: { dump: { phase: 'Failed' as const, error } } };
    return {
      ...snapshot(phase === undefined ? undefined : { phase, ...failed }, meta),
      metadata: { ...snapshot().metadata, ...meta },
    };
  });

const anyInvoker = fc
  .record({
    paused: fc.boolean(),
    deleting: fc.boolean(),
    phase: fc.constantFrom(undefined, 'Ready', 'NotReady', 'Invalid'),
    targetFound: fc.boolean(),
    repositories: fc.subarray(REPOSITORIES),
    hooks: fc.boolean(),
    session: fc.constantFrom('nightly', 'weekly'),
  })
  .map(({ paused, deleting, phase, targetFound, repositories, hooks, session }) =>
    configuration({
      meta: deleting ? { deletionTimestamp: timeIn(0) } : {},
      paused,
      session: {
        name: session,
        repositories: repositories.map((name) => ({ name, directory: `/${name}` })),
        ...(hooks ? { hooks: { preBackup: [{ name: 'h', hookTemplate: { name: 'h' } }] } } : {}),
      },
      status: phase === undefined ? {} : { phase, targetFound },
    }),
  );

const anyRepository = fc
  .record({ name: fc.constantFrom(...REPOSITORIES), state: fc.constantFrom('ready', 'waiting', 'stalled', 'new') })
  .map(({ name, state }) => {
    if (state === 'new') return repository(name, {});
    if (state === 'ready') return repository(name);
    const conditions = [condition('Ready', 'False', 'Broken', 'It is broken.')];
    if (state === 'stalled') conditions.push(condition('Stalled', 'True', 'Broken', 'It is broken.'));
    return repository(name, { phase: 'NotReady', conditions });
  });

const anySibling = fc
  .record({
    uid: fc.constantFrom('s1', 's2'),
    session: fc.constantFrom('nightly', 'hourly'),
    phase: fc.constantFrom('Pending', 'Running', 'Failed'),
  })
  .map(({ uid, session, phase }) =>
    backupSession({ meta: { uid, name: `app-${uid}` }, spec: { session }, status: { phase: phase as 'Running' } }),
  );

const anyEntry = fc
  .record({
    repository: fc.constantFrom(...REPOSITORIES),
    phase: fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed'),
    seen: fc.boolean(),
  })
  .map(({ repository: into, phase, seen }) => ({
    name: nameOf(into),
    repository: into,
    phase: phase as 'Pending',
    ...(seen && phase !== 'Pending' ? { uid: 'first-uid' } : {}),
  }));

const anyStatus: fc.Arbitrary<BackupSessionStatus | undefined> = fc.option(
  fc.oneof(
    fc.record({
      phase: fc.constantFrom('Pending', 'Running'),
      startedAt: minute.map(timeIn),
      snapshots: fc.uniqueArray(anyEntry, { selector: (one) => one.name, maxLength: 2 }),
    }) as fc.Arbitrary<BackupSessionStatus>,
    // What another version, another tool or a user may have left there.
    fc.dictionary(
      fc.constantFrom('snapshots', 'conditions', 'startedAt', 'nextRetry', 'phase'),
      fc.jsonValue(),
    ) as fc.Arbitrary<BackupSessionStatus>,
  ),
  { nil: undefined },
);

const anyParent = fc
  .record({
    status: anyStatus,
    timeout: fc.constantFrom(undefined, '10m', '2h', 'soon'),
    annotations: fc.constantFrom(
      {},
      { 'metastash.dev/cancel': 'true' },
      { 'metastash.dev/uid': 'other' },
      { 'metastash.dev/uid': 'session-uid' },
    ),
    retryLeft: fc.constantFrom(0, 2),
  })
  .map(({ status, timeout, annotations, retryLeft }) =>
    backupSession({
      meta: { annotations },
      spec: { retryLeft, ...(timeout === undefined ? {} : { backupTimeout: timeout }) },
      ...(status === undefined ? {} : { status }),
    }),
  );

const anyView = fc
  .record({
    invoker: fc.option(anyInvoker, { nil: undefined }),
    repositories: fc.uniqueArray(anyRepository, { selector: (one) => one.metadata.name }),
    siblings: fc.uniqueArray(anySibling, { selector: (one) => one.metadata.uid }),
    holder: fc.constantFrom(undefined, 'session-uid', 's1', 's2', 'gone'),
    snapshots: fc.uniqueArray(anySnapshot, { selector: (one) => one.metadata.name }),
  })
  .map(({ invoker, repositories, siblings, holder, snapshots }): readonly KubeObject[] => [
    ...(invoker === undefined ? [] : [invoker]),
    ...(holder === undefined ? [] : [turn(holder)]),
    ...repositories,
    ...siblings,
    ...snapshots,
  ]);

const anyRequest: fc.Arbitrary<Request> = fc.tuple(anyParent, anyView).map(([parent, view]) => requestOf(parent, view));

function shuffled(map: ObjectMap): ObjectMap {
  const reversed = <Value>(of: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(of).reverse());
  return reversed(Object.fromEntries(Object.entries(map).map(([kind, group]) => [kind, reversed(group)])));
}

describe('properties of a BackupSession', () => {
  it('its answer is a pure function: frozen input, equal bytes, whatever the order of the maps', () => {
    fc.assert(
      fc.property(anyRequest, minute, (request, at) => {
        const now = minutesIn(at);
        const first = JSON.stringify(syncBackupSession(frozen(request) as Request, now));
        assert.equal(JSON.stringify(syncBackupSession(request, now)), first);
        const other = { ...request, related: shuffled(request.related) };
        assert.equal(JSON.stringify(syncBackupSession(other, now)), first);
        assert.deepEqual(JSON.parse(first), syncBackupSession(request, now), 'no undefined, no NaN');
      }),
    );
  });

  it('reaches a fixed point: its own status, fed back at the same instant, changes nothing', () => {
    fc.assert(
      fc.property(anyRequest, minute, (request, at) => {
        let parent = request.parent;
        const answers = Array.from({ length: 4 }, () => {
          const { status } = syncBackupSession({ ...request, parent }, minutesIn(at));
          parent = { ...parent, status };
          return JSON.stringify(status);
        });
        assert.equal(answers[3], answers[2]);
      }),
    );
  });

  it('arms a resync of at most five minutes exactly while it is not finished', () => {
    fc.assert(
      fc.property(anyRequest, minute, (request, at) => {
        const { status, resyncAfterSeconds } = syncBackupSession(request, minutesIn(at));
        if (TERMINAL.includes(status.phase ?? '')) assert.equal(resyncAfterSeconds, undefined);
        else
          assert.ok(
            Number.isInteger(resyncAfterSeconds) &&
              Number(resyncAfterSeconds) >= 1 &&
              Number(resyncAfterSeconds) <= 300,
          );
      }),
    );
  });

  it('never leaves a terminal phase, nor changes a byte of it', () => {
    fc.assert(
      fc.property(anyRequest, fc.constantFrom(...TERMINAL), minute, (request, phase, at) => {
        const status = { ...request.parent.status, phase } as BackupSessionStatus;
        const parent = { ...request.parent, status };
        const answer = syncBackupSession({ ...request, parent }, minutesIn(at));
        assert.equal(JSON.stringify(answer.status), JSON.stringify(status));
        assert.deepEqual(customizeBackupSession({ parent }, 0).relatedResources, []);
      }),
    );
  });

  it('never lists a Snapshot as Pending again, also when it answers the same stale view many times', () => {
    fc.assert(
      fc.property(anyRequest, minute, (request, at) => {
        const before = request.parent.status?.snapshots;
        for (const later of [0, 1, 40]) {
          const { status } = syncBackupSession(request, minutesIn(at + later));
          for (const entry of Array.isArray(before) ? before : []) {
            if (entry?.phase === 'Pending' || typeof entry?.name !== 'string' || typeof entry.phase !== 'string')
              continue;
            const now = status.snapshots?.find((one) => one.name === entry.name);
            assert.ok(now !== undefined && now.phase !== 'Pending', `${entry.name} was ${entry.phase}`);
          }
        }
      }),
    );
  });

  it('says Succeeded only with a Succeeded Snapshot for every entry', () => {
    fc.assert(
      fc.property(anyRequest, minute, (request, at) => {
        const { status } = syncBackupSession(request, minutesIn(at));
        if (request.parent.status?.phase === 'Succeeded' || status.phase !== 'Succeeded') return;
        assert.ok((status.snapshots?.length ?? 0) > 0);
        assert.ok(status.snapshots?.every((one) => one.phase === 'Succeeded'));
      }),
    );
  });

  it('ends within hours whatever it sees, unless another session holds the turn', () => {
    fc.assert(
      fc.property(anyRequest, ({ parent, related, ...rest }) => {
        const running = Object.values(related['Snapshot.storage.kubestash.com/v1alpha1'] ?? {}).some(
          (one) => (one as Snapshot).status?.phase === 'Running' && one.metadata.deletionTimestamp === undefined,
        );
        const others = Object.values(related['BackupSession.core.kubestash.com/v1alpha1'] ?? {}).length > 0;
        fc.pre(!running && !others);
        let { status } = parent;
        for (let at = 0; at <= 300; at += 5) {
          const view = status === undefined ? parent : { ...parent, status };
          status = syncBackupSession({ parent: view, related, ...rest }, minutesIn(at)).status;
        }
        assert.ok(TERMINAL.includes(status?.phase ?? ''), JSON.stringify(status));
      }),
    );
  });

  it('lets go at once when it is deleted, with its status as it was', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const answer = finalizeBackupSession({ ...request, finalizing: true }, minutesIn(10));
        assert.equal(answer.finalized, true);
        assert.deepEqual(answer.status, request.parent.status ?? {});
      }),
    );
  });
});
