/** The outline of a spec that the rest of this folder relies on (see kube/shape.ts). */
import type { Problem } from '../../domain/result.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import { shapeFault, type Shape } from '../../kube/shape.ts';

const REFERENCE: Shape = { fields: { name: 'text', namespace: 'text' } };
const LABELS: Shape = { fields: { labels: 'texts', annotations: 'texts' } };
const ENV: Shape = { items: { fields: { name: 'text', value: 'text' } } };
const HOOKS: Shape = { items: { fields: { hookTemplate: REFERENCE } } };

const POD: Shape = {
  fields: {
    metadata: LABELS,
    spec: {
      fields: {
        serviceAccountName: 'text',
        env: ENV,
        volumes: { items: { fields: { name: 'text' } } },
        volumeMounts: { items: { fields: { name: 'text', mountPath: 'text' } } },
      },
    },
  },
};

const SESSION: Shape = {
  fields: {
    name: 'text',
    scheduler: { fields: { schedule: 'text', concurrencyPolicy: 'text', jobTemplate: { fields: { template: POD } } } },
    hooks: { fields: { preBackup: HOOKS, postBackup: HOOKS } },
    retryConfig: { fields: { delay: 'text' } },
    backupTimeout: 'text',
    addon: { fields: { name: 'text', tasks: { items: { fields: { name: 'text' } } } } },
    repositories: {
      items: {
        fields: {
          name: 'text',
          backend: 'text',
          directory: 'text',
          encryptionSecret: REFERENCE,
          backupVerifier: REFERENCE,
          deletionPolicy: 'text',
        },
      },
    },
  },
};

const SPEC: Shape = {
  fields: {
    target: { fields: { apiGroup: 'text', kind: 'text', name: 'text', namespace: 'text' } },
    backends: { items: { fields: { name: 'text', storageRef: REFERENCE, retentionPolicy: REFERENCE } } },
    sessions: { items: SESSION },
  },
};

/** What keeps this spec from being read at all. */
export function outlineProblem(configuration: BackupConfiguration): Problem | undefined {
  const spec: unknown = configuration.spec ?? null;
  const message = shapeFault(spec, SPEC, '/spec');
  return message === undefined ? undefined : { reason: 'MalformedSpec', message, waits: false };
}
