import assert from 'node:assert/strict';
import { conditionOf, conditionsFrom, type Condition, type ConditionFact } from '../../../hooks/kube/conditions.ts';
import { instantOf, timestampOf } from '../../../hooks/kube/instants.ts';
import { readinessOf, readyFacts } from '../../../hooks/kube/ready.ts';

const NOW = Date.parse('2026-05-01T10:00:00.900Z');
const fact: ConditionFact = { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'all is well' };
const before: Condition = { ...fact, lastTransitionTime: '2026-04-01T00:00:00Z', observedGeneration: 1 };

describe('conditions', () => {
  it('keep their transition time while their status stays, whatever the words', () => {
    const [condition] = conditionsFrom([{ ...fact, message: 'other words' }], [before], 2, NOW);
    assert.deepEqual(condition, { ...before, message: 'other words', observedGeneration: 2 });
  });

  it('stamp a new transition time when the status changes', () => {
    const [condition] = conditionsFrom([{ ...fact, status: 'False' }], [before], 2, NOW);
    assert.equal(condition?.lastTransitionTime, '2026-05-01T10:00:00Z');
  });

  it('drop what is not stated, and come ordered by type', () => {
    const facts = [fact, { ...fact, type: 'Able' }];
    const types = conditionsFrom(facts, [{ ...before, type: 'Gone' }], 1, NOW).map((one) => one.type);
    assert.deepEqual(types, ['Able', 'Ready']);
  });

  it('survive a status in which someone wrote nonsense', () => {
    const nonsense = { Ready: 7 } as unknown as readonly Condition[];
    assert.equal(conditionsFrom([fact], nonsense, undefined, NOW).length, 1);
    const damaged = [{ ...before, lastTransitionTime: 'yesterday' }];
    assert.equal(conditionsFrom([fact], damaged, undefined, NOW)[0]?.lastTransitionTime, '2026-05-01T10:00:00Z');
    assert.equal(conditionOf({ conditions: nonsense }, 'Ready'), undefined);
    assert.equal(conditionOf({ conditions: [null as unknown as Condition, before] }, 'Ready'), before);
  });

  it('bound their messages', () => {
    const [condition] = conditionsFrom([{ ...fact, message: 'x'.repeat(5000) }], undefined, 1, NOW);
    assert.equal(condition?.message.length, 1024);
    assert.ok(condition?.message.endsWith('…'));
  });

  it('state the same bytes for the same facts', () => {
    const once = conditionsFrom([fact], [before], 1, NOW);
    assert.equal(JSON.stringify(conditionsFrom([fact], once, 1, NOW + 60_000)), JSON.stringify(once));
  });
});

describe('instants', () => {
  it('lose nothing but milliseconds as timestamps', () => {
    assert.equal(timestampOf(NOW), '2026-05-01T10:00:00Z');
    assert.equal(instantOf('2026-05-01T10:00:00Z'), NOW - 900);
  });

  for (const text of ['', 'soon', 7, null, undefined, {}]) {
    it(`are not read from ${JSON.stringify(text)}`, () => {
      assert.equal(instantOf(text), undefined);
    });
  }
});

describe('readiness', () => {
  it('is one condition when ready', () => {
    assert.deepEqual(readyFacts({ state: 'ready', message: 'ready to use' }), [
      { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'ready to use' },
    ]);
  });

  const unready = [
    ['reconciling', 'Reconciling'],
    ['stalled', 'Stalled'],
    ['failed', 'Stalled'],
  ] as const;
  for (const [state, type] of unready) {
    it(`is Ready=False and ${type}=True when ${state}`, () => {
      assert.deepEqual(readyFacts({ state, reason: 'R', message: 'm' }), [
        { type: 'Ready', status: 'False', reason: 'R', message: 'm' },
        { type, status: 'True', reason: 'R', message: 'm' },
      ]);
    });
  }

  it('is stalled only by a problem that no other object cures', () => {
    assert.equal(readinessOf({ reason: 'R', message: 'm', waits: true }).state, 'reconciling');
    assert.equal(readinessOf({ reason: 'R', message: 'm', waits: false }).state, 'stalled');
  });
});
