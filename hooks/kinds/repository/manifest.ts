/** Objects as they are stored beside the data, so that another cluster finds them: nothing in them belongs to this cluster alone. */
import { LABEL } from '../../kube/labels.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { KubeObject } from '../../kube/objects.ts';

/** Labels that another cluster reads. Those of GitOps tools would have the object pruned there, or adopted by the wrong one. */
const KEPT: readonly string[] = Object.values(LABEL).filter((key) => key !== LABEL.controllerUid);

/** The object without uid, versions, owners, bookkeeping and foreign labels; with its status where it has one. */
export function manifestOf(object: KubeObject): object {
  const { name, namespace, labels = {}, creationTimestamp } = object.metadata;
  const kept = Object.entries(labels).filter(([key]) => KEPT.includes(key));
  const status = Object.entries(mapOf(object.status)).filter(
    ([key]) => key !== 'observedGeneration' && key !== 'metastash',
  );
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name,
      namespace,
      ...(kept.length === 0 ? {} : { labels: Object.fromEntries(kept) }),
      creationTimestamp,
    },
    spec: object.spec,
    ...(status.length === 0 ? {} : { status: Object.fromEntries(status) }),
  };
}
