/**
 * Bad-input catalogue (faults.md §6), rows that a BackupConfiguration judges; test/world/faulty-manifests.yaml and
 * ../kinds/backupconfiguration hold the others.
 *
 * Decided otherwise, or not there yet: the cycle between a BackupVerifier and its configuration of B39 (verifiers have no
 * hook yet). B54 has no subject: movers carry no activeDeadlineSeconds, their limit is backupTimeout. Of B68, privileges,
 * accounts and volumes are the user's own choice (design §3, Identity) and the namespace's Pod Security decides.
 */
import assert from 'node:assert/strict';
import { validatorOf } from '../../../hooks/generated/validate.ts';
import { syncBackupConfiguration } from '../../../hooks/kinds/backupconfiguration/sync.ts';
import { settingsOfAddon } from '../../../hooks/jobs/runtime-settings.ts';
import { retentionRulesFrom } from '../../../hooks/domain/retention-rules.ts';
import type { KubeObject } from '../../../hooks/kube/objects.ts';
import { first, namesOf, said } from '../kinds/backupconfiguration/answers.ts';
import * as sample from '../kinds/backupconfiguration/fixtures.ts';

const GOING = { deletionTimestamp: '2026-01-05T01:59:00Z', finalizers: ['example.com/keep'] };

/** What a healthy configuration sees, with one kind of object changed. */
function around(kind: string, change: (object: KubeObject) => KubeObject): readonly KubeObject[] {
  return sample.HEALTHY.map((one) => (one.kind === kind ? change(one) : one));
}

const going = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, ...GOING } });
const keeping = (spec: unknown): readonly KubeObject[] =>
  around('RetentionPolicy', (object) => ({ ...object, spec }) as KubeObject);

interface Row {
  readonly it: string;
  readonly spec?: object;
  readonly made?: readonly KubeObject[];
  readonly related: readonly KubeObject[];
  readonly says: string;
}

const SELF = { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'sample-backup', namespace: 'demo' };

const NOT_READY: readonly Row[] = [
  {
    it: 'B39 a configuration that is to back up itself',
    spec: { target: SELF },
    made: [],
    related: sample.HEALTHY,
    says: 'NotReady Stalled TargetKindUnsupported: /spec/target: target sample-backup is a BackupConfiguration.core.kubestash.com, which cannot be backed up; possible are Deployment, ReplicaSet, StatefulSet, DaemonSet, PersistentVolumeClaim',
  },
  {
    it: 'B43 a storage that is being deleted',
    related: around('BackupStorage', going),
    says: 'NotReady Reconciling WaitingForBackupStorage: BackupStorage demo/s3-storage is being deleted',
  },
  {
    it: 'B43 a retention policy that is being deleted',
    related: around('RetentionPolicy', going),
    says: 'NotReady Reconciling WaitingForRetentionPolicy: RetentionPolicy demo/keep is being deleted',
  },
  {
    it: 'B43 a target that is being deleted',
    related: around('StatefulSet', going),
    says: 'NotReady Reconciling WaitingForStatefulSet: StatefulSet demo/sample does not exist',
  },
  {
    it: 'B49 a retention policy that says nothing',
    related: keeping({}),
    says: 'NotReady Reconciling RetentionPolicyInvalid: RetentionPolicy demo/keep cannot be followed: /spec says nothing to keep: set maxRetentionPeriod, successfulSnapshots, or both',
  },
  {
    it: 'B50 a retention policy that counts in words',
    related: keeping({ successfulSnapshots: { last: 'five' } }),
    says: 'NotReady Reconciling RetentionPolicyInvalid: RetentionPolicy demo/keep cannot be followed: /spec/successfulSnapshots/last is no whole number from 0 to 2147483647; write how many are kept',
  },
  {
    it: 'B50 a retention policy that keeps two and a half',
    related: keeping({ successfulSnapshots: { daily: 2.5 } }),
    says: 'NotReady Reconciling RetentionPolicyInvalid: RetentionPolicy demo/keep cannot be followed: /spec/successfulSnapshots/daily is no whole number from 0 to 2147483647; write how many are kept',
  },
];

describe('a BackupConfiguration with something wrong around it', () => {
  for (const { it: what, spec, made = sample.MADE, related, says } of NOT_READY) {
    it(`${what}: is not Ready, says so, and keeps what it made`, () => {
      const answer = syncBackupConfiguration(sample.request(sample.configuration(spec), made, related), sample.NOW);
      assert.equal(said(answer), says);
      for (const kind of ['Repository', 'CronJob']) {
        const names = made.filter((one) => one.kind === kind).map((one) => one.metadata.name);
        assert.deepEqual(namesOf(answer, kind), names);
      }
    });
  }

  it('B49 all-zero counts keep every good Snapshot, they never mean none', () => {
    const rules = retentionRulesFrom({ successfulSnapshots: { last: 0, daily: 0 } });
    assert.deepEqual(rules.ok && rules.value.keep, {});
  });
});

describe('a BackupConfiguration that is valid and perhaps not what was meant', () => {
  it('B47 is warned when its sessions are skipped because the one before still runs, and each is kept', () => {
    const skipped = sample.backupSession(1, {
      phase: 'Skipped',
      conditions: [
        {
          type: 'Ready',
          status: 'False',
          reason: 'SessionAlreadyRunning',
          message: 'x',
          lastTransitionTime: '2026-01-05T01:59:00Z',
        },
      ],
    });
    const running = sample.backupSession(50, { phase: 'Running' });
    const configuration = sample.configuration({
      sessions: [sample.session({ scheduler: { schedule: '* * * * *', jobTemplate: {} } })],
    });
    const answer = syncBackupConfiguration(
      sample.request(configuration, [...sample.MADE, running, skipped]),
      sample.NOW,
    );
    assert.equal(answer.status.phase, 'Ready');
    assert.deepEqual(answer.status.warnings, [
      `/spec/sessions/0/scheduler/schedule: BackupSession ${skipped.metadata.name} was skipped, as the one before it still ran; run this session less often.`,
    ]);
    assert.equal(namesOf(answer, 'BackupSession').length, 2);
  });

  const PAUSES: readonly (readonly [schedule: string, keeps: string, warning: string | undefined])[] = [
    ['0 3 * * *', '1d', undefined],
    ['0 3 * * *', '12h', '24h0m0s between two runs, and RetentionPolicy demo/keep keeps nothing longer than 12h0m0s'],
    ['0 3 * * 1-5', '2d', '72h0m0s between two runs, and RetentionPolicy demo/keep keeps nothing longer than 48h0m0s'],
    ['0 3 * * 1-5', '8d', undefined],
    ['0 3 1 * *', '7d', '744h0m0s between two runs, and RetentionPolicy demo/keep keeps nothing longer than 168h0m0s'],
    ['0 3 1 * *', '2mo', undefined],
  ];
  for (const [schedule, maxRetentionPeriod, warning] of PAUSES) {
    it(`B51 ${schedule} with a maxRetentionPeriod of ${maxRetentionPeriod} is accepted${warning ? ', with a warning' : ''}`, () => {
      const configuration = sample.configuration({
        sessions: [sample.session({ scheduler: { schedule, jobTemplate: {} } })],
      });
      const related = keeping({ maxRetentionPeriod, successfulSnapshots: { last: 5 } });
      const { status } = syncBackupConfiguration(sample.request(configuration, sample.MADE, related), sample.NOW);
      assert.equal(status.phase, 'Ready');
      const words = `/spec/sessions/0/scheduler/schedule leaves ${warning}: only the newest good Snapshot stays.`;
      assert.deepEqual(status.warnings, warning === undefined ? undefined : [words]);
    });
  }

  it('B54 a deadline of the trigger reaches its Job, and one of a jobTemplate no mover', () => {
    const settings = settingsOfAddon({ jobTemplate: { spec: { activeDeadlineSeconds: 1 } } as never });
    assert.ok(settings.ok);
    assert.equal(JSON.stringify(settings.value).includes('activeDeadlineSeconds'), false);
    const scheduler = { schedule: '0 3 * * *', jobTemplate: { activeDeadlineSeconds: 60 } };
    const configuration = sample.configuration({ sessions: [sample.session({ scheduler })] });
    const answer = syncBackupConfiguration(sample.request(configuration), sample.NOW);
    assert.match(JSON.stringify(first(answer, 'CronJob')), /"activeDeadlineSeconds":60/);
  });
});

describe('settings that would break a mover, or its isolation', () => {
  const REFUSED: readonly (readonly [what: string, spec: object, reason: string, message: string])[] = [
    ...['hostNetwork', 'hostPID', 'hostIPC'].map(
      (field) =>
        [
          `B68 ${field}`,
          { [field]: true },
          'SettingForbidden',
          `jobTemplate.spec.${field} is not possible: movers tell their restic locks apart by host name`,
        ] as const,
    ),
    [
      'B68 no token of its ServiceAccount',
      { automountServiceAccountToken: false },
      'SettingForbidden',
      'automountServiceAccountToken cannot be false: a mover reports through the API server',
    ],
    ...['RESTIC_PASSWORD', 'AWS_ACCESS_KEY_ID', 'LD_PRELOAD', 'PATH'].map(
      (name) =>
        [
          `B67 the variable ${name}`,
          { env: [{ name, value: 'x' }] },
          'EnvironmentForbidden',
          `addon.jobTemplate.spec.env sets ${name}, which the mover sets itself; storage settings belong into the BackupStorage and its Secret`,
        ] as const,
    ),
  ];
  for (const [what, spec, reason, message] of REFUSED) {
    it(`${what} is refused`, () => {
      assert.deepEqual(settingsOfAddon({ jobTemplate: { spec } as never }), {
        ok: false,
        error: { reason, message, waits: false },
      });
    });
  }

  it('B68 containers, image and command of a jobTemplate are not taken over', () => {
    const spec = { containers: [{ name: 'mover', image: 'evil', command: ['sh'] }], restartPolicy: 'Always' };
    const settings = settingsOfAddon({ jobTemplate: { spec } as never });
    assert.ok(settings.ok);
    assert.doesNotMatch(JSON.stringify(settings.value), /evil|restartPolicy|containers/);
  });

  it('B69 a hook command of 300 KiB is refused by its schema, one of 128 KiB is taken', async () => {
    const problemsOf = await validatorOf('HookTemplate');
    const template = (length: number): object => ({
      apiVersion: 'core.kubestash.com/v1alpha1',
      kind: 'HookTemplate',
      metadata: { name: 'script', namespace: 'demo' },
      spec: { executor: { type: 'Operator' }, action: { exec: { command: ['sh', '-c', 'x'.repeat(length)] } } },
    });
    assert.deepEqual(problemsOf(template(131_072)), []);
    assert.deepEqual(problemsOf(template(300 * 1024)), [
      { pointer: '/spec/action/exec/command/2', message: 'must not be longer than 131072 characters' },
    ]);
  });
});
