/** A backup of files that are half back would be the newest good one: none begins while a restore is at work on its target. */
import assert from 'node:assert/strict';
import { apply } from '../../sandbox/cluster/manifests.ts';
import { CORE, NAMESPACE, SessionStory, type SessionStatus } from './session-story.ts';
import { manifestsAt, QUICKSTART_RESTORE } from './virtual-stories.ts';

const KEY = { apiVersion: CORE, kind: 'RestoreSession', namespace: NAMESPACE, name: 'gallery' };

describe('a backup beside a restore of its target', () => {
  let story: SessionStory;
  afterEach(() => story.stop());

  it('is Skipped, and runs again when the restore has ended', () => {
    story = new SessionStory({ outcomeOf: ({ task }) => ({ outcome: task === 'restore' ? 'hangs' : 'succeeds' }) });
    story.start({ sessionHistoryLimit: 10, scheduler: { schedule: '*/30 * * * *', jobTemplate: {} } });
    story.run(10);
    const before = story.sessions().length;
    for (const one of manifestsAt(QUICKSTART_RESTORE).filter(({ metadata }) => metadata.name === 'gallery')) {
      apply(story.cluster.api, one);
    }
    story.run(5);
    const restore = story.cluster.api.get(KEY);
    const { phase, pausedBackups = [] } = (restore?.['status'] ?? {}) as SessionStatus & {
      readonly pausedBackups?: readonly { readonly name: string }[];
    };
    assert.equal(phase, 'Running');
    assert.deepEqual(
      pausedBackups.map(({ name }) => name),
      ['gallery'],
    );

    story.run(30);
    const meanwhile = story.sessions().length;
    assert.ok(meanwhile > before, 'the schedule made a session meanwhile');
    assert.equal(story.condition('Ready', meanwhile - 1)?.reason, 'TargetIsBeingRestored');

    assert.ok(restore);
    story.annotate(restore, { 'metastash.dev/cancel': 'true' });
    story.run(2);
    story.byHand('afterwards');
    story.run(5);
    const afterwards = story.sessions().find(({ metadata }) => metadata.name === 'afterwards');
    assert.equal((afterwards?.['status'] as SessionStatus).phase, 'Succeeded');
  });
});
