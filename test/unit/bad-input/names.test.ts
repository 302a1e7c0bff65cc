/** Bad-input catalogue (faults.md §6), B33 and B35: names that are long, dotted or equal. */
import assert from 'node:assert/strict';
import { syncBackupConfiguration } from '../../../hooks/kinds/backupconfiguration/sync.ts';
import { labelValue, triggerName, turnName, uniqueName } from '../../../hooks/kube/names.ts';
import * as sample from '../kinds/backupconfiguration/fixtures.ts';
import { namesOf } from '../kinds/backupconfiguration/answers.ts';

const LONG = 'a'.repeat(40) + '.b'.repeat(60) + 'c'.repeat(93);

describe('B33 a name of 253 characters with dots', () => {
  const DERIVED: readonly (readonly [what: string, name: string, limit: number])[] = [
    ['the CronJob, to whose name its Jobs append the tick', triggerName(LONG, 'nightly'), 52],
    ['the Lease', turnName(LONG), 63],
    ['a Job', uniqueName(['init', LONG], 'uid'), 63],
    ['a label', labelValue(LONG), 63],
  ];
  for (const [what, name, limit] of DERIVED) {
    it(`gives ${what} one within its limit`, () => {
      assert.ok(name.length <= limit, `${name} has ${name.length} characters`);
      assert.match(name, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
    });
  }

  it('never meets another that is equal once it is cut', () => {
    const [one, other] = [`${LONG.slice(0, -1)}x`, `${LONG.slice(0, -1)}y`];
    assert.notEqual(triggerName(one, 'nightly'), triggerName(other, 'nightly'));
    assert.notEqual(turnName(one), turnName(other));
    assert.notEqual(uniqueName(['init', one], 'uid'), uniqueName(['init', other], 'uid'));
    assert.notEqual(labelValue(one), labelValue(other));
    assert.notEqual(triggerName('a-b', 'c'), triggerName('a', 'b-c'));
  });

  it('makes the children that a short one makes, each under a name that Kubernetes takes', () => {
    const { metadata, ...rest } = sample.configuration();
    const parent = { ...rest, metadata: { ...metadata, name: LONG } };
    const answer = syncBackupConfiguration(sample.request(parent, []), sample.NOW);
    for (const { kind, metadata: made } of answer.children) {
      const limit = kind === 'CronJob' ? 52 : 63;
      assert.ok(made.name.length <= limit, `${kind} ${made.name}`);
      for (const value of Object.values(made.labels ?? {})) assert.ok(value.length <= 63, `${kind}: ${value}`);
    }
    assert.equal(namesOf(answer, 'CronJob').length, 1);
  });
});
