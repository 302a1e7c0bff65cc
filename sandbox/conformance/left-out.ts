/** Scenarios that are not replayed, each with what it needs that the sandbox does not have because nothing of ours uses it. */
import { isMap, listOf, mapOf, type JsonMap } from '../api-server/values.ts';
import type { Step, Trace } from './trace.ts';

const BY_NAME: Readonly<Record<string, string>> = {
  'managed-fields': 'managedFields: the sandbox API server does not track field managers',
};

/** Why a scenario is left out: named above, or by a feature that its steps switch on. */
export function leftOutReason(trace: Trace): string | undefined {
  const steps = trace.timeline.filter((entry): entry is Step => entry.type === 'step');
  const flags = [...trace.flags, ...steps.flatMap((step) => listOf(step['flags']))];
  if (flags.includes('--apply-strategy=server-side-apply')) return 'server-side apply';
  if (steps.some((step) => usesRolling(mapOf(step['body'])))) return 'Rolling update strategies';
  return BY_NAME[trace.id];
}

function usesRolling(controller: JsonMap): boolean {
  const spec = mapOf(controller['spec']);
  return [...listOf(spec['childResources']), ...listOf(spec['attachments'])]
    .filter(isMap)
    .some((rule) => String(mapOf(rule['updateStrategy'])['method']).startsWith('Rolling'));
}
