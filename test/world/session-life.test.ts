/** The life of BackupSessions on virtual time: retries, deadlines, pause, overlap, queueing, cancellation, history. */
import assert from 'node:assert/strict';
import type { PlayedOutcome } from '../../sandbox/node/played-mover.ts';
import { SessionStory, type StoryOptions } from './session-story.ts';

const HANGS: StoryOptions = { outcomeOf: (task) => ({ outcome: task.task === 'backup' ? 'hangs' : 'succeeds' }) };
const FAILS: StoryOptions = {
  outcomeOf: (task): PlayedOutcome =>
    task.task === 'backup'
      ? { outcome: 'fails', error: { code: 'WrongPassword', message: 'so it was wanted', retryable: false } }
      : { outcome: 'succeeds' },
};

describe('the life of sessions', () => {
  let story: SessionStory;
  afterEach(() => story.stop());
  const started = (session: object, options: StoryOptions = {}, spec: object = {}): SessionStory => {
    story = new SessionStory(options);
    story.start(session, { spec });
    return story;
  };
  const leftOf = (): readonly unknown[] =>
    story.sessions().map((one) => (one['spec'] as { readonly retryLeft?: number }).retryLeft ?? 0);

  it('is tried again after its delay, with one retry less each time, and then no more', () => {
    started({ sessionHistoryLimit: 10, retryConfig: { maxRetry: 2, delay: '10m' } }, FAILS).run(60);
    assert.deepEqual(leftOf(), [2, 1, 0]);
    const made = story.sessions().map((one) => Date.parse(one.metadata.creationTimestamp));
    for (const index of [0, 1]) {
      const next = Date.parse(story.status(index).nextRetry ?? '');
      assert.ok((made[index + 1] ?? 0) >= next, 'a retry came early');
      assert.match(story.sessions()[index + 1]?.metadata.name ?? '', new RegExp(`-${Math.floor(next / 1000)}$`));
    }
    assert.equal(story.status(2).nextRetry, undefined);
  });

  it('ends at its backupTimeout, and without one when its mover is silent for an hour', () => {
    started({ backupTimeout: '20m' }, HANGS).run(30);
    assert.equal(story.condition('Ready')?.reason, 'BackupTimeout');
    story.stop();
    started({}, HANGS).run(80);
    assert.equal(story.status().phase, 'Failed');
    assert.match(story.condition('Ready')?.message ?? '', /NoHeartbeat/);
  });

  it('says at its backupTimeout what it was waiting for', () => {
    const error = { code: 'SecretNotFound', message: 'Secret demo/key is not there', retryable: true };
    started(
      { backupTimeout: '20m' },
      { outcomeOf: ({ task }) => (task === 'backup' ? { outcome: 'fails', error } : { outcome: 'succeeds' }) },
    ).run(30);
    assert.equal(story.condition('Ready')?.reason, 'BackupTimeout');
    const [entry] = story.status().snapshots ?? [];
    assert.match(
      entry?.message ?? '',
      /^The session's backupTimeout of 20m passed\. Snapshot \S+: .*SecretNotFound: Secret demo\/key is not there/,
    );
  });

  it('is not made while paused or suspended; one by hand is Skipped while paused', () => {
    started({ scheduler: { schedule: '*/10 * * * *', jobTemplate: {} } }, {}, { paused: true }).run(45);
    assert.deepEqual(story.sessions(), []);
    story.byHand('by-hand');
    story.run(2);
    assert.equal(story.condition('Ready')?.reason, 'BackupConfigurationPaused');
    story.stop();
    started({ scheduler: { schedule: '*/10 * * * *', jobTemplate: {}, suspend: true } }).run(45);
    assert.deepEqual(story.sessions(), []);
  });

  it('is Skipped while the same session runs, and ends when it is cancelled', () => {
    started({ sessionHistoryLimit: 10 }, HANGS).run(5);
    story.byHand('second');
    story.run(2);
    assert.equal(story.condition('Ready', 1)?.reason, 'SessionAlreadyRunning');
    const [first] = story.sessions();
    assert.ok(first);
    story.annotate(first, { 'metastash.dev/cancel': 'true' });
    story.run(2);
    assert.equal(story.condition('Ready')?.reason, 'Cancelled');
  });

  it('keeps as many ended ones as its history limit says', () => {
    started({ sessionHistoryLimit: 2, scheduler: { schedule: '*/10 * * * *', jobTemplate: {} } }).run(75);
    assert.equal(story.sessions().length, 2);
    assert.ok(story.sessions().every((one) => (one['status'] as { readonly phase: string }).phase === 'Succeeded'));
  });
});
