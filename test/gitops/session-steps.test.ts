/**
 * Every step of whole stories as Flux, kubectl wait and Argo CD's generic check judge it, by the rules of kstatus (kstatus.ts): never
 * Current while anything is still to be done, Failed and nothing else when it went wrong, and an end is an end.
 */
import assert from 'node:assert/strict';
import type { Task } from '../../hooks/domain/task.ts';
import type { StoredObject, WatchEvent } from '../../sandbox/api-server/api.ts';
import type { PlayedOutcome } from '../../sandbox/node/played-mover.ts';
import { manifestsAt, QUICKSTART_RESTORE, statusOf } from '../world/virtual-stories.ts';
import { CONFIGURATION, NAMESPACE, scenario, SessionStory } from '../world/session-story.ts';
import { apply } from '../../sandbox/cluster/manifests.ts';
import { kstatusOf, type Judged, type KStatus } from './kstatus.ts';

const ENDING = ['BackupSession', 'Snapshot', 'RestoreSession'];
const STANDING = ['BackupStorage', 'Repository', 'BackupConfiguration'];
const HOOKS = {
  preBackup: [{ name: 'pause', hookTemplate: { name: 'pause-writes' }, params: { state: 'paused' } }],
  postBackup: [{ name: 'resume', hookTemplate: { name: 'pause-writes' }, params: { state: 'open' } }],
};
const FAILURES: readonly PlayedOutcome[] = [
  { outcome: 'fails', error: { code: 'WrongPassword', message: 'The password does not fit.', retryable: false } },
  { outcome: 'never-starts' },
  { outcome: 'hangs' },
  { outcome: 'dies' },
  { outcome: 'dies-at-work' },
];

/** One object at one step: the verdict, and what was still to be done for it at that moment. */
interface Step {
  readonly object: string;
  readonly kind: string;
  readonly verdict: KStatus;
  readonly phase: string;
  readonly open: readonly string[];
}

class Judge {
  readonly steps: Step[] = [];
  readonly #story: SessionStory;

  constructor(story: SessionStory) {
    this.#story = story;
    story.cluster.api.watchAll((event) => this.#see(event));
  }

  /** Verdicts of one object in their order, each once as long as it lasts. */
  course(kind: string, name: string): readonly KStatus[] {
    const verdicts = this.steps.filter((one) => one.object === `${kind} ${name}`).map((one) => one.verdict);
    return verdicts.filter((verdict, index) => verdict !== verdicts[index - 1]);
  }

  /** Every object's course. */
  courses(kinds: readonly string[]): ReadonlyMap<string, readonly KStatus[]> {
    const names = new Set(this.steps.filter(({ kind }) => kinds.includes(kind)).map(({ object }) => object));
    return new Map(
      [...names].map((object) => {
        const [kind = '', name = ''] = object.split(' ');
        return [object, this.course(kind, name)];
      }),
    );
  }

  #see({ type, object }: WatchEvent): void {
    if (![...ENDING, ...STANDING].includes(object.kind)) return;
    if (type === 'DELETED' || object.metadata.deletionTimestamp !== undefined) return;
    const { kind, metadata } = object;
    const verdict = kstatusOf(object as unknown as Judged);
    const phase = statusOf(object).phase ?? '';
    this.steps.push({ object: `${kind} ${metadata.name}`, kind, verdict, phase, open: this.#openOf(object) });
  }

  /**
   * Reports of its movers without an end, and of a session its Snapshots without one; never read from its own status. What stands
   * is prepared once: looking after it later is no change of what was asked for.
   */
  #openOf({ kind, metadata }: StoredObject): readonly string[] {
    const { api } = this.#story.cluster;
    const ownOpen = api
      .list('metastash.dev/v1alpha1', 'TaskReport')
      .filter((one) => one.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid))
      .filter((one) => !['Succeeded', 'Failed'].includes(statusOf(one).phase ?? ''))
      .map((one) => one.metadata.name)
      .filter((name) => (STANDING.includes(kind) ? name.startsWith('init-') : !name.startsWith('diagnose-')));
    if (kind !== 'BackupSession') return ownOpen;
    const made = api
      .list('storage.kubestash.com/v1alpha1', 'Snapshot')
      .filter((one) => one.metadata.labels?.['metastash.dev/backup-session'] === metadata.name)
      .filter((one) => !['Succeeded', 'Failed'].includes(statusOf(one).phase ?? ''))
      .map((one) => one.metadata.name);
    return [...ownOpen, ...made];
  }
}

describe('each step of a session by the rules of kstatus', function () {
  this.timeout(60_000);
  let story: SessionStory;
  let judge: Judge;
  afterEach(() => story.stop());

  /** A first backup that succeeds; then one by hand with one retry, and a restore, as `outcomeOf` has it: one after the other, as no backup begins during a restore. */
  function tell(outcomeOf: (task: Task) => PlayedOutcome, minutes: number): void {
    let first = true;
    story = new SessionStory({ outcomeOf: (task) => (first ? { outcome: 'succeeds' } : outcomeOf(task)) });
    judge = new Judge(story);
    story.start({ hooks: HOOKS }, { manifests: scenario('hook-templates') });
    story.run(10);
    first = false;
    story.byHand('by-hand', { retryLeft: 1 });
    story.run(minutes);
    for (const manifest of manifestsAt(QUICKSTART_RESTORE))
      if (manifest.metadata.name.startsWith(CONFIGURATION)) apply(story.cluster.api, manifest);
    story.run(minutes);
  }

  function assertTrue(): void {
    for (const { object, kind, verdict, phase, open } of judge.steps) {
      const said = `${object} in phase '${phase}' is ${verdict}`;
      if (verdict === 'Current') assert.deepEqual(open, [], said);
      if (ENDING.includes(kind)) {
        const expected: Readonly<Record<string, KStatus>> = {
          Succeeded: 'Current',
          Failed: 'Failed',
          Skipped: 'Failed',
          Invalid: 'Failed',
        };
        assert.equal(verdict, expected[phase] ?? 'InProgress', said);
      } else if (verdict === 'Current') assert.equal(phase, 'Ready', said);
    }
    for (const [object, course] of judge.courses(ENDING)) {
      assert.ok(course.length <= 2, `${object}: ${course.join(', ')}`);
    }
    for (const [object, [first]] of judge.courses([...ENDING, ...STANDING])) assert.equal(first, 'InProgress', object);
  }

  it('is true of a backup with hooks and of a restore that succeed', () => {
    tell(() => ({ outcome: 'succeeds' }), 30);
    assertTrue();
    assert.ok(judge.steps.length > 40, String(judge.steps.length));
    assert.deepEqual(judge.course('BackupSession', 'by-hand'), ['InProgress', 'Current']);
    for (const [object, course] of judge.courses([...ENDING, ...STANDING]))
      assert.deepEqual([course.at(0), course.at(-1)], ['InProgress', 'Current'], object);
    const seen = story.cluster.api.list('core.kubestash.com/v1alpha1', 'RestoreSession', NAMESPACE);
    assert.ok(seen.length > 0);
  });

  for (const outcome of FAILURES) {
    const words = outcome.outcome === 'fails' ? 'fail' : `meet '${outcome.outcome}'`;
    it(`is true of a backup and a restore whose movers ${words}`, () => {
      const wrong = ['backup', 'restore'];
      tell((task) => (wrong.includes(task.task) ? outcome : { outcome: 'succeeds' }), 240);
      assertTrue();
      assert.deepEqual(judge.course('BackupSession', 'by-hand'), ['InProgress', 'Failed']);
      assert.deepEqual(judge.course('RestoreSession', CONFIGURATION), ['InProgress', 'Failed']);
      const failed = [...judge.courses(['BackupSession', 'Snapshot'])].filter(([, course]) =>
        course.includes('Failed'),
      );
      // The session by hand, its retry, that of the next tick, and a Snapshot of each.
      assert.equal(failed.length, 6, failed.map(([object]) => object).join(', '));
    });
  }

  it('is true of a backup whose hook fails: nothing of it is Current', () => {
    const error = { code: 'HookFailed', message: 'so it was wanted', retryable: false };
    tell((task) => (task.task === 'hook' ? { outcome: 'fails', error } : { outcome: 'succeeds' }), 30);
    assertTrue();
    assert.deepEqual(judge.course('BackupSession', 'by-hand'), ['InProgress', 'Failed']);
  });
});
