/** `x-kubernetes-validations`: CEL rules of CustomResourceDefinitions. */
import type { Schema } from './schema.ts';
import type { JsonMap } from './values.ts';

/** Faults of every rule that the changed object breaks. */
export function ruleFaults(_schema: Schema, _body: JsonMap, _previous: JsonMap | undefined): string[] {
  return [];
}
