import assert from 'node:assert/strict';
import { keptChildren } from '../../../hooks/jobs/kept-children.ts';
import { instantOf } from '../../../hooks/kube/instants.ts';
import type { Instant } from '../../../hooks/kube/metacontroller.ts';

const END = '2026-01-05T02:16:00Z';
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const CLAIM = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
const SCRATCH = { name: 'scratch', emptyDir: {} };

function after(milliseconds: number): Instant {
  return (instantOf(END) ?? 0) + milliseconds;
}

function children(outcome: 'Succeeded' | 'Failed', volumes: unknown): Parameters<typeof keptChildren>[0] {
  const metadata = { name: 'dump', namespace: 'demo', uid: 'u', creationTimestamp: '2026-01-05T02:15:00Z' };
  const type = outcome === 'Succeeded' ? 'Complete' : 'Failed';
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: { template: { spec: { volumes } } },
    status: { conditions: [{ type, status: 'True', lastTransitionTime: END }] },
  };
  const report = {
    apiVersion: 'metastash.dev/v1alpha1',
    kind: 'TaskReport',
    metadata,
    status: { phase: outcome, finishedAt: END },
  };
  return { 'Job.batch/v1': { 'demo/dump': job }, 'TaskReport.metastash.dev/v1alpha1': { 'demo/dump': report } };
}

function kindsAt(found: Parameters<typeof keptChildren>[0], now: Instant, live: readonly string[] = []): string[] {
  return keptChildren(found, new Set(live), now).children.map((one) => one.kind);
}

describe('finished Jobs and reports', () => {
  const table = [
    { what: 'a good Job that mounts a claim', outcome: 'Succeeded', volumes: [SCRATCH, CLAIM], goes: 30 * SECOND },
    { what: 'a failed Job that mounts a claim', outcome: 'Failed', volumes: [CLAIM], goes: HOUR },
    { what: 'a good Job without claims', outcome: 'Succeeded', volumes: [SCRATCH], goes: 24 * HOUR },
    { what: 'a failed Job without claims', outcome: 'Failed', volumes: 'not a list', goes: 7 * 24 * HOUR },
  ] as const;
  for (const { what, outcome, volumes, goes } of table) {
    it(`${what} goes ${goes / SECOND} s after its end, so that its Pod holds no claim for longer`, () => {
      const found = children(outcome, volumes);
      assert.deepEqual(kindsAt(found, after(goes - SECOND)), ['Job', 'TaskReport']);
      assert.ok(!kindsAt(found, after(goes)).includes('Job'));
      assert.equal(keptChildren(found, new Set(), after(goes - SECOND)).wakeAt, after(goes));
    });
  }

  it('a report stays a day when its Job went early, and a week when the work failed', () => {
    assert.deepEqual(kindsAt(children('Succeeded', [CLAIM]), after(24 * HOUR - SECOND)), ['TaskReport']);
    assert.deepEqual(kindsAt(children('Succeeded', [CLAIM]), after(24 * HOUR)), []);
    assert.deepEqual(kindsAt(children('Failed', [CLAIM]), after(7 * 24 * HOUR - SECOND)), ['TaskReport']);
  });

  it('all stay while the outcome does not stand in the observed status', () => {
    assert.deepEqual(kindsAt(children('Succeeded', [CLAIM]), after(48 * HOUR), ['dump']), ['Job', 'TaskReport']);
  });
});
