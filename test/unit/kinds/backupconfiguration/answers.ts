/** What a test reads from a BackupConfiguration's answer. */
import type { BackupConfigurationStatus } from '../../../../hooks/generated/types/backupconfiguration.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import type { SyncResponse } from '../../../../hooks/kube/metacontroller.ts';
import type { DesiredObject } from '../../../../hooks/kube/objects.ts';

export type Answer = SyncResponse<BackupConfigurationStatus>;

/** Names of the children of a kind, in order. */
export function namesOf({ children }: Answer, kind: string): readonly string[] {
  return children.filter((one) => one.kind === kind).map((one) => one.metadata.name);
}

/** The first child of a kind. */
export function first({ children }: Answer, kind: string): DesiredObject | undefined {
  return children.find((one) => one.kind === kind);
}

/** Phase, kstatus state, reason and message in one line. */
export function said({ status }: Answer): string {
  const ready = conditionOf(status, 'Ready');
  const state = ['Reconciling', 'Stalled'].find((type) => conditionOf(status, type)?.status === 'True') ?? 'Ready';
  return `${status.phase} ${state} ${ready?.reason}: ${ready?.message}`;
}

/** A condition of the first session in one line; undefined where it is not stated. */
export function sessionSaid({ status }: Answer, type: string): string | undefined {
  const condition = conditionOf(status.sessions?.[0], type);
  return condition && `${condition.status} ${condition.reason}: ${condition.message}`;
}
