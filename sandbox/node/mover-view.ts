/** Who a mover's Pod is and what its task names: by this its reads and writes are judged (api-server/rbac.ts). */
import { TASK_ENV, type SecretSource, type Task } from '../../hooks/domain/task.ts';
import type { Account } from '../api-server/rbac.ts';
import type { Pod } from '../controllers/shapes.ts';

/** The account whose token the Pod has. */
export function accountOf({ metadata, spec }: Pod): Account {
  return { namespace: metadata.namespace ?? '', name: spec.serviceAccountName ?? 'default' };
}

/** The task document of the Pod's container; undefined for other Pods. */
export function taskOf(pod: Pod): Task | undefined {
  const text = pod.spec.containers[0]?.env?.find((one) => one.name === TASK_ENV)?.value;
  return text === undefined ? undefined : (JSON.parse(text) as Task);
}

/** The Secrets that a task names, mounted or not. */
export function secretsOf(task: Task | undefined): readonly SecretSource[] {
  if (task === undefined) return [];
  const storage = 'storage' in task ? task.storage.secret : undefined;
  const encryption = 'repository' in task ? task.repository.encryptionSecret : undefined;
  return [storage, encryption].filter((one) => one !== undefined);
}
