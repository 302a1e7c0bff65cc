/**
 * Bad-input catalogue (faults.md §6), B72 to B76, over the golden corpus of every CompositeController: parents whose
 * status, metadata or end is not what a hook would have left there.
 *
 * B72 has a subject only in RestoreSessions (../kinds/restoresession/sync.test.ts): the specs of BackupSessions and Snapshots
 * and the place of a Repository are immutable by rules of the CRDs (test/crds/wrong-objects.yaml), and a Snapshot pins what it
 * takes from its configuration. B76 with a session that runs is in ../kinds/backupsession/sync.test.ts.
 */
import assert from 'node:assert/strict';
import type { SyncRequest, SyncResponse } from '../../../hooks/kube/metacontroller.ts';
import { ROUTES } from '../../../hooks/routes.ts';
import { answerOf } from '../../../sandbox/cluster/virtual-cluster.ts';
import { caseIds, goldenCase, goldenResponse, type GoldenCase } from '../../golden/cases.ts';

const CASES = caseIds()
  .map((id) => ({ ...goldenCase(id), id }))
  .filter(({ hook }) => hook === 'sync')
  .filter(({ kind }) => rowOf(kind).controllerKind === 'CompositeController');
const KINDS = [...new Set(CASES.map(({ kind }) => kind))];
/** What a user would miss; Jobs, reports and accounts follow from the status. */
const RECORDS = ['Repository', 'Snapshot', 'BackupSession', 'CronJob', 'Lease'];
const GARBAGE: readonly (readonly [what: string, status: unknown])[] = [
  ['null', null],
  ['text', 'Ready'],
  ['a list', [7]],
  ['phase 7 and counters below zero', { phase: 7, snapshotCount: -1, totalComponents: -1, observedGeneration: -5 }],
  [
    'conditions as a map',
    { phase: 'Running', conditions: { Ready: true }, sessions: {}, components: [], snapshots: {} },
  ],
  [
    'times in the year 3000',
    { startedAt: '3000-01-01T00:00:00Z', startTime: '3000-01-01T00:00:00Z', backupDeadline: '3000' },
  ],
  ['a record of nothing', { metastash: { init: 7, plan: [], addon: 'x', turn: null, locate: { run: { run: -1 } } } }],
];

const GOING = /going|delet|terminat|finaliz/;

function rowOf(kind: string): (typeof ROUTES)[number] {
  const row = ROUTES.find((one) => one.kind === kind);
  assert.ok(row, kind);
  return row;
}

function answered(golden: GoldenCase, request: object): SyncResponse<{ readonly phase?: unknown }> {
  const hook = (request as SyncRequest).finalizing && rowOf(golden.kind).hooks.finalize ? 'finalize' : 'sync';
  const { code, answer } = answerOf(JSON.stringify(request), rowOf(golden.kind), hook, golden.now);
  assert.equal(code, 200, answer);
  return JSON.parse(answer) as SyncResponse<{ readonly phase?: unknown }>;
}

function recordsIn(golden: GoldenCase): readonly string[] {
  const { children } = golden.request as SyncRequest;
  return Object.values(children).flatMap((group) =>
    Object.values(group)
      .filter((one) => RECORDS.includes(one.kind) && one.metadata.deletionTimestamp === undefined)
      .map((one) => `${one.kind} ${one.metadata.name}`),
  );
}

for (const kind of KINDS) {
  const cases = CASES.filter((one) => one.kind === kind);
  describe(`a ${kind} as somebody else left it`, () => {
    for (const [what, status] of GARBAGE) {
      it(`B73 whose status is ${what}: is judged anew, and no record of it is dropped`, () => {
        for (const golden of cases) {
          const whole = golden.request as SyncRequest;
          const answer = answered(golden, { ...whole, parent: { ...whole.parent, status } });
          // In a dying Namespace, and of a parent that is going, the status is left as it is.
          if (!GOING.test(golden.id)) assert.equal(typeof answer.status.phase, 'string', golden.id);
          const kept = answer.children.map((one) => `${one.kind} ${one.metadata.name}`);
          assert.deepEqual(
            recordsIn(golden).filter((name) => !kept.includes(name) && keptBefore(golden.id, name)),
            [],
            golden.id,
          );
        }
      });
    }

    it('B74 with 250 KiB of annotations, a foreign finalizer and a dead owner: is answered as ever', () => {
      for (const golden of cases) {
        const { parent, ...rest } = golden.request as SyncRequest;
        const metadata = {
          ...parent.metadata,
          annotations: { ...parent.metadata.annotations, 'example.com/notes': 'x'.repeat(250 * 1024) },
          finalizers: [...(parent.metadata.finalizers ?? []), 'example.com/keep'],
          ownerReferences: [
            ...(parent.metadata.ownerReferences ?? []),
            { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'of-nothing' },
          ],
        };
        // The manifest that an init Job stores holds the parent's annotations, so only what is read back is compared.
        const answer = answered(golden, { ...rest, parent: { ...parent, metadata } });
        const expected = goldenResponse(golden.id) as SyncResponse<object>;
        assert.deepEqual(answer.status, expected.status, golden.id);
        assert.deepEqual(answer.children.map(nameOf), expected.children.map(nameOf), golden.id);
      }
    });

    it('B75 first seen when it is already being deleted: nothing is made for it', () => {
      for (const golden of cases) {
        const whole = golden.request as SyncRequest;
        const parent = { ...whole.parent, status: undefined };
        const metadata = { ...parent.metadata, deletionTimestamp: '2026-01-05T02:00:00Z' };
        const children = Object.fromEntries(Object.keys(whole.children).map((group) => [group, {}]));
        for (const finalizing of [false, true]) {
          const answer = answered(golden, { ...whole, parent: { ...parent, metadata }, children, finalizing });
          assert.deepEqual(answer.children.map(nameOf), [], `${golden.id}, finalizing: ${finalizing}`);
        }
      }
    });
  });
}

function nameOf({ kind, metadata }: { readonly kind: string; readonly metadata: { readonly name: string } }): string {
  return `${kind} ${metadata.name}`;
}

/** A child that the undamaged request lets go (history, suspension of a former session) is no loss. */
function keptBefore(id: string, name: string): boolean {
  return (goldenResponse(id) as SyncResponse<object>).children.some((one) => nameOf(one) === name);
}
