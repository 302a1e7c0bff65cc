/** What an observed child becomes under a desired one, and the annotation that remembers what was applied last. */
import { isMap, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import { goText, goTypeName, parseJson } from './go-json.ts';
import { merged } from './merge.ts';

export const LAST_APPLIED = 'metacontroller.k8s.io/last-applied-configuration';

/** Only the API server sets these. */
const SYSTEM_FIELDS = [
  ...['selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp'],
  ...['deletionGracePeriodSeconds', 'managedFields'],
];

/** Annotations as Go's GetAnnotations reads them: null is ''; anything that is not text makes them all unreadable. */
export function annotationsOf(object: JsonMap): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(mapOf(mapOf(object['metadata'])['annotations']));
  if (entries.length === 0 || entries.some(([, value]) => value !== null && typeof value !== 'string'))
    return undefined;
  return Object.fromEntries(entries.map(([key, value]) => [key, value === null ? '' : textOf(value)]));
}

/** The object with exactly these annotations. */
export function withAnnotations(object: JsonMap, annotations: Readonly<Record<string, string>>): JsonMap {
  const metadata = mapOf(object['metadata']);
  return { ...object, metadata: { ...metadata, annotations } };
}

/** The object with the annotation set to this text. */
export function withLastApplied(object: JsonMap, text: string): JsonMap {
  return withAnnotations(object, { ...annotationsOf(object), [LAST_APPLIED]: text });
}

/** A desired object that carries the annotation itself loses it. */
function withoutLastApplied(object: JsonMap): JsonMap {
  const annotations = annotationsOf(object);
  if (annotations?.[LAST_APPLIED] === undefined) return object;
  const rest = Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED));
  return withAnnotations(object, rest);
}

/** What was applied last; undefined where nothing was. Throws Error where the annotation cannot be read. */
export function lastAppliedOf(observed: JsonMap): JsonMap | undefined {
  const text = textOf(mapOf(mapOf(observed['metadata'])['annotations'])[LAST_APPLIED]);
  if (text === '') return undefined;
  try {
    const { value } = parseJson(text);
    if (isMap(value)) return value;
    if (value === null) return undefined;
    throw new Error(`json: cannot unmarshal ${goTypeName(value)} into Go value of type map[string]interface {}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`can't unmarshal "${LAST_APPLIED}" annotation: ${why}`, { cause: error });
  }
}

/** The text of the annotation for a desired object. */
export function lastAppliedText(desired: JsonMap): string {
  return goText(withoutLastApplied(desired));
}

/** The whole object as an update would send it: merged, system fields and status as observed. Throws as lastAppliedOf. */
export function updated(observed: JsonMap, desired: JsonMap, text: string): JsonMap {
  const result = merged(observed, lastAppliedOf(observed), withoutLastApplied(desired));
  const observedMeta = mapOf(observed['metadata']);
  const metadata: Record<string, unknown> = { ...mapOf(result['metadata']) };
  for (const field of SYSTEM_FIELDS) restore(metadata, observedMeta, field);
  const body: Record<string, unknown> = { ...result, metadata };
  restore(body, observed, 'status');
  return withLastApplied(body, text);
}

function restore(target: Record<string, unknown>, source: JsonMap, field: string): void {
  if (source[field] === undefined) delete target[field];
  else target[field] = source[field];
}
