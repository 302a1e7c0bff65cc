/** The phase of a BackupStorage: KubeStash's rule, after ours that a refused spec is never ready. */
import type { ConditionFact } from '../../kube/conditions.ts';
import { CONDITION } from './conditions.ts';

type Stated = Pick<ConditionFact, 'type' | 'status'>;

/** The phase of these conditions. A storage without credentials has no word about a Secret. */
export function storagePhase(conditions: readonly Stated[]): 'Ready' | 'NotReady' {
  const statusOf = (type: string): string | undefined => conditions.find((one) => one.type === type)?.status;
  if (statusOf(CONDITION.validationPassed) === 'False') return 'NotReady';
  if (statusOf(CONDITION.backendInitialized) !== 'True') return 'NotReady';
  return (statusOf(CONDITION.backendSecretFound) ?? 'True') === 'True' ? 'Ready' : 'NotReady';
}
