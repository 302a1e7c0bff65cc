/** A BackupSession as this configuration starts one: for the trigger's task, for a retry and for the first backup. */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { Session } from '../../generated/types/shared.ts';
import { LABEL, MANAGED_BY } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { backupSessionName, labelValue } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';

/** More retries than this in a row help nobody (B52). */
export const MAX_RETRIES = 20;

/** The manifest without a name. `controller-uid` is what makes the configuration's controller adopt it. */
export function backupSessionManifest(
  configuration: BackupConfiguration,
  session: Session,
  retryLeft: number = retriesOf(session),
): { readonly apiVersion: string; readonly kind: string; readonly metadata: object; readonly spec: object } {
  const { name, namespace, uid } = configuration.metadata;
  return {
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'BackupSession',
    metadata: {
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        [LABEL.managedBy]: MANAGED_BY,
        [LABEL.invokerKind]: 'BackupConfiguration',
        [LABEL.invokerName]: labelValue(name),
        [LABEL.sessionName]: labelValue(session.name),
        [LABEL.controllerUid]: uid,
      },
    },
    spec: {
      invoker: { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name },
      session: session.name,
      ...(retryLeft > 0 ? { retryLeft } : {}),
      ...(session.backupTimeout === undefined ? {} : { backupTimeout: session.backupTimeout }),
    },
  };
}

/** The same as a child, named by the instant that it is for, never by the clock: twice desired is one object. */
export function backupSessionAt(
  configuration: BackupConfiguration,
  session: Session,
  at: Instant,
  retryLeft?: number,
): DesiredObject {
  const manifest = backupSessionManifest(configuration, session, retryLeft);
  const name = backupSessionName(configuration.metadata.name, session.name, Math.floor(at / 1000));
  return { ...manifest, metadata: { name, ...manifest.metadata } };
}

function retriesOf({ retryConfig }: Session): number {
  return Math.min(retryConfig === undefined ? 0 : (retryConfig.maxRetry ?? 1), MAX_RETRIES);
}
