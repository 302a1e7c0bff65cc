import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SnapshotComponent, SnapshotStatus } from '../../hooks/generated/types/snapshot.ts';
import { syncSnapshot } from '../../hooks/kinds/snapshot/sync.ts';
import type { SyncResponse } from '../../hooks/kube/metacontroller.ts';
import type { KubeObject } from '../../hooks/kube/objects.ts';
import * as the from '../unit/kinds/snapshot/world.ts';
import { START, type World } from '../unit/kinds/snapshot/world.ts';
import { frozen } from './hosted-world.ts';
import { holds, reordered } from './request-variants.ts';

const TARGETS = ['Deployment', 'StatefulSet', 'PersistentVolumeClaim', 'DaemonSet'] as const;

/** What a cluster, its users and its movers do between two syncs. */
const EVENTS: Readonly<Record<string, (world: World, index: number, now: number) => World>> = {
  nothing: (world) => world,
  claims: (world, index, now) => onReport(world, index, 'Running', the.runningReport(secondsAt(now))),
  succeeds: (world, index, now) => onReport(world, index, 'Succeeded', goodOf(world, index, secondsAt(now))),
  failsForNow: (world, index, now) =>
    onReport(world, index, 'Failed', the.badReport(secondsAt(now), 'RepositoryLocked', 'locked', true)),
  failsForGood: (world, index, now) =>
    onReport(world, index, 'Failed', the.badReport(secondsAt(now), 'WrongPassword', 'wrong', false)),
  lies: (world, index, now) => onReport(world, index, 'Succeeded', the.goodReport(secondsAt(now), 'not-an-id')),
  jobDeleted: (world, index) => ({
    ...world,
    children: world.children.filter((_, at) => at !== index % (world.children.length + 1)),
  }),
  cancelled: (world) =>
    the.changed(world, 'BackupSession', { metadata: { annotations: { 'metastash.dev/cancel': 'yes' } } }),
  sessionGone: (world) => the.without(world, 'BackupSession'),
  addonGone: (world) => the.without(world, 'Addon'),
  repositoryNotReady: (world) => the.changed(world, 'Repository', { status: { phase: 'NotReady' } }),
  taskEdited: (world) => the.changed(world, 'BackupConfiguration', { spec: { sessions: [] } }),
  scaled: (world) => the.changed(world, 'StatefulSet', { spec: { replicas: 4 } }),
  namespaceGoing: (world) => the.changed(world, 'Namespace', { status: { phase: 'Terminating' } }, 'demo'),
};

const walk = fc.record({
  target: fc.constantFrom(...TARGETS),
  steps: fc.array(
    fc.record({
      event: fc.constantFrom(...Object.keys(EVENTS)),
      index: fc.nat(7),
      seconds: fc.constantFrom(0, 1, 5, 40, 130, 1000, 4000),
    }),
    { minLength: 4, maxLength: 18 },
  ),
  seed: fc.integer(),
});

/** Runs a walk and hands every sync to `look`: the world before, the answer, the time. */
function walked(
  {
    target,
    steps,
  }: { target: (typeof TARGETS)[number]; steps: readonly { event: string; index: number; seconds: number }[] },
  look: (before: World, answer: SyncResponse<SnapshotStatus>, now: number) => void,
): World {
  let world = the.world(target);
  let now = START;
  for (const { event, index, seconds } of [{ event: 'nothing', index: 0, seconds: 0 }, ...steps]) {
    now += seconds * 1000;
    world = EVENTS[event]?.(world, index, now) ?? world;
    const answer = syncSnapshot(frozen(the.requestOf(world)) as ReturnType<typeof the.requestOf>, now);
    look(world, answer, now);
    world = the.applied(world, answer, now);
  }
  return world;
}

describe('Snapshot, whatever happens around it', () => {
  it('answers the same bytes to the same request with its maps in another order', () => {
    holds(
      fc.property(walk, (input) => {
        walked(input, (before, answer, now) => {
          const again = syncSnapshot(reordered(the.requestOf(before), input.seed), now);
          assert.equal(canonical(again), canonical(answer));
          assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer, 'the answer is plain JSON');
        });
      }),
    );
  });

  it('never leaves a terminal phase, nor changes what it said there', () => {
    holds(
      fc.property(walk, (input) => {
        walked(input, (before, { status }) => {
          const { phase, components } = before.snapshot.status ?? {};
          if (phase !== 'Succeeded' && phase !== 'Failed') return;
          assert.equal(status.phase, phase);
          assert.deepEqual(status.components, components);
        });
      }),
    );
  });

  it('makes a Job only for a component and attempt that stand in the observed status, and each at most once', () => {
    holds(
      fc.property(walk, (input) => {
        const nameOf = new Map<string, string>();
        walked(input, (before, answer) => {
          for (const job of madeJobs(before, answer)) {
            const component = job.metadata.labels?.['metastash.dev/component'];
            if (component === undefined) continue;
            const recorded = before.snapshot.status?.components?.[component];
            assert.equal(recorded?.jobName, job.metadata.name);
            const attempt = `${component}/${recorded?.attempts}`;
            assert.ok(nameOf.get(attempt) === undefined || nameOf.get(attempt) === job.metadata.name);
            nameOf.set(attempt, job.metadata.name);
          }
        });
      }),
    );
  });

  it('never makes a Job again that it has seen, but for those that only look', () => {
    holds(
      fc.property(walk, (input) => {
        const seen = new Set<string>();
        walked(input, (before, answer) => {
          const made = madeJobs(before, answer).filter(
            (one) => one.metadata.labels?.['metastash.dev/task'] !== 'diagnose',
          );
          for (const job of made) assert.ok(!seen.has(job.metadata.name), job.metadata.name);
          for (const child of before.children) if (child.kind === 'Job') seen.add(child.metadata.name);
        });
      }),
    );
  });

  it('drops a child only after the outcome of its component stands in the observed status', () => {
    holds(
      fc.property(walk, (input) => {
        walked(input, (before, answer) => {
          for (const child of before.children) {
            const isKept = answer.children.some(
              (one) => one.kind === child.kind && one.metadata.name === child.metadata.name,
            );
            assert.ok(isKept || isOutcomePublished(before, child), `${child.metadata.name} was dropped too early`);
          }
        });
      }),
    );
  });

  it('says Succeeded only with an id for every component, and looks again within five minutes otherwise', () => {
    holds(
      fc.property(walk, (input) => {
        walked(input, (before, { status, resyncAfterSeconds = 0 }) => {
          const components = status.phase === 'Succeeded' ? Object.values(status.components ?? {}) : [];
          for (const one of components) assert.match(firstIdOf(one), /^[0-9a-f]{64}$/);
          if (!isEnded(before.snapshot.status)) assert.ok(resyncAfterSeconds >= 1 && resyncAfterSeconds <= 300);
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
        const texts: string[] = [];
        for (let sync = 0; sync < 8; sync += 1) {
          const answer = syncSnapshot(the.requestOf(world), now);
          texts.push(
            canonical({ status: answer.status, children: answer.children.map((one) => one.metadata.name).sort() }),
          );
          world = the.applied(world, answer, now);
        }
        assert.equal(texts.at(-1), texts.at(-2));
      }),
    );
  });
});

function firstIdOf(component: SnapshotComponent): string {
  return component.resticStats?.[0]?.summary?.id ?? '';
}

/** Whether the observed status holds what became of a child's work, or speaks of a later attempt. */
function isOutcomePublished({ snapshot }: World, child: KubeObject): boolean {
  const outcome = snapshot.status?.components?.[child.metadata.labels?.['metastash.dev/component'] ?? ''];
  return isEnded(snapshot.status) || isEnded(outcome) || outcome?.jobName !== child.metadata.name;
}

function secondsAt(now: number): number {
  return (now - START) / 1000;
}

/** Writes a report that has not ended yet; a mover never changes one that has. */
function onReport(world: World, index: number, _phase: string, status: the.Overlay): World {
  const open = world.children.filter((one) => one.kind === 'TaskReport' && !isEnded(one.status));
  const report = open[index % Math.max(1, open.length)];
  return report === undefined ? world : the.reported(world, report.metadata.name, status);
}

function goodOf(world: World, index: number, seconds: number): the.Overlay {
  const good = the.goodReport(seconds);
  const located = {
    components: [
      { component: 'dump', node: 'n1' },
      { component: 'dump-n1', node: 'n1' },
    ],
  };
  const diagnosis = { reason: 'Unschedulable', message: `no node (${index})` };
  return { ...good, result: { ...(good['result'] as object), located, diagnosis } };
}

function isEnded(status: unknown): boolean {
  const phase = (status as { readonly phase?: string } | undefined)?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}

function madeJobs(before: World, answer: SyncResponse<SnapshotStatus>): SyncResponse['children'] {
  return answer.children.filter(
    (one) =>
      one.kind === 'Job' &&
      !before.children.some((other) => other.metadata.name === one.metadata.name && other.kind === 'Job'),
  );
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([left], [right]) => (left < right ? -1 : 1)))
      : field,
  );
}
