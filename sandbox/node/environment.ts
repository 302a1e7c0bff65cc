/** A container's environment as its node fills it in. */
import type { Container, Pod } from '../controllers/shapes.ts';

/** Values of the container's env, with references to the Pod's own fields resolved; an unknown field is empty. */
export function environmentOf(pod: Pod, container: Container): Readonly<Record<string, string>> {
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': pod.spec.nodeName,
    "metadata.labels['batch.kubernetes.io/job-name']": pod.metadata.labels?.['batch.kubernetes.io/job-name'],
    "metadata.labels['batch.kubernetes.io/controller-uid']":
      pod.metadata.labels?.['batch.kubernetes.io/controller-uid'],
  };
  const pairs = (container.env ?? []).map((one) => {
    const field = one.valueFrom?.fieldRef?.fieldPath;
    return [one.name, field === undefined ? (one.value ?? '') : (fields[field] ?? '')] as const;
  });
  return Object.fromEntries(pairs);
}
