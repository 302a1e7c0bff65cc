import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Repository, RepositoryStatus } from '../../hooks/generated/types/repository.ts';
import type { Snapshot } from '../../hooks/generated/types/snapshot.ts';
import { finalizeRepository } from '../../hooks/kinds/repository/finalize.ts';
import { syncRepository } from '../../hooks/kinds/repository/sync.ts';
import type { ObjectMap, SyncRequest, SyncResponse } from '../../hooks/kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../../hooks/kube/objects.ts';
import { kindOf } from '../../hooks/kube/references.ts';
import {
  condition,
  INITIALIZED,
  minutesIn,
  MOVER_FUNCTION,
  namespace,
  repository,
  requestOf,
  session,
  snapshot,
  storage,
  stored,
  timeIn,
} from '../unit/kinds/repository/objects.ts';
import { frozen } from './hosted-world.ts';

type Request = SyncRequest<Repository>;
type Answer = SyncResponse<RepositoryStatus>;

const minute = fc.integer({ min: 0, max: 2000 });
const NAMES = ['a', 'b', 'c', 'd'].map((letter) => `local-app-nightly-${letter}`);

const anySnapshot = fc
  .record({
    name: fc.constantFrom(...NAMES),
    phase: fc.constantFrom(undefined, 'Pending', 'Running', 'Succeeded', 'Failed'),
    time: fc.constantFrom(undefined, timeIn(3), timeIn(9), 'nonsense'),
    size: fc.constantFrom(undefined, '12 B', '1.500 GiB', 'huge'),
    integrity: fc.constantFrom(undefined, true, false),
    uploaded: fc.constantFrom('True', 'Unknown'),
    deleting: fc.boolean(),
  })
  .map(({ name, phase, time, size, integrity, uploaded, deleting }): Snapshot => {
    const component = {
      path: 'repository/v1/nightly/dump',
      ...(size ? { size } : {}),
      ...(integrity === undefined ? {} : { integrity }),
    };
    return snapshot(
      name,
      phase && {
        phase: phase as 'Running',
        ...(time ? { snapshotTime: time } : {}),
        components: { dump: component },
        conditions: [condition('SnapshotMetadataUploaded', uploaded as 'True', 'R', 'm')],
      },
      deleting ? { deletionTimestamp: timeIn(20) } : {},
    );
  });

const anySession = fc
  .record({
    entries: fc.array(
      fc.record({
        name: fc.constantFrom(...NAMES),
        phase: fc.constantFrom('Pending', 'Running', 'Failed'),
        repository: fc.constantFrom('local', 'remote'),
      }),
      { maxLength: 3 },
    ),
    phase: fc.constantFrom('Pending', 'Running', 'Failed'),
    deleting: fc.boolean(),
  })
  .map(({ entries, phase, deleting }) =>
    session(entries as { phase: 'Pending' }[], phase as 'Pending', deleting ? { deletionTimestamp: timeIn(8) } : {}),
  );

const anyRelated = fc
  .record({
    storage: fc.constantFrom('ready', 'notReady', 'deleting', 'invalid', 'absent'),
    hasFunction: fc.boolean(),
    dying: fc.boolean(),
    session: fc.option(anySession, { nil: undefined }),
  })
  .map((view): readonly KubeObject[] => [
    ...(view.storage === 'absent' ? [] : [storageIn(view.storage)]),
    ...(view.hasFunction ? [MOVER_FUNCTION] : []),
    namespace('demo', 'namespace-uid', view.dying ? { deletionTimestamp: timeIn(9) } : {}),
    namespace('kube-system', 'cluster-uid'),
    ...(view.session === undefined ? [] : [view.session]),
  ]);

function storageIn(state: string): KubeObject {
  if (state === 'notReady') return storage({ phase: 'NotReady' });
  if (state === 'deleting') return storage({ phase: 'Ready' }, {}, { deletionTimestamp: timeIn(1) });
  if (state === 'invalid') return storage({ phase: 'Ready' }, { storage: { provider: 'local' } });
  return storage();
}

const anyStatus: fc.Arbitrary<RepositoryStatus | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constant(INITIALIZED),
  fc.constant({ ...INITIALIZED, lastBackupTime: timeIn(7), componentPaths: ['repository/v1/nightly/dump-pod-7'] }),
  // What another version, another tool or a user may have left there.
  fc.dictionary(
    fc.constantFrom('metastash', 'conditions', 'lastBackupTime', 'componentPaths', 'snapshotsFound'),
    fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('init', 'upload', 'uploaded'), fc.jsonValue())),
  ) as fc.Arbitrary<RepositoryStatus>,
);

const anyParent = fc
  .record({
    status: anyStatus,
    paused: fc.boolean(),
    policy: fc.constantFrom('Delete', 'WipeOut'),
    path: fc.constantFrom('demo/app', '/demo/app/', '../x', ''),
    deleting: fc.boolean(),
  })
  .map(({ status, paused, policy, path, deleting }) =>
    repository({
      meta: deleting ? { deletionTimestamp: timeIn(9) } : {},
      spec: { paused, deletionPolicy: policy as 'Delete', path },
      ...(status === undefined ? {} : { status }),
    }),
  );

const anyRequest: fc.Arbitrary<Request> = fc
  .tuple(anyParent, anyRelated, fc.uniqueArray(anySnapshot, { selector: (one) => one.metadata.name }))
  .map(([parent, related, snapshots]) => requestOf(parent, related, snapshots));

/** Children as the API server would hold them after this answer; times and uids are those of the first creation. */
function settled(request: Request, answer: Answer, at: number): Request {
  const before = Object.entries(request.children);
  const children = Object.fromEntries(
    before.map(([kind, group]): [string, Record<string, KubeObject>] => {
      const wanted = answer.children.filter((child) => kindOf(child) === kind);
      return [
        kind,
        Object.fromEntries(wanted.map((child) => [keyOf(child), group[keyOf(child)] ?? created(child, at)])),
      ];
    }),
  );
  return { ...request, children, parent: { ...request.parent, status: answer.status } };
}

function created(child: DesiredObject, at: number): KubeObject {
  return stored(child, `${child.metadata.name}-uid`, timeIn(at));
}

function keyOf({ metadata }: DesiredObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function shuffled(map: ObjectMap): ObjectMap {
  const reversed = <Value>(of: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(of).reverse());
  return reversed(Object.fromEntries(Object.entries(map).map(([kind, group]) => [kind, reversed(group)])));
}

describe('properties of a Repository', () => {
  it('its answer is a pure function: frozen input, equal bytes, whatever the order of the maps', () => {
    fc.assert(
      fc.property(anyRequest, minute, (request, at) => {
        const now = minutesIn(at);
        const first = JSON.stringify(syncRepository(frozen(request) as Request, now));
        assert.equal(JSON.stringify(syncRepository(request, now)), first);
        const other = { ...request, related: shuffled(request.related), children: shuffled(request.children) };
        assert.equal(JSON.stringify(syncRepository(other, now)), first);
        assert.deepEqual(JSON.parse(first), syncRepository(request, now), 'no undefined, no NaN');
      }),
    );
  });

  it('never loses an observed Snapshot, and restates it by identity alone', () => {
    fc.assert(
      fc.property(anyRequest, minute, fc.boolean(), (request, at, finalizing) => {
        const answer = finalizing
          ? finalizeRepository({ ...request, finalizing }, minutesIn(at))
          : syncRepository(request, minutesIn(at));
        const observed = Object.values(request.children['Snapshot.storage.kubestash.com/v1alpha1'] ?? {});
        for (const { metadata } of observed) {
          const desired = answer.children.filter(
            (one) => one.kind === 'Snapshot' && one.metadata.name === metadata.name,
          );
          assert.equal(desired.length, 1, metadata.name);
          assert.deepEqual(Object.keys(desired[0] ?? {}).sort(), ['apiVersion', 'kind', 'metadata']);
        }
      }),
    );
  });

  it('desires only whole, named, unique children of the kinds that its manifest declares', () => {
    fc.assert(
      fc.property(anyRequest, minute, (request, at) => {
        const { children } = syncRepository(request, minutesIn(at));
        const keys = children.map((child) => `${kindOf(child)} ${child.metadata.name}`);
        assert.equal(new Set(keys).size, keys.length);
        for (const child of children) {
          assert.ok(kindOf(child) in request.children, kindOf(child));
          assert.equal(child.metadata.namespace, 'demo');
          assert.ok(child.metadata.name.length > 0 && child.metadata.name.length <= 63);
          for (const value of Object.values(child.metadata.labels ?? {})) assert.ok(value.length <= 63);
        }
      }),
    );
  });

  it('makes nothing in a Namespace or for a Repository that is going', () => {
    fc.assert(
      fc.property(anyRequest, minute, (request, at) => {
        const going =
          request.parent.metadata.deletionTimestamp ??
          request.related['Namespace.v1']?.['demo']?.metadata.deletionTimestamp;
        fc.pre(going !== undefined);
        const observed = Object.values(request.children).flatMap((group) => Object.keys(group));
        const { children } = syncRepository(request, minutesIn(at));
        assert.deepEqual(children.map(keyOf).sort(), observed.sort());
      }),
    );
  });

  it('reaches a fixed point: its answer, stored and shown to it again, changes nothing', () => {
    fc.assert(
      fc.property(anyRequest, minute, (request, at) => {
        let current = request;
        const answers = Array.from({ length: 4 }, () => {
          const answer = syncRepository(current, minutesIn(at));
          current = settled(current, answer, at);
          return JSON.stringify(answer.status);
        });
        assert.equal(answers[3], answers[2]);
        assert.deepEqual(
          settled(current, syncRepository(current, minutesIn(at)), at).children,
          current.children,
          'nothing made, nothing dropped',
        );
      }),
    );
  });

  it('does not unlearn where data lies, nor when the last good backup was', () => {
    fc.assert(
      fc.property(anyRequest, minute, (request, at) => {
        const parent = {
          ...request.parent,
          status: { ...INITIALIZED, lastBackupTime: timeIn(7), componentPaths: ['old/path'] },
        };
        const { status } = syncRepository({ ...request, parent }, minutesIn(at));
        assert.ok(status.componentPaths?.includes('old/path'));
        assert.ok((status.lastBackupTime ?? '') >= timeIn(7));
      }),
    );
  });

  it('arms a resync of at most five minutes in every answer', () => {
    fc.assert(
      fc.property(anyRequest, minute, (request, at) => {
        const { resyncAfterSeconds } = syncRepository(request, minutesIn(at));
        assert.ok(
          Number.isInteger(resyncAfterSeconds) && Number(resyncAfterSeconds) >= 1 && Number(resyncAfterSeconds) <= 300,
        );
      }),
    );
  });

  it('lets go at once when it is deleted, and orders nothing that touches data', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const answer = finalizeRepository({ ...request, finalizing: true }, minutesIn(1));
        assert.equal(answer.finalized, true);
        assert.deepEqual(
          answer.children.filter((one) => one.kind === 'Job' && one['spec'] !== undefined),
          [],
        );
      }),
    );
  });
});
