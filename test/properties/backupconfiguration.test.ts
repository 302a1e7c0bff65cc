import assert from 'node:assert/strict';
import fc from 'fast-check';
import { syncBackupConfiguration } from '../../hooks/kinds/backupconfiguration/sync.ts';
import type { KubeObject } from '../../hooks/kube/objects.ts';
import * as sample from '../unit/kinds/backupconfiguration/fixtures.ts';
import { frozen } from './hosted-world.ts';
import { holds, reordered } from './request-variants.ts';

const PHASES = [undefined, 'Pending', 'Running', 'Succeeded', 'Failed', 'Skipped'];

const sessions = fc.array(
  fc.record({
    minutes: fc.integer({ min: 0, max: 200 }),
    phase: fc.constantFrom(...PHASES),
    name: fc.constantFrom('frequent', 'nightly', 'former'),
    retryLeft: fc.integer({ min: 0, max: 2 }),
    nextRetry: fc.constantFrom(undefined, '2026-01-05T01:00:00Z', '2026-01-05T03:00:00Z', 'soon'),
    isCopy: fc.boolean(),
  }),
  { maxLength: 8 },
);
const specs = fc.constantFrom(
  {},
  { paused: true },
  { sessions: [] },
  { target: { apiGroup: 'x', kind: 'AppBinding', name: 'sample' } },
  { sessions: [sample.session({ name: 'renamed' })] },
  { sessions: [sample.session(), sample.session({ name: 'nightly' })] },
  { sessions: [sample.session({ sessionHistoryLimit: 3, retryConfig: { maxRetry: 2 } })] },
  { backends: [] },
);
const around = fc.subarray([...sample.HEALTHY], { minLength: 0 });
const made = fc.subarray([
  ...sample.MADE,
  sample.repository({ metadata: { name: 'former-repo' }, spec: { path: '/former' } }),
  sample.cronJob('former'),
]);

interface Drawn {
  readonly sessions: readonly {
    minutes: number;
    phase: string | undefined;
    name: string;
    retryLeft: number;
    nextRetry: string | undefined;
    isCopy: boolean;
  }[];
  readonly spec: object;
  readonly made: readonly KubeObject[];
  readonly around: readonly KubeObject[];
  readonly hasLease: boolean;
  readonly published: boolean;
}
const worlds = fc.record({ sessions, spec: specs, made, around, hasLease: fc.boolean(), published: fc.boolean() });

function requestOf(drawn: Drawn): ReturnType<typeof sample.request> {
  const observed = drawn.sessions.map(({ minutes, phase, name, retryLeft, nextRetry, isCopy }) =>
    sample.backupSession(
      minutes,
      { ...(phase === undefined ? {} : { phase }), ...(nextRetry === undefined ? {} : { nextRetry }) },
      {
        spec: { session: name, retryLeft },
        metadata: isCopy ? { annotations: { 'metastash.dev/uid': 'another' } } : {},
      },
    ),
  );
  const holder = observed[0]?.metadata.uid ?? 'nobody';
  const children = [...drawn.made, ...observed, ...(drawn.hasLease ? [sample.lease(holder)] : [])];
  const removals = drawn.published ? observed.map((one) => one.metadata.uid) : [];
  const parent = sample.configuration(drawn.spec, { status: { metastash: { removals } } });
  return sample.request(parent, children, drawn.around);
}

describe('every answer to a BackupConfiguration', () => {
  it('is the same bytes for the same request, also with its maps in another order, and leaves the request alone', () => {
    holds(
      fc.property(worlds, fc.integer(), (drawn, seed) => {
        const request = requestOf(drawn);
        const once = JSON.stringify(
          syncBackupConfiguration(frozen(structuredClone(request)) as typeof request, sample.NOW),
        );
        assert.equal(JSON.stringify(syncBackupConfiguration(request, sample.NOW)), once);
        const again = syncBackupConfiguration(reordered(request, seed), sample.NOW);
        assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(once));
      }),
    );
  });

  it('loses no Repository, and no BackupSession that its status did not announce', () => {
    holds(
      fc.property(worlds, (drawn) => {
        const request = requestOf(drawn);
        const desired = new Set(
          syncBackupConfiguration(request, sample.NOW).children.map((one) => `${one.kind} ${one.metadata.name}`),
        );
        const announced = new Set(request.parent.status?.metastash?.['removals'] as readonly string[]);
        for (const child of [
          ...drawn.made,
          ...Object.values(request.children['BackupSession.core.kubestash.com/v1alpha1'] ?? {}),
        ]) {
          if (child.kind !== 'Repository' && child.kind !== 'BackupSession') continue;
          const isKept = desired.has(`${child.kind} ${child.metadata.name}`);
          assert.ok(isKept || announced.has(child.metadata.uid), `${child.kind} ${child.metadata.name} is lost`);
        }
      }),
    );
  });

  it('never removes a session that has not ended, and never the newest that has', () => {
    holds(
      fc.property(worlds, (drawn) => {
        const request = requestOf({ ...drawn, published: true });
        const names = new Set(syncBackupConfiguration(request, sample.NOW).children.map((one) => one.metadata.name));
        const observed = Object.values(request.children['BackupSession.core.kubestash.com/v1alpha1'] ?? {});
        const ended = ({ status }: KubeObject): boolean =>
          ['Succeeded', 'Failed', 'Skipped'].includes((status as { phase?: string }).phase ?? '');
        const newest = ['frequent', 'nightly', 'former'].map(
          (name) =>
            observed
              .filter((one) => ended(one) && (one.spec as { session: string }).session === name)
              .sort((left, right) => (left.metadata.creationTimestamp > right.metadata.creationTimestamp ? -1 : 1))[0],
        );
        for (const one of observed) {
          if (!ended(one) || newest.includes(one)) assert.ok(names.has(one.metadata.name), one.metadata.name);
        }
      }),
    );
  });

  it('offers at most one Lease, each child once, and always looks again within five minutes', () => {
    holds(
      fc.property(worlds, (drawn) => {
        const { children, resyncAfterSeconds = 0 } = syncBackupConfiguration(requestOf(drawn), sample.NOW);
        assert.ok(children.filter(({ kind }) => kind === 'Lease').length <= 1);
        const keys = children.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
        assert.equal(new Set(keys).size, keys.length);
        assert.ok(resyncAfterSeconds > 0 && resyncAfterSeconds <= 300);
      }),
    );
  });
});
