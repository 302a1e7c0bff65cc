/** Hooks around backups on virtual time: what runs, in which order, and what a session says of hooks that fail. */
import assert from 'node:assert/strict';
import type { Task } from '../../hooks/domain/task.ts';
import type { PlayedOutcome } from '../../sandbox/node/played-mover.ts';
import { CORE, NAMESPACE, scenario, SessionStory, STORAGE, type StoryOptions } from './session-story.ts';

const OK: PlayedOutcome = { outcome: 'succeeds' };
const PAUSE = { name: 'pause', hookTemplate: { name: 'pause-writes' }, params: { state: 'paused' } };
const RESUME = { name: 'resume', hookTemplate: { name: 'pause-writes' }, params: { state: 'open' } };
const TELL = { name: 'tell', hookTemplate: { name: 'tell-chat' } };
const BOTH = { preBackup: [PAUSE], postBackup: [RESUME] };

const failing = (code: string): PlayedOutcome => ({
  outcome: 'fails',
  error: { code, message: 'so it was wanted', retryable: false },
});
const when =
  (name: string, outcome: PlayedOutcome) =>
  (task: Task): PlayedOutcome =>
    (task.task === 'hook' ? task.hook : task.task) === name ? outcome : OK;

describe('hooks before and after a backup', () => {
  let story: SessionStory;
  afterEach(() => story.stop());
  const started = (session: object, options: StoryOptions = {}): SessionStory => {
    story = new SessionStory(options);
    story.start(session, { manifests: scenario('hook-templates') });
    return story;
  };
  const phases = (): object => {
    const { preHooks = [], postHooks = [] } = story.status().hooks ?? {};
    const shown = (hooks: typeof preHooks): readonly string[] => hooks.map((one) => `${one.name}: ${one.phase}`);
    return { pre: shown(preHooks), post: shown(postHooks) };
  };

  it('run in their order around the data, and all of it is one success', () => {
    started({ hooks: { preBackup: [PAUSE, { hookTemplate: { name: 'is-up' } }], postBackup: [RESUME, TELL] } }).run(10);
    assert.equal(story.status().phase, 'Succeeded', story.condition('Ready')?.message);
    assert.deepEqual(story.began, ['pause', 'is-up', 'backup', 'resume', 'tell']);
    assert.deepEqual(phases(), {
      pre: ['pause: Succeeded', 'is-up: Succeeded'],
      post: ['resume: Succeeded', 'tell: Succeeded'],
    });
    assert.equal(story.condition('PreBackupHooksExecutionSucceeded')?.reason, 'SuccessfullyExecutedPreBackupHooks');
    assert.equal(story.condition('PostBackupHooksExecutionSucceeded')?.reason, 'SuccessfullyExecutedPostBackupHooks');
    assert.equal(story.status().metastash, undefined);
    const [pause, , , tell] = story.hooks;
    assert.deepEqual(pause?.action, {
      kind: 'exec',
      command: ['/bin/sh', '-c', 'echo paused > /var/lib/gallery/state; echo done for $HOSTNAME'],
    });
    assert.deepEqual(pause.pods, { namespace: NAMESPACE, labels: { app: 'gallery' }, all: true, container: 'web' });
    assert.equal(tell?.action.kind === 'http' && tell.action.body, '{"text": "demo/gallery is saved"}\n');
    assert.deepEqual(story.cluster.warnings, []);
  });

  it('keep the data from being read where one before it fails; those after it still run', () => {
    const failed = { ...TELL, name: 'alarm', executionPolicy: 'OnFailure' };
    const good = { ...TELL, name: 'praise', executionPolicy: 'OnSuccess' };
    started(
      { hooks: { preBackup: [PAUSE, { ...PAUSE, name: 'second' }], postBackup: [RESUME, failed, good] } },
      { outcomeOf: when('pause', failing('HookCommandFailed')) },
    ).run(10);
    assert.equal(story.status().phase, 'Failed');
    assert.deepEqual(story.began, ['pause', 'resume', 'alarm']);
    assert.deepEqual(phases(), { pre: ['pause: Failed'], post: ['resume: Succeeded', 'alarm: Succeeded'] });
    assert.equal(story.status().snapshots, undefined);
    assert.deepEqual(story.cluster.api.list(STORAGE, 'Snapshot', NAMESPACE), []);
    const ready = story.condition('Ready');
    assert.equal(ready?.reason, 'HookFailed');
    assert.equal(ready.message, 'Hook pause before the work failed: HookCommandFailed: so it was wanted');
    assert.equal(story.condition('PreBackupHooksExecutionSucceeded')?.status, 'False');
    assert.match(JSON.stringify(story.hooks.at(-1)), /demo\/gallery failed: Hook pause before the work failed/);
  });

  it('fail the session where one after it fails, and the next one runs all the same', () => {
    started(
      { hooks: { postBackup: [{ ...TELL, name: 'first' }, RESUME] } },
      { outcomeOf: when('first', failing('HookRequestFailed')) },
    ).run(10);
    assert.equal(story.status().phase, 'Failed');
    assert.deepEqual(phases(), { pre: [], post: ['first: Failed', 'resume: Succeeded'] });
    assert.deepEqual(
      story.status().snapshots?.map((one) => one.phase),
      ['Succeeded'],
    );
    assert.equal(story.condition('PostBackupHooksExecutionSucceeded')?.reason, 'FailedToExecutePostBackupHooks');
    assert.match(story.condition('Ready')?.message ?? '', /^Hook first after the work failed: HookRequestFailed/);
  });

  const ends: readonly (readonly [what: string, session: object, options: StoryOptions, words: RegExp])[] = [
    ['a backup that fails', {}, { outcomeOf: when('backup', failing('WrongPassword')) }, /WrongPassword/],
    ['a backup whose mover dies', {}, { outcomeOf: when('backup', { outcome: 'dies-at-work' }) }, /failed/],
    [
      'a timeout',
      { backupTimeout: '10m' },
      { outcomeOf: when('backup', { outcome: 'hangs' }) },
      /backupTimeout of 10m passed/,
    ],
    [
      'a timeout of the hook before it',
      { backupTimeout: '10m' },
      { outcomeOf: when('pause', { outcome: 'hangs' }) },
      /backupTimeout of 10m passed/,
    ],
  ];
  for (const [what, session, options, words] of ends) {
    it(`get their chance after ${what}`, () => {
      started({ hooks: BOTH, ...session }, options).run(90);
      assert.equal(story.status().phase, 'Failed');
      assert.equal(story.began.at(-1), 'resume');
      assert.match(story.condition('Ready')?.message ?? '', words);
    });
  }

  it('get their chance after a cancellation, which is not tried again', () => {
    started({ hooks: BOTH, retryConfig: { maxRetry: 2 } }, { outcomeOf: when('backup', { outcome: 'hangs' }) }).run(5);
    const [session] = story.sessions();
    assert.ok(session);
    assert.deepEqual(story.began, ['pause', 'backup']);
    story.annotate(session, { 'metastash.dev/cancel': 'true' });
    story.run(5);
    assert.deepEqual(story.began, ['pause', 'backup', 'resume']);
    assert.equal(story.status().phase, 'Failed');
    assert.equal(story.condition('Ready')?.reason, 'Cancelled');
    assert.equal(story.status().nextRetry, undefined);
  });

  it('get their chance when the session is deleted while its backup runs', () => {
    started({ hooks: BOTH }, { outcomeOf: when('backup', { outcome: 'hangs' }) }).run(5);
    const [session] = story.sessions();
    assert.ok(session);
    story.cluster.api.delete({
      apiVersion: CORE,
      kind: 'BackupSession',
      namespace: NAMESPACE,
      name: session.metadata.name,
    });
    story.run(5);
    assert.deepEqual(story.began, ['pause', 'backup', 'resume']);
    assert.deepEqual(story.sessions(), []);
  });

  it('hold nobody up for ever where they cannot run any more', () => {
    started(
      { hooks: BOTH },
      {
        outcomeOf: (task) =>
          task.task === 'backup' || (task.task === 'hook' && task.hook === 'resume') ? { outcome: 'hangs' } : OK,
      },
    ).run(5);
    const [session] = story.sessions();
    assert.ok(session);
    story.cluster.api.delete({
      apiVersion: CORE,
      kind: 'BackupSession',
      namespace: NAMESPACE,
      name: session.metadata.name,
    });
    story.run(25);
    assert.equal(story.sessions().length, 1);
    story.run(10);
    assert.deepEqual(story.sessions(), []);
  });

  it('go with their configuration, whose account they need', () => {
    started({ hooks: BOTH }, { outcomeOf: when('backup', { outcome: 'hangs' }) }).run(5);
    story.cluster.api.delete({ apiVersion: CORE, kind: 'BackupConfiguration', namespace: NAMESPACE, name: 'gallery' });
    story.run(5);
    assert.deepEqual(story.sessions(), []);
  });

  it('are those that the session began with, whatever the spec says later', () => {
    started({ hooks: BOTH }, { outcomeOf: when('backup', { outcome: 'hangs' }) }).run(5);
    story.patchConfiguration({ spec: { sessions: [{ ...firstSession(story), hooks: {} }] } });
    story.run(1);
    const [session] = story.sessions();
    assert.ok(session);
    story.annotate(session, { 'metastash.dev/cancel': '' });
    story.run(5);
    assert.equal(story.began.at(-1), 'resume');
    assert.deepEqual(phases(), { pre: ['pause: Succeeded'], post: ['resume: Succeeded'] });
  });

  it('are tried once more after a mover that died; before the data only as often as maxRetry says', () => {
    let left = { pause: 1, resume: 1 } as Record<string, number>;
    const dies = (task: Task): PlayedOutcome => {
      const name = task.task === 'hook' ? task.hook : '';
      const count = left[name] ?? 0;
      left = { ...left, [name]: count - 1 };
      return count > 0 ? { outcome: 'dies-at-work' } : OK;
    };
    started({ hooks: { preBackup: [{ ...PAUSE, maxRetry: 1 }], postBackup: [RESUME] } }, { outcomeOf: dies }).run(15);
    assert.equal(story.status().phase, 'Succeeded', story.condition('Ready')?.message);
    assert.deepEqual(story.began, ['pause', 'pause', 'backup', 'resume', 'resume']);
    story.stop();
    left = { pause: 1 };
    started({ hooks: { preBackup: [PAUSE], postBackup: [RESUME] } }, { outcomeOf: dies }).run(15);
    assert.equal(story.status().phase, 'Failed');
    assert.match(story.condition('Ready')?.message ?? '', /HookInterrupted: its Job ended and left no result/);
  });

  it('run a Function as a Job of its own, judged by its exit code, as often as maxRetry says', () => {
    let exits = [1, 0];
    const exitCodeOf = (): number => {
      const [first = 0, ...rest] = exits;
      exits = rest;
      return first;
    };
    started(
      { hooks: { preBackup: [{ hookTemplate: { name: 'rotate' }, params: { keep: 3 }, maxRetry: 1, timeout: '1m' }] } },
      { exitCodeOf },
    ).run(10);
    assert.equal(story.status().phase, 'Succeeded', story.condition('Ready')?.message);
    const jobs = story.cluster.api
      .list('batch/v1', 'Job', NAMESPACE)
      .filter((one) => JSON.stringify(one).includes('rotate:1'));
    assert.equal(jobs.length, 2);
    const { template, activeDeadlineSeconds } = jobs[0]?.['spec'] as {
      template: { spec: object };
      activeDeadlineSeconds: number;
    };
    assert.equal(activeDeadlineSeconds, 60);
    assert.match(JSON.stringify(template), /"args":\["--keep=3"\].*"name":"KEEP","value":"3"/);
    assert.doesNotMatch(JSON.stringify(template), /serviceAccountName":"hook/);
  });

  it('that cannot be filled in fail in words, without a Job', () => {
    started({ hooks: { preBackup: [{ hookTemplate: { name: 'misspelt' } }], postBackup: [RESUME] } }).run(10);
    assert.equal(story.status().phase, 'Failed');
    assert.deepEqual(story.began, ['resume']);
    assert.match(
      story.condition('Ready')?.message ?? '',
      /HookTemplate demo\/misspelt: function "shout" is not known; known are/,
    );
  });

  it('survive a Metacontroller that is killed at any moment: none is left out, none runs twice', () => {
    started({ hooks: { preBackup: [PAUSE], postBackup: [RESUME, TELL] } });
    for (let second = 0; second < 120; second += 7) {
      story.cluster.run(7);
      story.cluster.restartHost();
    }
    story.run(20);
    assert.equal(story.status().phase, 'Succeeded', story.condition('Ready')?.message);
    assert.deepEqual(story.began, ['pause', 'backup', 'resume', 'tell']);
  });

  it('may run commands in Pods only where a HookTemplate does, and by an account of their own', () => {
    started({
      hooks: {
        preBackup: [PAUSE],
        postBackup: [{ ...TELL, runtimeSettings: { pod: { serviceAccountName: 'chat' } } }],
      },
    }).run(2);
    const roles = story.cluster.api.list('rbac.authorization.k8s.io/v1', 'Role', NAMESPACE);
    const exec = roles.filter((one) => JSON.stringify(one).includes('pods/exec'));
    assert.deepEqual(
      exec.map((one) => one['rules']),
      [
        [
          { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
          { apiGroups: [''], resources: ['pods/exec'], verbs: ['create', 'get'] },
        ],
      ],
    );
    const bindings = story.cluster.api.list('rbac.authorization.k8s.io/v1', 'RoleBinding', NAMESPACE);
    const subjects = bindings
      .filter((one) => (one['roleRef'] as { name: string }).name === exec[0]?.metadata.name)
      .flatMap((one) => one['subjects'] as readonly { readonly name: string }[]);
    assert.equal(subjects.length, 1);
    assert.match(subjects[0]?.name ?? '', /^hook-gallery-/);
    story.stop();
    started({ hooks: { postBackup: [TELL] } }).run(2);
    assert.equal(
      JSON.stringify(story.cluster.api.list('rbac.authorization.k8s.io/v1', 'Role')).includes('pods/exec'),
      false,
    );
  });
});

function firstSession({ cluster }: SessionStory): object {
  const found = cluster.api.get({
    apiVersion: CORE,
    kind: 'BackupConfiguration',
    namespace: NAMESPACE,
    name: 'gallery',
  });
  return (found?.['spec'] as { readonly sessions: readonly object[] }).sessions[0] ?? {};
}
