/** The outline of a spec that the rest of this folder relies on (see kube/shape.ts). */
import type { Problem } from '../../domain/result.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import { shapeFault, type Shape } from '../../kube/shape.ts';

const BUCKET: Shape = { fields: { secretName: 'text' } };

const POD: Shape = {
  fields: {
    podLabels: 'texts',
    podAnnotations: 'texts',
    serviceAccountName: 'text',
    serviceAccountAnnotations: 'texts',
  },
};

const SPEC: Shape = {
  fields: {
    storage: { fields: { provider: 'text', local: { fields: {} }, s3: BUCKET, gcs: BUCKET, azure: BUCKET } },
    usagePolicy: {
      fields: {
        allowedNamespaces: {
          fields: {
            from: 'text',
            selector: {
              fields: {
                matchLabels: 'texts',
                matchExpressions: { items: { fields: { key: 'text', operator: 'text', values: { items: 'text' } } } },
              },
            },
          },
        },
      },
    },
    runtimeSettings: {
      fields: {
        pod: POD,
        container: {
          fields: {
            env: { items: { fields: { name: 'text', value: 'text' } } },
            nice: { fields: {} },
            ionice: { fields: {} },
          },
        },
      },
    },
  },
};

/** What keeps this spec from being read at all. */
export function outlineProblem(storage: BackupStorage): Problem | undefined {
  const spec: unknown = storage.spec ?? null;
  const message = shapeFault(spec, SPEC, '/spec');
  return message === undefined ? undefined : { reason: 'MalformedSpec', message, waits: false };
}
