/** Hooks around restores on virtual time: what runs, in which order, and what a restore says of hooks that fail. */
import assert from 'node:assert/strict';
import type { Task } from '../../hooks/domain/task.ts';
import { apply } from '../../sandbox/cluster/manifests.ts';
import type { PlayedOutcome } from '../../sandbox/node/played-mover.ts';
import { CORE, NAMESPACE, scenario, SessionStory, type SessionStatus } from './session-story.ts';
import { manifestsAt, QUICKSTART_RESTORE, type Condition } from './virtual-stories.ts';

const OK: PlayedOutcome = { outcome: 'succeeds' };
const STOP = { name: 'stop', hookTemplate: { name: 'pause-writes' }, params: { state: 'stopped' } };
const START = { ...STOP, name: 'start', params: { state: 'started' } };
const TELL = { name: 'tell', hookTemplate: { name: 'tell-chat' }, executionPolicy: 'OnFailure' };
const BOTH = { preRestore: [STOP], postRestore: [START, TELL] };

describe('hooks before and after a restore', () => {
  let story: SessionStory;
  afterEach(() => story.stop());

  /** Backs up, then restores with these hooks. */
  const restored = (outcomes: Readonly<Record<string, PlayedOutcome>>, spec: object = {}): SessionStatus => {
    const outcomeOf = (task: Task): PlayedOutcome => outcomes[task.task === 'hook' ? task.hook : task.task] ?? OK;
    story = new SessionStory({ outcomeOf });
    story.start({}, { manifests: scenario('hook-templates') });
    story.run(10);
    for (const manifest of manifestsAt(QUICKSTART_RESTORE).filter((one) => one.metadata.name === 'gallery')) {
      apply(story.cluster.api, { ...manifest, spec: { ...(manifest['spec'] as object), hooks: BOTH, ...spec } });
    }
    story.run(15);
    const key = { apiVersion: CORE, kind: 'RestoreSession', namespace: NAMESPACE, name: 'gallery' };
    return (story.cluster.api.get(key)?.['status'] ?? {}) as SessionStatus;
  };
  const condition = ({ conditions = [] }: SessionStatus, type: string): Condition | undefined =>
    conditions.find((one) => one.type === type);
  const failing: PlayedOutcome = {
    outcome: 'fails',
    error: { code: 'SoItIs', message: 'so it was wanted', retryable: false },
  };

  it('run in their order around the data', () => {
    const status = restored({});
    assert.equal(status.phase, 'Succeeded', condition(status, 'Ready')?.message);
    assert.deepEqual(story.began, ['backup', 'stop', 'restore', 'start']);
    assert.deepEqual(
      [...(status.hooks?.preHooks ?? []), ...(status.hooks?.postHooks ?? [])].map((one) => `${one.name}: ${one.phase}`),
      ['stop: Succeeded', 'start: Succeeded'],
    );
    assert.equal(condition(status, 'PreRestoreHooksExecutionSucceeded')?.reason, 'SuccessfullyExecutedPreRestoreHooks');
    assert.equal(condition(status, 'PostRestoreHooksExecutionSucceeded')?.status, 'True');
    assert.equal(status.metastash, undefined);
    assert.deepEqual(story.cluster.warnings, []);
  });

  it('keep the data from being written where one before it fails; those after it still run', () => {
    const status = restored({ stop: failing });
    assert.equal(status.phase, 'Failed');
    assert.deepEqual(story.began, ['backup', 'stop', 'start', 'tell']);
    assert.equal(condition(status, 'PreRestoreHooksExecutionSucceeded')?.status, 'False');
    assert.match(
      condition(status, 'Ready')?.message ?? '',
      /Hook stop before the work failed: SoItIs: so it was wanted/,
    );
  });

  it('fail a restore whose data is back where one after it fails', () => {
    const status = restored({ start: failing });
    assert.equal(status.phase, 'Failed');
    assert.deepEqual(story.began, ['backup', 'stop', 'restore', 'start']);
    assert.match(condition(status, 'Ready')?.message ?? '', /^Hook start after the work failed: SoItIs/);
  });

  for (const [what, outcomes, spec] of [
    ['a restore that fails', { restore: failing }, {}],
    ['a timeout', { restore: { outcome: 'hangs' } }, { restoreTimeout: '10m' }],
  ] as const) {
    it(`get their chance after ${what}`, () => {
      const status = restored(outcomes, spec);
      assert.equal(status.phase, 'Failed');
      assert.deepEqual(story.began, ['backup', 'stop', 'restore', 'start', 'tell']);
    });
  }
});
