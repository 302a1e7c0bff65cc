import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RestoreSessionStatus } from '../../hooks/generated/types/restoresession.ts';
import { isFinal } from '../../hooks/kinds/restoresession/phase.ts';
import { syncRestoreSession } from '../../hooks/kinds/restoresession/sync.ts';
import type { SyncResponse } from '../../hooks/kube/metacontroller.ts';
import type { KubeObject } from '../../hooks/kube/objects.ts';
import { badReport, reported, runningReport } from '../unit/kinds/snapshot/world.ts';
import * as the from '../unit/kinds/restoresession/world.ts';
import { START, type World } from '../unit/kinds/restoresession/world.ts';
import { frozen } from './hosted-world.ts';
import { holds, reordered } from './request-variants.ts';

const TARGETS = ['Deployment', 'StatefulSet', 'PersistentVolumeClaim', 'DaemonSet'] as const;

/** What a cluster, its users and its movers do between two syncs. */
const EVENTS: Readonly<Record<string, (world: World, index: number, now: number) => World>> = {
  nothing: (world) => world,
  claims: (world, index, now) => onReport(world, index, runningReport(secondsAt(now))),
  succeeds: (world, index, now) => onReport(world, index, goodOf(secondsAt(now))),
  failsForNow: (world, index, now) => onReport(world, index, badReport(secondsAt(now), 'Interrupted', 'evicted', true)),
  failsForGood: (world, index, now) =>
    onReport(world, index, badReport(secondsAt(now), 'WrongPassword', 'wrong', false)),
  filesMissing: (world, index, now) =>
    onReport(world, index, the.goodRestore(secondsAt(now), { missing: { count: 1, names: ['/srv/books/a'] } })),
  jobDeleted: (world, index) => ({
    ...world,
    children: world.children.filter((_, at) => at !== index % (world.children.length + 1)),
  }),
  cancelled: (world) => the.sessionChanged(world, { metadata: { annotations: { 'metastash.dev/cancel': 'yes' } } }),
  newerSnapshot: (world) => the.having(world, the.goodSnapshot('tuesday', 'Deployment', 60)),
  snapshotsGone: (world) => the.without(world, 'Snapshot'),
  addonGone: (world) => the.without(world, 'Addon'),
  specEdited: (world) =>
    the.sessionChanged(world, { spec: { dataSource: { snapshot: 'tuesday' }, target: { name: 'other' } } }),
  hooksAdded: (world) => the.sessionChanged(world, { spec: { hooks: { preRestore: [{ name: 'stop' }] } } }),
  namespaceGoing: (world) => the.changed(world, 'Namespace', 'demo', { status: { phase: 'Terminating' } }),
};

const walk = fc.record({
  target: fc.constantFrom(...TARGETS),
  timeout: fc.constantFrom(undefined, '10m'),
  steps: fc.array(
    fc.record({
      event: fc.constantFrom(...Object.keys(EVENTS)),
      index: fc.nat(7),
      seconds: fc.constantFrom(0, 1, 5, 40, 130, 1000, 4000),
    }),
    { minLength: 4, maxLength: 16 },
  ),
  seed: fc.integer(),
});

interface Walk {
  readonly target: (typeof TARGETS)[number];
  readonly timeout: string | undefined;
  readonly steps: readonly { readonly event: string; readonly index: number; readonly seconds: number }[];
}

/** Runs a walk and hands every sync to `look`: the world before, the answer, the time. */
function walked(
  { target, timeout, steps }: Walk,
  look: (before: World, answer: SyncResponse<RestoreSessionStatus>, now: number) => void,
): World {
  let world = the.sessionChanged(the.world(target), { spec: { restoreTimeout: timeout } });
  let now = START;
  for (const { event, index, seconds } of [{ event: 'nothing', index: 0, seconds: 0 }, ...steps]) {
    now += seconds * 1000;
    world = EVENTS[event]?.(world, index, now) ?? world;
    const answer = syncRestoreSession(frozen(the.requestOf(world)) as ReturnType<typeof the.requestOf>, now);
    look(world, answer, now);
    world = the.applied(world, answer, now);
  }
  return world;
}

describe('RestoreSession, whatever happens around it', () => {
  it('answers the same to the same request with its maps in another order', () => {
    holds(
      fc.property(walk, (input) => {
        walked(input, (before, answer, now) => {
          const again = syncRestoreSession(reordered(the.requestOf(before), input.seed), now);
          assert.deepEqual(again, answer);
          assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer, 'the answer is plain JSON');
        });
      }),
    );
  });

  it('never leaves a terminal phase, nor changes anything that it said there', () => {
    holds(
      fc.property(walk, (input) => {
        walked(input, (before, { status }) => {
          if (!isFinal(before.session.status?.phase)) return;
          assert.deepEqual({ ...status, observedGeneration: 1 }, before.session.status);
        });
      }),
    );
  });

  it('keeps the Snapshot and the components that it has pinned', () => {
    holds(
      fc.property(walk, (input) => {
        walked(input, (before, { status }) => {
          const { snapshot, components } = before.session.status ?? {};
          if (components === undefined) return;
          assert.equal(status.snapshot, snapshot);
          assert.deepEqual(Object.keys(status.components ?? {}).sort(), Object.keys(components).sort());
        });
      }),
    );
  });

  it('makes a Job only for a component and attempt that stand in the observed status, and never one that it has seen', () => {
    holds(
      fc.property(walk, (input) => {
        const seen = new Set<string>();
        walked(input, (before, answer) => {
          for (const job of madeJobs(before, answer)) {
            const component = job.metadata.labels?.['metastash.dev/component'];
            if (component === undefined) continue;
            assert.equal(before.session.status?.components?.[component]?.jobName, job.metadata.name);
            assert.ok(!seen.has(job.metadata.name), job.metadata.name);
          }
          for (const child of before.children) if (child.kind === 'Job') seen.add(child.metadata.name);
        });
      }),
    );
  });

  it('drops a Job or report only after the outcome of its component stands in the observed status', () => {
    holds(
      fc.property(walk, (input) => {
        walked(input, (before, answer) => {
          for (const child of before.children) {
            const isKept = answer.children.some(
              (one) => one.kind === child.kind && one.metadata.name === child.metadata.name,
            );
            assert.ok(
              isKept || isOutcomePublished(before, child),
              `${child.kind} ${child.metadata.name} was dropped too early`,
            );
          }
        });
      }),
    );
  });

  it('looks again within five minutes until it has ended', () => {
    holds(
      fc.property(walk, (input) => {
        walked(input, (before, { resyncAfterSeconds = 0 }) => {
          if (isFinal(before.session.status?.phase)) return;
          assert.ok(resyncAfterSeconds >= 1 && resyncAfterSeconds <= 300);
        });
      }),
    );
  });

  it('comes to rest when nothing happens any more', () => {
    holds(
      fc.property(walk, (input) => {
        let now = START;
        let world = walked(input, (_before, _answer, at) => {
          now = at;
        });
        const answers: object[] = [];
        for (let sync = 0; sync < 8; sync += 1) {
          const { status, children } = syncRestoreSession(the.requestOf(world), now);
          answers.push({ status, children: children.map((one) => one.metadata.name).sort() });
          world = the.applied(world, { status, children }, now);
        }
        assert.deepEqual(answers.at(-1), answers.at(-2));
      }),
    );
  });
});

function secondsAt(now: number): number {
  return (now - START) / 1000;
}

/** Writes a report that has not ended yet; a mover never changes one that has. */
function onReport(world: World, index: number, status: the.Overlay): World {
  const open = world.children.filter((one) => one.kind === 'TaskReport' && !hasEnded(one.status));
  const report = open[index % Math.max(1, open.length)];
  return report === undefined ? world : reported(world, report.metadata.name, status);
}

function goodOf(seconds: number): the.Overlay {
  const good = the.goodRestore(seconds);
  const located = {
    components: [
      { component: 'dump', node: 'n1' },
      { component: 'dump-n1', node: 'n1' },
    ],
  };
  const diagnosis = { reason: 'Unschedulable', message: 'no node' };
  return { ...good, result: { ...(good['result'] as object), located, diagnosis } };
}

/** Whether the observed status holds what became of a child's work, or speaks of a later attempt. */
function isOutcomePublished({ session }: World, child: KubeObject): boolean {
  if (isFinal(session.status?.phase)) return true;
  const outcome = session.status?.components?.[child.metadata.labels?.['metastash.dev/component'] ?? ''];
  const isWork = child.kind === 'Job' || child.kind === 'TaskReport';
  return isWork && (isFinal(outcome?.phase) || outcome?.jobName !== child.metadata.name);
}

function hasEnded(status: unknown): boolean {
  const phase = (status as { readonly phase?: string } | undefined)?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}

function madeJobs(before: World, answer: SyncResponse<RestoreSessionStatus>): SyncResponse['children'] {
  return answer.children.filter(
    (one) =>
      one.kind === 'Job' &&
      !before.children.some((other) => other.kind === 'Job' && other.metadata.name === one.metadata.name),
  );
}
