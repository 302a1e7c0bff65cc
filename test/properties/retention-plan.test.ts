/** What holds of every history and policy. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PERIODS } from '../../hooks/domain/retention-calendar.ts';
import { KEEP_RULES } from '../../hooks/domain/retention-rules.ts';
import type { RetentionItem } from '../../hooks/domain/retention.ts';
import { DAY, NOW, plan } from '../unit/domain/retention-items.ts';

const specs = fc
  .record({
    maxRetentionPeriod: fc.option(fc.constantFrom('3d', '2w', '2mo', '1y'), { nil: undefined }),
    successfulSnapshots: fc.dictionary(fc.constantFrom(...KEEP_RULES), fc.nat(4)),
    failedSnapshots: fc.option(fc.record({ last: fc.nat(3) }), { nil: undefined }),
  })
  .map((spec) => JSON.parse(JSON.stringify(spec)) as object);

const items = fc.uniqueArray(
  fc.record({
    name: fc.string({ minLength: 1, maxLength: 3 }),
    session: fc.constantFrom('daily', 'weekly'),
    at: fc.integer({ min: NOW - 500 * DAY, max: NOW + 30 * DAY }),
    outcome: fc.constantFrom('Succeeded', 'Succeeded', 'Succeeded', 'Failed', 'Unfinished') as fc.Arbitrary<
      RetentionItem['outcome']
    >,
    isDeleting: fc.constant(false),
    isSuspect: fc.nat(9).map((one) => one === 0),
    isPinned: fc.nat(9).map((one) => one === 0),
    usedBy: fc.option(fc.constant('RestoreSession demo/back'), { nil: undefined, freq: 9 }),
  }),
  { selector: (one) => one.name, maxLength: 40 },
);

describe('every retention plan', () => {
  it('gives each item one verdict and a reason', () => {
    fc.assert(
      fc.property(items, specs, (history, spec) => {
        const decisions = plan(history, spec);
        assert.deepEqual(decisions.map((one) => one.item.name).sort(), history.map((one) => one.name).sort());
        assert.ok(decisions.every(({ reason, verdict }) => reason !== '' && /^(keep|remove)$/.test(verdict)));
      }),
    );
  });

  it('never removes the newest good one, what is pinned, in use, suspect, unfinished or dated in the future', () => {
    fc.assert(
      fc.property(items, specs, (history, spec) => {
        const removed = plan(history, spec).filter((one) => one.verdict === 'remove');
        for (const { item: one } of removed) {
          assert.ok(!one.isPinned && !one.isSuspect && one.usedBy === undefined && one.outcome !== 'Unfinished');
          assert.ok(one.at <= NOW);
          const better = history.filter(
            (other) =>
              other.session === one.session && other.outcome === 'Succeeded' && !other.isSuspect && other.at >= one.at,
          );
          assert.ok(one.outcome === 'Failed' || better.some((other) => other !== one && other.at <= NOW));
        }
      }),
    );
  });

  it('is the same for the same history in another order', () => {
    fc.assert(
      fc.property(items, specs, (history, spec) => {
        assert.deepEqual(plan([...history].reverse(), spec), plan(history, spec));
      }),
    );
  });

  it('lets Snapshots that count for nothing change no verdict of the others', () => {
    fc.assert(
      fc.property(items, specs, (history, spec) => {
        const counted = history.filter((one) => !one.isSuspect && one.outcome !== 'Unfinished' && one.at <= NOW);
        const names = new Set(counted.map((one) => one.name));
        const whole = plan(history, spec).filter((one) => names.has(one.item.name));
        assert.deepEqual(plan(counted, spec), whole);
      }),
    );
  });

  it('removes the same again from what it left: a plan that was carried out plans nothing more', () => {
    fc.assert(
      fc.property(items, specs, (history, spec) => {
        const left = plan(history, spec)
          .filter((one) => one.verdict === 'keep')
          .map((one) => one.item);
        assert.deepEqual(
          plan(left, spec).filter((one) => one.verdict === 'remove'),
          [],
        );
      }),
    );
  });
});

describe('periods', () => {
  it('never share a name between two of them, nor two names within one', () => {
    const instant = fc.integer({ min: Date.UTC(1999, 0, 1), max: Date.UTC(2040, 0, 1) });
    fc.assert(
      fc.property(instant, fc.constantFrom(...Object.keys(PERIODS)), (at, name) => {
        const period = PERIODS[name as keyof typeof PERIODS];
        const midnight = Math.floor(at / DAY) * DAY;
        if (name !== 'hourly') assert.equal(period(midnight), period(midnight + DAY - 1));
        else assert.equal(period(at - (at % 3_600_000)), period(at));
      }),
    );
  });
});
