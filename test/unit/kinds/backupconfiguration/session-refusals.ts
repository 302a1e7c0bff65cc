/** Specs that are refused for their target, backends or sessions, and in which words. */
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import * as sample from './fixtures.ts';

export interface Refusal {
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
const addon = (changes: object): object => sessions({ addon: { ...sample.session().addon, ...changes } });
const backends = sample.configuration().spec.backends ?? [];

export const SESSION_REFUSALS: readonly Refusal[] = [
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
    it: 'B41 refuses a target of another namespace, with the place where the manifest would work',
    spec: { target: { apiGroup: 'apps', kind: 'StatefulSet', name: 'sample', namespace: 'other' } },
    reason: 'TargetInOtherNamespace',
    message:
      '/spec/target/namespace is other, but movers mount volumes of their own namespace only; create this BackupConfiguration as other/sample-backup instead',
  },
  {
    it: 'B35 refuses two backends of one name',
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
    it: 'B40 names both of two default BackupStorages and takes neither',
    spec: { backends: [] },
    related: [...sample.HEALTHY, sample.storage('one', { default: true }), sample.storage('two', { default: true })],
    reason: 'SeveralDefaults',
    message:
      '/spec/backends is empty and namespace demo has several default BackupStorages (one, two); leave default: true on one, or name one',
    waits: true,
  },
  {
    it: 'B40 names both of two default RetentionPolicies and takes neither',
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
    it: 'B36 does not read an empty list of sessions as a wish to delete every CronJob',
    spec: { sessions: [] },
    reason: 'NoSessions',
    message: '/spec/sessions is empty; add a session, or set paused: true to stop backups',
  },
  {
    it: 'B34 refuses a session name that no path or label can carry',
    spec: sessions({ name: 'Every_Hour' }),
    reason: 'InvalidSessionName',
    message:
      '/spec/sessions/0/name is "Every_Hour"; use up to 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit',
  },
  {
    it: 'B35 refuses two sessions of one name',
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
    it: 'B44 refuses an empty schedule before a CronJob exists',
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
    it: 'B48 refuses a negative deadline',
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
    it: 'B48 refuses zero retries, which is said by leaving retryConfig out',
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
    it: 'B48 refuses a timeout of no time',
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
  ...[1.5, -0, 9_007_199_254_740_992, 2_147_483_648].map((sessionHistoryLimit) => ({
    it: `B13 refuses a history limit of ${String(sessionHistoryLimit)}`,
    spec: sessions({ sessionHistoryLimit }),
    reason: 'InvalidHistoryLimit',
    message: `/spec/sessions/0/sessionHistoryLimit is ${JSON.stringify(sessionHistoryLimit)}; use a whole number from 1 to 1000`,
  })),
  {
    it: 'B13 refuses half a retry',
    spec: sessions({ retryConfig: { maxRetry: 1.5 } }),
    reason: 'InvalidRetry',
    message:
      '/spec/sessions/0/retryConfig/maxRetry is 1.5; use a whole number from 1 to 1000, or leave out retryConfig for no retry',
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
    it: 'B53 refuses a request above its limit before any session runs',
    spec: addon({ jobTemplate: { spec: { resources: { requests: { cpu: '2' }, limits: { cpu: '500m' } } } } }),
    reason: 'InvalidAddonSettings',
    message: '/spec/sessions/0/addon: resources.requests.cpu is 2, above its limit of 500m; lower the request',
  },
  {
    it: 'B68 refuses movers on the network of their node',
    spec: addon({ jobTemplate: { spec: { hostNetwork: true } } }),
    reason: 'InvalidAddonSettings',
    message:
      '/spec/sessions/0/addon: jobTemplate.spec.hostNetwork is not possible: movers tell their restic locks apart by host name',
  },
  {
    it: 'B67 refuses variables that take restic over',
    spec: addon({ containerRuntimeSettings: { env: [{ name: 'AWS_PROFILE', value: 'other' }] } }),
    reason: 'InvalidAddonSettings',
    message:
      '/spec/sessions/0/addon: addon.jobTemplate.spec.env sets AWS_PROFILE, which the mover sets itself; storage settings belong into the BackupStorage and its Secret',
  },
  {
    it: 'B63 refuses relative paths',
    spec: addon({ tasks: [{ name: 'logical-backup', params: { paths: '/data,other' } }] }),
    reason: 'InvalidAddonSettings',
    message:
      '/spec/sessions/0/addon/tasks/0/params: task logical-backup: paths: "other" is not absolute; start it with /',
  },
  {
    it: 'B64 refuses patterns with a line break',
    spec: addon({ tasks: [{ name: 'logical-backup', params: { paths: '/data', exclude: 'a\nb' } }] }),
    reason: 'InvalidAddonSettings',
    message:
      '/spec/sessions/0/addon/tasks/0/params: task logical-backup: exclude holds a line break or control character; separate entries by commas',
  },
  {
    it: 'refuses parameters that are no text',
    spec: addon({ tasks: [{ name: 'logical-backup', params: { paths: ['/data'] } }] }),
    reason: 'InvalidAddonSettings',
    message:
      '/spec/sessions/0/addon/tasks/0/params: task logical-backup: parameter paths is a list; write it as one text',
  },
];
