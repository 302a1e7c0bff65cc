/** Every status of the golden corpus on the parent that it was answered for. */
import { HEALTH_KINDS, type HealthKind } from '../../kustomize/health/kinds.ts';
import { caseIds, goldenCase, goldenResponse } from '../golden/cases.ts';
import type { Judged } from './kstatus.ts';

export interface GoldenStatus {
  readonly id: string;
  readonly kind: HealthKind;
  readonly object: Judged;
}

/** In order of their ids. A parent without generation, as some cases have it, counts as its first. */
export function goldenStatuses(): readonly GoldenStatus[] {
  return caseIds().flatMap((id) => {
    const golden = goldenCase(id);
    const kind = HEALTH_KINDS.find((one) => one.kind.toLowerCase() === golden.kind);
    const { status } = (goldenResponse(id) ?? {}) as { readonly status?: Judged['status'] | null };
    if (kind === undefined || golden.hook === 'customize' || !status) return [];
    const { parent } = golden.request as { readonly parent: Judged };
    const generation = parent.metadata.generation ?? 1;
    // Nothing of a deletionTimestamp: either tool calls such an object terminating before it asks any rule of ours.
    const object = { metadata: { generation }, ...(parent.spec === undefined ? {} : { spec: parent.spec }) };
    // The host sets observedGeneration itself before it writes the status.
    return [{ id, kind, object: { ...object, status: { ...status, observedGeneration: generation } } }];
  });
}
