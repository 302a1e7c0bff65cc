/** Requests by hand may hold anything where the CRD's schema would not let it through: a message, never a crash. */
import assert from 'node:assert/strict';
import { customizeBackupConfiguration } from '../../hooks/kinds/backupconfiguration/customize.ts';
import { syncBackupConfiguration } from '../../hooks/kinds/backupconfiguration/sync.ts';
import { syncBackupStorage } from '../../hooks/kinds/backupstorage/sync.ts';
import type { BackupConfiguration } from '../../hooks/generated/types/backupconfiguration.ts';
import type { BackupStorage } from '../../hooks/generated/types/backupstorage.ts';
import * as configurations from '../unit/kinds/backupconfiguration/fixtures.ts';
import * as storages from '../unit/kinds/backupstorage/fixtures.ts';

const GARBAGE: readonly unknown[] = [
  undefined,
  null,
  7,
  -1,
  'x',
  '',
  [],
  {},
  [null],
  [7],
  [[]],
  true,
  { name: 7 },
  [{}],
];

type Path = readonly string[];

function pathsIn(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, field]) => pathsIn(field, [...at, key]))];
}

function withValue(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = withValue(copy[key], rest, replacement);
  return copy;
}

/** The object with garbage at every place of its spec and status, one at a time. */
function* variantsOf<Kind extends object>(object: Kind): Generator<readonly [where: string, variant: Kind]> {
  for (const field of ['spec', 'status'] as const) {
    const value = (object as Record<string, unknown>)[field];
    for (const path of pathsIn(value)) {
      for (const garbage of GARBAGE) {
        yield [
          `/${[field, ...path].join('/')} = ${JSON.stringify(garbage)}`,
          { ...object, [field]: withValue(value, path, garbage) },
        ];
      }
    }
  }
}

const configuration: BackupConfiguration = configurations.configuration(
  {
    sessions: [
      configurations.session({
        retryConfig: { maxRetry: 1, delay: '1m' },
        backupTimeout: '1h',
        sessionHistoryLimit: 2,
        hooks: { preBackup: [{ name: 'freeze', hookTemplate: { name: 'freeze', namespace: 'demo' } }] },
        scheduler: {
          schedule: '* * * * *',
          jobTemplate: {
            backoffLimit: 1,
            template: {
              metadata: { labels: { a: 'b' } },
              spec: {
                serviceAccountName: 'own',
                env: [{ name: 'A', value: 'b' }],
                resources: { limits: { cpu: '1' } },
                tolerations: [{ key: 'x' }],
              },
            },
          },
        },
      }),
    ],
  },
  {
    status: {
      phase: 'Ready',
      sessions: [
        {
          name: 'frequent',
          conditions: [
            {
              type: 'SchedulerEnsured',
              status: 'True',
              reason: 'a',
              message: 'b',
              lastTransitionTime: '2026-01-05T00:00:00Z',
            },
          ],
        },
      ],
      metastash: {
        turn: { uid: 'x', missingSince: 'x' },
        removals: ['a'],
        retries: { a: 'b' },
        firstBackups: ['frequent'],
        formerCronJobs: ['a'],
      },
    },
  },
);

const storage: BackupStorage = storages.storage(
  {
    default: true,
    usagePolicy: {
      allowedNamespaces: {
        from: 'Selector',
        selector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
      },
    },
    runtimeSettings: {
      pod: {
        serviceAccountName: 'own',
        serviceAccountAnnotations: { a: 'b' },
        podLabels: { a: 'b' },
        securityContext: { runAsUser: 1 },
      },
      container: { env: [{ name: 'A', value: 'b' }], resources: { limits: { cpu: '1' } }, nice: { adjustment: 1 } },
    },
  },
  storages.withRecord({ failure: { code: 'a', message: 'b', at: 'c', retryAt: '2026-01-05T02:00:00Z' }, failedRun: 0 }),
);

describe('garbage anywhere in an object', () => {
  it('ends in an answer of the BackupConfiguration that keeps every Repository and BackupSession', () => {
    const children = [
      ...configurations.MADE,
      configurations.backupSession(3, { phase: 'Running' }),
      configurations.lease('x'),
    ];
    for (const [where, parent] of variantsOf(configuration)) {
      assert.doesNotThrow(() => customizeBackupConfiguration({ parent }), where);
      const answer = syncBackupConfiguration(configurations.request(parent, children), configurations.NOW);
      const kept = answer.children.map(({ kind }) => kind);
      assert.ok(kept.includes('Repository') && kept.includes('BackupSession') && kept.includes('CronJob'), where);
      assert.ok(['Ready', 'NotReady', 'Invalid'].includes(answer.status.phase ?? ''), where);
    }
  });

  it('ends in an answer of the BackupStorage that says how it stands', () => {
    const children = [storages.job(0), storages.report(0)];
    for (const [where, parent] of variantsOf(storage)) {
      const answer = syncBackupStorage(storages.request(parent, children), storages.NOW);
      assert.ok(
        answer.status.conditions?.some((one) => one.type === 'Ready'),
        where,
      );
    }
  });
});
