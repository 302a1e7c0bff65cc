/** Rules of a CRD that JSON Schema cannot say, run here as the API server would: a check of them without a cluster. */
import { evaluate } from '@marcbachmann/cel-js';
import type { Schema, Validation } from '../../crds/source.ts';

/**
 * What the server would say of the object: messages of CEL rules that it breaks, and entries of keyed lists that are there
 * twice. `before` is the stored object where this is an update.
 */
export function brokenRules(schema: Schema, self: unknown, before?: unknown): readonly string[] {
  if (self === undefined) return [];
  const broken = (schema['x-kubernetes-validations'] ?? []).filter((rule) => !holds(rule, self, before));
  return [
    ...broken.map(({ message }) => message),
    ...duplicates(schema, self),
    ...children(schema, self, before).flatMap(([one, value, old]) => brokenRules(one, value, old)),
  ];
}

type Child = readonly [schema: Schema, self: unknown, before: unknown];

function children(schema: Schema, self: unknown, before: unknown): readonly Child[] {
  const { items } = schema;
  if (Array.isArray(self)) return items ? self.map((one): Child => [items, one, undefined]) : [];
  if (typeof self !== 'object' || self === null) return [];
  const old = (before ?? {}) as Record<string, unknown>;
  return Object.entries(self).flatMap(([key, value]): readonly Child[] => {
    const one = schema.properties?.[key] ?? schema.additionalProperties;
    return one ? [[one, value, old[key]]] : [];
  });
}

function duplicates(schema: Schema, self: unknown): readonly string[] {
  const keys = schema['x-kubernetes-list-map-keys'] as readonly string[] | undefined;
  if (!keys || !Array.isArray(self)) return [];
  const ids = self.map((one: Record<string, unknown>) =>
    JSON.stringify(Object.fromEntries(keys.map((key) => [key, one[key]]))),
  );
  return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `Duplicate value: ${id}`);
}

/** A rule about the stored value is not asked when there is none (Kubernetes: transition rules). */
function holds({ rule }: Validation, self: unknown, oldSelf: unknown): boolean {
  if (/\boldSelf\b/.test(rule) && oldSelf === undefined) return true;
  return evaluate(rule, { self, oldSelf: oldSelf ?? null }) === true;
}
