import assert from 'node:assert/strict';
import { CHECKS } from '../../../../hooks/kinds/backupconfiguration/checks.ts';
import { syncBackupConfiguration } from '../../../../hooks/kinds/backupconfiguration/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import * as sample from './fixtures.ts';

interface Case {
  readonly it: string;
  readonly spec?: object;
  readonly metadata?: object;
  readonly children?: readonly KubeObject[];
  readonly related?: readonly KubeObject[];
  readonly reason: string;
  readonly message: string;
  /** Another object can cure it. */
  readonly waits?: boolean;
}

const repositories = (...changes: readonly object[]): readonly object[] =>
  changes.map((one) => ({ ...sample.session().repositories[0], ...one }));
const sessions = (...changes: readonly object[]): object => ({ sessions: changes.map((one) => sample.session(one)) });
const scheduler = (changes: object): object => sessions({ scheduler: { ...sample.session().scheduler, ...changes } });
const backends = sample.configuration().spec.backends ?? [];
const DENIED = { usagePolicy: { allowedNamespaces: { from: 'Same' } } };
const elsewhere = (kind: 'storageRef' | 'retentionPolicy'): object => ({
  backends: [{ ...backends[0], [kind]: { name: 'shared', namespace: 'other' } }],
});

const CASES: readonly Case[] = [
  {
    it: 'refuses the name of the namespace that keeps Repositories',
    metadata: { name: 'kube-system' },
    reason: 'NameReserved',
    message: '/metadata/name: a BackupConfiguration cannot be named kube-system; use another name',
  },
  {
    it: 'refuses to back up volumes of nothing',
    spec: { target: undefined },
    reason: 'TargetMissing',
    message:
      '/spec/target is missing and Addon workload-addon backs up volumes; name a Deployment, StatefulSet, DaemonSet or PersistentVolumeClaim of this namespace',
  },
  {
    it: 'refuses a target of another namespace, with the place where the manifest would work',
    spec: { target: { apiGroup: 'apps', kind: 'StatefulSet', name: 'sample', namespace: 'other' } },
    reason: 'TargetInOtherNamespace',
    message:
      '/spec/target/namespace is other, but movers mount volumes of their own namespace only; create this BackupConfiguration as other/sample-backup instead',
  },
  {
    it: 'refuses two backends of one name',
    spec: { backends: [backends[0], backends[0]] },
    reason: 'DuplicateBackend',
    message: '/spec/backends/1/name "s3-backend" is used twice; give each backend its own name',
  },
  {
    it: 'refuses a backend without a storage',
    spec: { backends: [{ name: 's3-backend' }] },
    reason: 'BackendIncomplete',
    message: '/spec/backends/0/storageRef is missing; name a BackupStorage',
  },
  {
    it: 'names both of two default BackupStorages and takes neither',
    spec: { backends: [] },
    related: [...sample.HEALTHY, sample.storage('one', { default: true }), sample.storage('two', { default: true })],
    reason: 'SeveralDefaults',
    message:
      '/spec/backends is empty and namespace demo has several default BackupStorages (one, two); leave default: true on one, or name one',
    waits: true,
  },
  {
    it: 'names both of two default RetentionPolicies and takes neither',
    spec: { backends: [{ name: 's3-backend', storageRef: { name: 's3-storage' } }] },
    related: [
      ...sample.HEALTHY,
      sample.retentionPolicy('one', { default: true }),
      sample.retentionPolicy('two', { default: true }),
    ],
    reason: 'SeveralDefaults',
    message:
      '/spec/backends/0: namespace demo has several default RetentionPolicies (one, two); leave default: true on one, or name one',
    waits: true,
  },
  {
    it: 'does not read an empty list of sessions as a wish to delete every CronJob',
    spec: { sessions: [] },
    reason: 'NoSessions',
    message: '/spec/sessions is empty; add a session, or set paused: true to stop backups',
  },
  {
    it: 'refuses a session name that no path or label can carry',
    spec: sessions({ name: 'Every_Hour' }),
    reason: 'InvalidSessionName',
    message:
      '/spec/sessions/0/name is "Every_Hour"; use up to 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit',
  },
  {
    it: 'refuses two sessions of one name',
    spec: sessions({}, { repositories: repositories({ name: 'second', directory: '/second' }) }),
    reason: 'DuplicateSession',
    message: '/spec/sessions/1/name "frequent" is used twice; give each session its own name',
  },
  {
    it: 'refuses a session without a scheduler',
    spec: sessions({ scheduler: undefined }),
    reason: 'InvalidSchedule',
    message: '/spec/sessions/0/scheduler is missing; add a schedule and jobTemplate: {}',
  },
  {
    it: 'refuses an empty schedule before a CronJob exists',
    spec: scheduler({ schedule: '' }),
    reason: 'InvalidSchedule',
    message:
      '/spec/sessions/0/scheduler/schedule: the schedule is empty; write five cron fields, for example "0 3 * * *"',
  },
  {
    it: 'refuses a concurrency policy that no CronJob has',
    spec: scheduler({ concurrencyPolicy: 'Never' }),
    reason: 'InvalidScheduler',
    message: '/spec/sessions/0/scheduler/concurrencyPolicy is "Never"; use Allow, Forbid or Replace',
  },
  {
    it: 'refuses a negative deadline',
    spec: scheduler({ startingDeadlineSeconds: -5 }),
    reason: 'InvalidScheduler',
    message: '/spec/sessions/0/scheduler/startingDeadlineSeconds is -5; use a whole number from 0',
  },
  {
    it: 'refuses a trigger that would have no time',
    spec: scheduler({ jobTemplate: { activeDeadlineSeconds: 0 } }),
    reason: 'InvalidJobTemplate',
    message: '/spec/sessions/0/scheduler/jobTemplate/activeDeadlineSeconds is 0; use a whole number from 1',
  },
  {
    it: 'refuses a completion mode that no Job has',
    spec: scheduler({ jobTemplate: { completionMode: 'Both' } }),
    reason: 'InvalidJobTemplate',
    message: '/spec/sessions/0/scheduler/jobTemplate/completionMode is "Both"; use NonIndexed, or leave it out',
  },
  {
    it: 'refuses zero retries, which is said by leaving retryConfig out',
    spec: sessions({ retryConfig: { maxRetry: 0 } }),
    reason: 'InvalidRetry',
    message:
      '/spec/sessions/0/retryConfig/maxRetry is 0; use a whole number from 1 to 1000, or leave out retryConfig for no retry',
  },
  {
    it: 'refuses a retry delay in words',
    spec: sessions({ retryConfig: { maxRetry: 1, delay: '1w' } }),
    reason: 'InvalidRetry',
    message:
      '/spec/sessions/0/retryConfig/delay: "1w" is no duration; write numbers with units h, m, s or ms, for example 1h30m',
  },
  {
    it: 'refuses a timeout of no time',
    spec: sessions({ backupTimeout: '0s' }),
    reason: 'InvalidTimeout',
    message:
      '/spec/sessions/0/backupTimeout: "0s" is no time at all; write numbers with units h, m, s or ms, for example 1h30m',
  },
  {
    it: 'refuses to keep no session at all',
    spec: sessions({ sessionHistoryLimit: 0 }),
    reason: 'InvalidHistoryLimit',
    message: '/spec/sessions/0/sessionHistoryLimit is 0; use a whole number from 1 to 1000',
  },
  {
    it: 'refuses a session without an addon',
    spec: sessions({ addon: undefined }),
    reason: 'AddonIncomplete',
    message:
      '/spec/sessions/0/addon is missing; name an Addon such as workload-addon and a task such as logical-backup',
  },
  {
    it: 'refuses an addon without tasks',
    spec: sessions({ addon: { name: 'workload-addon', tasks: [] } }),
    reason: 'AddonIncomplete',
    message: '/spec/sessions/0/addon/tasks is empty; name a task such as logical-backup',
  },
  {
    it: 'refuses a task without a name',
    spec: sessions({ addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup' }, {}] } }),
    reason: 'AddonIncomplete',
    message: '/spec/sessions/0/addon/tasks/1/name is missing; name a task of Addon workload-addon',
  },
  {
    it: 'refuses a session that writes nowhere',
    spec: sessions({ repositories: [] }),
    reason: 'NoRepositories',
    message: '/spec/sessions/0/repositories is empty; name a repository and its directory',
  },
  {
    it: 'refuses a repository name that is no label',
    spec: sessions({ repositories: repositories({ name: 'my.repo' }) }),
    reason: 'InvalidRepositoryName',
    message:
      '/spec/sessions/0/repositories/0/name is "my.repo"; use up to 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit',
  },
  {
    it: 'refuses one repository twice in one session',
    spec: sessions({ repositories: repositories({}, {}) }),
    reason: 'DuplicateRepository',
    message:
      '/spec/sessions/0/repositories/1/name "sample-repo" is used twice in one session; name each repository once',
  },
  {
    it: 'refuses a backend that is not listed',
    spec: sessions({ repositories: repositories({ backend: 'gcs' }) }),
    reason: 'UnknownBackend',
    message: '/spec/sessions/0/repositories/0/backend "gcs" is not listed in /spec/backends; use one of "s3-backend"',
  },
  {
    it: 'asks which of several backends an unnamed one is',
    spec: {
      backends: [backends[0], { ...backends[0], name: 'second' }],
      ...sessions({ repositories: repositories({ backend: '' }) }),
    },
    reason: 'UnknownBackend',
    message:
      '/spec/sessions/0/repositories/0/backend is empty and there are several backends; name one of "s3-backend", "second"',
  },
  {
    it: 'refuses a directory that climbs out of the storage',
    spec: sessions({ repositories: repositories({ directory: '/demo/../../etc' }) }),
    reason: 'InvalidDirectory',
    message:
      '/spec/sessions/0/repositories/0/directory: "/demo/../../etc" climbs out of its folder; write it without ".."',
  },
  {
    it: 'never reads an unknown deletion policy as WipeOut',
    spec: sessions({ repositories: repositories({ deletionPolicy: 'wipeout' }) }),
    reason: 'InvalidDeletionPolicy',
    message: '/spec/sessions/0/repositories/0/deletionPolicy is "wipeout"; use Retain, Delete or WipeOut',
  },
  {
    it: 'refuses sessions that disagree about a shared repository',
    spec: sessions({}, { name: 'daily', repositories: repositories({ directory: '/elsewhere' }) }),
    reason: 'RepositoryDeclaredTwice',
    message:
      '/spec/sessions/1/repositories/0 declares Repository sample-repo otherwise than /spec/sessions/0/repositories/0; backend, directory, encryptionSecret and deletionPolicy must be equal, or the names different',
  },
  {
    it: 'refuses one directory for two repositories, also when it is written otherwise or nested',
    spec: sessions({ repositories: repositories({}, { name: 'second', directory: 'demo//sample/inner' }) }),
    reason: 'DirectoryShared',
    message:
      '/spec/sessions/0/repositories/1/directory "demo//sample/inner" is the directory of Repository sample-repo or lies inside or around it; use another directory',
  },
  {
    it: 'does not take a Repository from its owner',
    children: [],
    related: [
      ...sample.HEALTHY,
      sample.repository({ metadata: { ownerReferences: [{ ...sample.OWNER, name: 'another', uid: 'another-uid' }] } }),
    ],
    reason: 'RepositoryOfAnotherOwner',
    message:
      '/spec/sessions/0/repositories/0/name: Repository sample-repo belongs to BackupConfiguration another; use another repository name',
    waits: true,
  },
  {
    it: 'does not write a target into the Repository of another',
    children: [sample.repository({ spec: { appRef: { apiGroup: 'apps', kind: 'Deployment', name: 'web' } } })],
    reason: 'RepositoryOfAnotherTarget',
    message:
      '/spec/sessions/0/repositories/0/name: Repository sample-repo exists with another target (Deployment web) and keeps it; use another repository name',
  },
  {
    it: 'does not move a Repository to another storage',
    children: [sample.repository({ spec: { storageRef: { name: 'gcs-storage', namespace: 'demo' } } })],
    reason: 'RepositoryOfAnotherTarget',
    message:
      '/spec/sessions/0/repositories/0/name: Repository sample-repo exists with another BackupStorage (demo/gcs-storage) and keeps it; use another repository name',
  },
  {
    it: 'does not move a Repository to another directory',
    children: [sample.repository({ spec: { path: '/other/place' } })],
    reason: 'RepositoryOfAnotherTarget',
    message:
      '/spec/sessions/0/repositories/0/name: Repository sample-repo exists with another directory ("/other/place") and keeps it; use another repository name',
  },
  {
    it: 'does not use the directory of an existing Repository under another name',
    spec: sessions({ repositories: repositories({ name: 'renamed' }) }),
    reason: 'DirectoryShared',
    message:
      '/spec/sessions/0/repositories/0/directory "/demo/sample" is the directory of the existing Repository sample-repo or lies inside or around it; use that Repository or another directory',
    waits: true,
  },
  {
    it: 'refuses a storage of another namespace whose policy does not admit ours',
    spec: elsewhere('storageRef'),
    children: [],
    related: [...sample.HEALTHY, sample.storage('shared', DENIED, { phase: 'Ready' }, 'other')],
    reason: 'StorageNotPermitted',
    message:
      '/spec/backends/0/storageRef: BackupStorage other/shared does not exist or its usagePolicy does not admit namespace demo; ask its owner to admit it, or use one of your own namespace',
    waits: true,
  },
  {
    it: 'refuses a retention policy of another namespace whose policy does not admit ours',
    spec: elsewhere('retentionPolicy'),
    related: [...sample.HEALTHY, sample.retentionPolicy('shared', DENIED, 'other')],
    reason: 'RetentionPolicyNotPermitted',
    message:
      '/spec/backends/0/retentionPolicy: RetentionPolicy other/shared does not exist or its usagePolicy does not admit namespace demo; ask its owner to admit it, or use one of your own namespace',
    waits: true,
  },
  {
    it: 'refuses a hook template of another namespace whose policy does not admit ours',
    spec: sessions({
      hooks: { preBackup: [{ name: 'freeze', hookTemplate: { name: 'freeze', namespace: 'other' } }] },
    }),
    related: [
      ...sample.HEALTHY,
      sample.stored({
        apiVersion: 'core.kubestash.com/v1alpha1',
        kind: 'HookTemplate',
        metadata: { name: 'freeze', namespace: 'other' },
        spec: DENIED,
      }),
    ],
    reason: 'HookTemplateNotPermitted',
    message:
      '/spec/sessions/0/hooks/preBackup/0/hookTemplate: HookTemplate other/freeze does not exist or its usagePolicy does not admit namespace demo; ask its owner to admit it, or use one of your own namespace',
    waits: true,
  },
];

describe('the checks of a BackupConfiguration', () => {
  for (const one of CASES) {
    it(one.it, () => {
      const base = sample.configuration(one.spec);
      const parent = { ...base, metadata: { ...base.metadata, ...one.metadata } };
      const { status } = syncBackupConfiguration(sample.request(parent, one.children, one.related), sample.NOW);
      const passed = conditionOf(status, 'ValidationPassed');
      const ready = conditionOf(status, 'Ready');
      assert.deepEqual(
        [status.phase, passed?.status, passed?.reason],
        ['Invalid', 'False', 'ResourceValidationFailed'],
      );
      assert.equal(passed?.message, one.message);
      assert.deepEqual([ready?.status, ready?.reason, ready?.message], ['False', one.reason, one.message]);
      assert.equal(conditionOf(status, one.waits ? 'Reconciling' : 'Stalled')?.status, 'True');
      assert.equal(conditionOf(status, one.waits ? 'Stalled' : 'Reconciling'), undefined);
    });
  }

  it('are each shown at work by a case', () => {
    const shown = new Set(CASES.map((one) => one.reason));
    assert.deepEqual(
      CHECKS.map((one) => one.reason).filter((reason) => !shown.has(reason)),
      [],
    );
  });

  it('let the healthy sample pass', () => {
    const { status } = syncBackupConfiguration(sample.request(), sample.NOW);
    assert.equal(conditionOf(status, 'ValidationPassed')?.status, 'True');
  });
});
