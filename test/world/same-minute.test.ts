/** Several sessions of one configuration at the same minute: each runs, one after another, and none is lost (design §2, Arbiters). */
import assert from 'node:assert/strict';
import type { PlayedOutcome } from '../../sandbox/node/played-mover.ts';
import { SessionStory, type SessionStatus } from './session-story.ts';
import { manifestsAt, QUICKSTART } from './virtual-stories.ts';

const DAILY = '0 2 * * *';
const FAILS: PlayedOutcome = {
  outcome: 'fails',
  error: { code: 'WrongPassword', message: 'so it was wanted', retryable: false },
};

interface Case {
  readonly it: string;
  /** Session name -> schedule. */
  readonly sessions: Readonly<Record<string, string>>;
  /** How long each mover works. */
  readonly moverSeconds?: number;
  readonly outcomes?: Readonly<Record<string, PlayedOutcome>>;
  /** Hour by which the first backups have ended, which a new configuration makes at once. */
  readonly from?: number;
  readonly hours: number;
  /** Session name -> phases of its runs, oldest first. */
  readonly ends: Readonly<Record<string, readonly string[]>>;
}

const CASES: readonly Case[] = [
  {
    it: 'three that start together all run',
    sessions: { hourly: DAILY, nightly: DAILY, weekly: DAILY },
    moverSeconds: 600,
    hours: 4,
    ends: { hourly: ['Succeeded'], nightly: ['Succeeded'], weekly: ['Succeeded'] },
  },
  {
    it: 'one that fails keeps the others from nothing',
    sessions: { hourly: DAILY, nightly: DAILY, weekly: DAILY },
    outcomes: { hourly: FAILS },
    hours: 4,
    ends: { hourly: ['Failed'], nightly: ['Succeeded'], weekly: ['Succeeded'] },
  },
  {
    it: 'one whose mover falls silent ends after an hour, and the others run then',
    sessions: { hourly: DAILY, nightly: DAILY },
    outcomes: { hourly: { outcome: 'hangs' } },
    hours: 5,
    ends: { hourly: ['Failed'], nightly: ['Succeeded'] },
  },
  {
    it: 'a tick of a session that still runs is Skipped, the other session of that minute waits and runs',
    sessions: { hourly: '0,30 6 * * *', nightly: '30 6 * * *' },
    moverSeconds: 50 * 60,
    from: 5.5,
    hours: 10,
    ends: { hourly: ['Succeeded', 'Skipped'], nightly: ['Succeeded'] },
  },
  {
    it: 'the same minute written in two ways is the same minute',
    sessions: { hourly: '0 */2 * * *', nightly: DAILY },
    hours: 3,
    ends: { hourly: ['Succeeded'], nightly: ['Succeeded'] },
  },
];

describe('sessions of one configuration at the same minute', () => {
  let story: SessionStory;
  afterEach(() => story.stop());

  for (const { it: sentence, sessions, moverSeconds, outcomes = {}, from = 1.7, hours, ends } of CASES) {
    it(sentence, () => {
      story = new SessionStory({
        ...(moverSeconds === undefined ? {} : { seconds: moverSeconds }),
        outcomeOf: (task) => (task.task === 'backup' ? outcomes[task.session] : undefined) ?? { outcome: 'succeeds' },
      });
      story.start({}, { spec: { sessions: declared(sessions) } });
      story.run(from * 60);
      const first = new Set(story.sessions().map(({ metadata }) => metadata.uid));
      story.run((hours - from) * 60);
      const later = story.sessions().filter(({ metadata }) => !first.has(metadata.uid));
      const phasesOf = (name: string): readonly unknown[] =>
        later
          .filter(({ spec }) => (spec as { readonly session: string }).session === name)
          .map(({ status }) => (status as SessionStatus).phase);
      assert.deepEqual(Object.fromEntries(Object.keys(sessions).map((name) => [name, phasesOf(name)])), ends);
      assertOneAtATime(later.map(({ status }) => status as SessionStatus));
    });
  }
});

function declared(sessions: Case['sessions']): readonly object[] {
  const configuration = manifestsAt(QUICKSTART).find(
    ({ kind, metadata }) => kind === 'BackupConfiguration' && metadata.name === 'gallery',
  );
  const [usual] = (configuration?.['spec'] as { readonly sessions: readonly object[] }).sessions;
  return Object.entries(sessions).map(([name, schedule]) => ({
    ...usual,
    name,
    sessionHistoryLimit: 10,
    scheduler: { schedule, jobTemplate: {} },
  }));
}

function assertOneAtATime(statuses: readonly SessionStatus[]): void {
  const runs = statuses
    .filter(({ startedAt }) => startedAt !== undefined)
    .map(({ startedAt = '', finishedAt = '' }) => [startedAt, finishedAt] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  runs.forEach(([, finished], index) => {
    const next = runs[index + 1];
    assert.ok(next === undefined || next[0] >= finished, `${next?.[0]} began before ${finished}`);
  });
}
