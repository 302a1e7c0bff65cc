import assert from 'node:assert/strict';
import { syncBackupConfiguration } from '../../../../hooks/kinds/backupconfiguration/sync.ts';
import { triggerIdentity } from '../../../../hooks/kinds/backupconfiguration/trigger-account.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import { first, namesOf, said, sessionSaid, type Answer } from './answers.ts';
import * as sample from './fixtures.ts';

const LAST_APPLIED = 'metacontroller.k8s.io/last-applied-configuration';

function sync(
  parent: ReturnType<typeof sample.configuration>,
  children: readonly KubeObject[],
  related: readonly KubeObject[] = sample.HEALTHY,
): Answer {
  return syncBackupConfiguration(sample.request(parent, children, related), sample.NOW);
}

function without(name: string): readonly KubeObject[] {
  return sample.HEALTHY.filter((one) => one.metadata.name !== name);
}

describe('a BackupConfiguration', () => {
  it('is Ready with target, backends, Repositories and CronJobs', () => {
    const told = sync(sample.configuration(), sample.MADE);
    assert.equal(said(told), 'Ready Ready Ready: Target, backends, Repositories and schedulers are ready.');
    assert.equal(told.status.sessions?.[0]?.nextSchedule, '2026-01-05T02:05:00Z');
  });

  const WAITING: readonly (readonly [what: string, related: readonly KubeObject[], said: string])[] = [
    [
      'its target',
      without('sample'),
      'NotReady Reconciling WaitingForStatefulSet: StatefulSet demo/sample does not exist',
    ],
    [
      'its storage',
      without('s3-storage'),
      'NotReady Reconciling WaitingForBackupStorage: BackupStorage demo/s3-storage does not exist',
    ],
    [
      'its storage to be Ready',
      [
        ...without('s3-storage'),
        sample.storage(
          's3-storage',
          {},
          {
            phase: 'NotReady',
            conditions: [
              {
                type: 'Ready',
                status: 'False',
                reason: 'SecretNotFound',
                message: 'Secret s3-secret is missing',
                lastTransitionTime: '2026-01-05T00:00:00Z',
              },
            ],
          },
        ),
      ],
      'NotReady Reconciling WaitingForBackupStorage: BackupStorage demo/s3-storage is not Ready: Secret s3-secret is missing',
    ],
    [
      'its retention policy',
      without('keep'),
      'NotReady Reconciling WaitingForRetentionPolicy: RetentionPolicy demo/keep does not exist',
    ],
    [
      'its Addon',
      without('workload-addon'),
      'NotReady Reconciling WaitingForAddon: Addon workload-addon does not exist',
    ],
  ];
  for (const [what, related, expected] of WAITING) {
    it(`waits for ${what} and makes no CronJob meanwhile`, () => {
      const told = sync(sample.configuration(), [], related);
      assert.equal(said(told), expected);
      assert.deepEqual(namesOf(told, 'CronJob'), []);
      assert.equal(
        sessionSaid(told, 'SchedulerEnsured'),
        `False SchedulerNotEnsured: ${expected.slice(expected.indexOf(': ') + 2)}.`,
      );
    });
    it(`keeps what it has made when ${what} is missing later`, () => {
      const told = sync(sample.configuration(), sample.MADE, related);
      assert.deepEqual([namesOf(told, 'Repository'), namesOf(told, 'CronJob').length], [['sample-repo'], 1]);
    });
  }

  it('says of a kind that cannot be backed up that no other object will cure it', () => {
    const target = { apiGroup: 'appcatalog.appscode.com', kind: 'AppBinding', name: 'mysql' };
    const told = sync(sample.configuration({ target }), []);
    assert.match(said(told), /^NotReady Stalled TargetKindUnsupported: \/spec\/target: target mysql is a AppBinding/);
    assert.equal(told.status.targetFound, false);
  });

  it('takes the default storage and policy where the spec names none', () => {
    const related = [
      ...sample.HEALTHY,
      sample.storage('default-storage', { default: true }),
      sample.retentionPolicy('default-policy', { default: true }),
    ];
    const sessions = [sample.session({ repositories: [{ name: 'sample-repo', directory: '/demo/sample' }] })];
    const told = sync(sample.configuration({ backends: undefined, sessions }), [], related);
    assert.deepEqual(told.status.backends, [
      {
        name: '',
        ready: true,
        storage: { ref: { name: 'default-storage', namespace: 'demo' }, phase: 'Ready' },
        retentionPolicy: { ref: { name: 'default-policy', namespace: 'demo' }, found: true },
      },
    ]);
    assert.deepEqual(namesOf(told, 'Repository'), ['sample-repo']);
  });

  it('waits for a default storage where there is none', () => {
    const sessions = [sample.session({ repositories: [{ name: 'sample-repo', directory: '/demo/sample' }] })];
    const told = sync(sample.configuration({ backends: [], sessions }), []);
    assert.equal(
      said(told),
      'NotReady Reconciling WaitingForBackupStorage: /spec/backends is empty and no default BackupStorage admits namespace demo; name one, or set default: true on one',
    );
    assert.deepEqual(namesOf(told, 'Repository'), []);
  });

  it('suspends its CronJobs while paused, and the one of a suspended session alone', () => {
    const spec = (told: Answer): unknown => (first(told, 'CronJob')?.['spec'] as { suspend?: unknown })?.suspend;
    const paused = sync(sample.configuration({ paused: true }), sample.MADE);
    assert.equal(spec(paused), true);
    assert.equal(said(paused), 'Ready Ready Paused: Paused: no session starts until spec.paused is false.');
    assert.equal(paused.status.sessions?.[0]?.nextSchedule, undefined);
    const scheduler = { ...sample.session().scheduler, suspend: true };
    assert.equal(spec(sync(sample.configuration({ sessions: [sample.session({ scheduler })] }), sample.MADE)), true);
    assert.equal(spec(sync(sample.configuration(), sample.MADE)), false);
  });
});

describe('the Repository of a BackupConfiguration', () => {
  const policy = (deletionPolicy: string | undefined): Answer => {
    const [declared] = sample.session().repositories;
    return sync(
      sample.configuration({
        sessions: [sample.session({ repositories: [{ ...declared, ...(deletionPolicy ? { deletionPolicy } : {}) }] })],
      }),
      sample.MADE,
    );
  };
  const SECOND = [{ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system', uid: 'namespace-kube-system' }];
  const TABLE: readonly (readonly [string | undefined, string, unknown])[] = [
    [undefined, 'Delete', SECOND],
    ['Retain', 'Delete', SECOND],
    ['Delete', 'Delete', undefined],
    ['WipeOut', 'WipeOut', undefined],
  ];
  for (const [declared, stored, owners] of TABLE) {
    it(`with policy ${declared ?? '(unset)'} is stored as ${stored} and ${owners ? 'outlives' : 'goes with'} its configuration`, () => {
      const child = first(policy(declared), 'Repository');
      assert.equal((child?.['spec'] as { deletionPolicy: string }).deletionPolicy, stored);
      assert.deepEqual(child?.metadata.ownerReferences, owners);
    });
  }

  it('keeps the spec that it has, whatever the configuration says by now', () => {
    const existing = sample.repository({
      spec: { paused: true, encryptionSecret: { name: 'old-secret', namespace: 'demo' } },
    });
    const told = sync(sample.configuration(), [existing, sample.cronJob()]);
    assert.deepEqual(first(told, 'Repository')?.['spec'], existing.spec);
    assert.deepEqual(told.status.warnings, [
      '/spec/sessions/0/repositories/0/encryptionSecret names Secret demo/encrypt-secret, but Repository sample-repo keeps Secret demo/old-secret, with which its data was written; use another repository name for another password.',
    ]);
  });

  it('is kept when it leaves the spec', () => {
    const former = sample.repository({ metadata: { name: 'former' }, spec: { path: '/former' } });
    assert.deepEqual(namesOf(sync(sample.configuration(), [...sample.MADE, former]), 'Repository'), [
      'sample-repo',
      'former',
    ]);
  });

  it('is waited for while it is there without an owner', () => {
    const ownerless = sample.repository({ metadata: { ownerReferences: [], labels: {} } });
    const told = sync(sample.configuration(), [sample.cronJob()], [...sample.HEALTHY, ownerless]);
    assert.deepEqual(namesOf(told, 'Repository'), []);
    assert.match(
      said(told),
      /WaitingForRepository: Repository sample-repo exists without an owner and is about to be claimed/,
    );
  });

  it('is not made before the owner that keeps it is seen', () => {
    const told = sync(sample.configuration(), [], without('kube-system'));
    assert.deepEqual(namesOf(told, 'Repository'), []);
  });
});

describe('the CronJob of a session that left the spec', () => {
  const former = sample.cronJob('former');
  const name = former.metadata.name;

  it('is suspended and announced, then dropped', () => {
    const told = sync(sample.configuration(), [...sample.MADE, former]);
    const child = told.children.find((one) => one.metadata.name === name);
    assert.deepEqual(child?.['spec'], { suspend: true });
    assert.deepEqual(told.status.metastash?.['formerCronJobs'], [name]);
    const later = sync(sample.configuration({}, { status: told.status }), [...sample.MADE, former]);
    assert.equal(
      later.children.some((one) => one.metadata.name === name),
      false,
    );
  });
});

describe('a BackupConfiguration that may change nothing', () => {
  const applied = (object: KubeObject, spec: object): KubeObject => {
    const { apiVersion, kind, metadata } = object;
    const text = JSON.stringify({
      apiVersion,
      kind,
      metadata: { name: metadata.name, namespace: 'demo', labels: { a: 'b' } },
      spec,
    });
    return { ...object, metadata: { ...metadata, annotations: { [LAST_APPLIED]: text } } };
  };
  const CHILDREN = [
    applied(sample.repository(), { path: '/demo/sample' }),
    applied(sample.cronJob(), { schedule: '1 * * * *', suspend: false }),
    sample.backupSession(5, { phase: 'Running' }),
    sample.lease('session-frequent-5'),
  ];
  const identities = triggerIdentity(sample.configuration());
  const stored = identities.map((one) => sample.stored(one));

  const FROZEN: readonly (readonly [why: string, told: () => Answer])[] = [
    ['its spec is refused', () => sync(sample.configuration({ sessions: [] }), [...CHILDREN, ...stored])],
    [
      'its Namespace is going',
      () =>
        sync(
          sample.configuration(),
          [...CHILDREN, ...stored],
          [...without('demo'), sample.namespace('demo', { status: { phase: 'Terminating' } })],
        ),
    ],
    [
      'it is being deleted itself',
      () => {
        const parent = sample.configuration();
        return sync({ ...parent, metadata: { ...parent.metadata, deletionTimestamp: '2026-01-05T01:59:00Z' } }, [
          ...CHILDREN,
          ...stored,
        ]);
      },
    ],
  ];
  for (const [why, told] of FROZEN) {
    it(`answers each child as it was desired last where ${why}`, () => {
      const answer = told();
      assert.deepEqual(first(answer, 'Repository')?.['spec'], { path: '/demo/sample' });
      assert.deepEqual(first(answer, 'CronJob')?.['spec'], { schedule: '1 * * * *', suspend: false });
      assert.deepEqual(first(answer, 'CronJob')?.metadata.labels, { a: 'b' });
      assert.deepEqual(
        answer.children
          .filter((one) => one.kind === 'BackupSession' || one.kind === 'Lease')
          .map((one) => Object.keys(one)),
        [
          ['apiVersion', 'kind', 'metadata'],
          ['apiVersion', 'kind', 'metadata'],
        ],
      );
      assert.deepEqual(
        answer.children.filter((one) => identities.some(({ kind }) => kind === one.kind)),
        identities,
      );
    });
  }

  it('makes nothing new where its Namespace is going', () => {
    const related = [...without('demo'), sample.namespace('demo', { status: { phase: 'Terminating' } })];
    assert.deepEqual(sync(sample.configuration(), [], related).children, []);
  });

  it('restates by identity alone what it cannot have desired so', () => {
    const forged = applied(sample.cronJob(), { suspend: true });
    const { annotations = {} } = forged.metadata;
    const other = {
      ...forged,
      metadata: {
        ...forged.metadata,
        annotations: { [LAST_APPLIED]: (annotations[LAST_APPLIED] ?? '').replace('CronJob', 'Secret') },
      },
    };
    assert.deepEqual(first(sync(sample.configuration({ sessions: [] }), [other]), 'CronJob'), {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: other.metadata.name, namespace: 'demo' },
    });
  });
});
