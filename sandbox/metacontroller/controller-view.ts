/** The `controller` of a hook request. */
import type { StoredObject } from '../api-server/api.ts';
import { mapOf, without, type JsonMap } from '../api-server/values.ts';

/** The controller object as hooks get it: decoded into the host's Go types and printed again. */
export function controllerView(definition: StoredObject): JsonMap {
  const spec: Record<string, unknown> = { ...mapOf(definition['spec']) };
  for (const field of ['childResources', 'attachments', 'endpointConfigs']) {
    const list = spec[field];
    if (!Array.isArray(list)) continue;
    if (list.length === 0) delete spec[field];
    else if (field === 'childResources') spec[field] = list.map(withStatusChecks);
  }
  const metadata = without(definition.metadata as unknown as JsonMap, 'managedFields');
  return { ...definition, metadata, spec, status: mapOf(definition['status']) };
}

function withStatusChecks(rule: unknown): JsonMap {
  const source = mapOf(rule);
  const strategy = source['updateStrategy'];
  return strategy === undefined ? source : { ...source, updateStrategy: { statusChecks: {}, ...mapOf(strategy) } };
}
