/** Decoding of hook answers: loose or strict, with the errors that end up in SyncError events (pkg/hooks/webhook.go). */
import { isMap, type JsonMap } from '../api-server/values.ts';
import { goTypeName, parseJson, WholeFloat, type Parsed } from './go-json.ts';
import { HostPanic } from './hook-caller.ts';

/** Go types of an answer's fields, for the words of its errors; the shape decides what is accepted. */
interface Field {
  readonly goType: string;
  readonly shape: 'map' | 'objects' | 'rules' | 'texts' | 'number' | 'bool';
}

export interface AnswerType {
  readonly name: string;
  readonly fields: Readonly<Record<string, Field>>;
}

const CHILDREN: Field = { goType: '[]*unstructured.Unstructured', shape: 'objects' };
const STATUS: Field = { goType: 'map[string]interface {}', shape: 'map' };
const TEXTS: Field = { goType: 'map[string]*string', shape: 'texts' };
const ENDING: Readonly<Record<string, Field>> = {
  resyncAfterSeconds: { goType: 'float64', shape: 'number' },
  finalized: { goType: 'bool', shape: 'bool' },
};

export const COMPOSITE_ANSWER: AnswerType = {
  name: 'CompositeHookResponse',
  fields: { status: STATUS, children: CHILDREN, ...ENDING },
};
export const DECORATOR_ANSWER: AnswerType = {
  name: 'DecoratorHookResponse',
  fields: { labels: TEXTS, annotations: TEXTS, status: STATUS, attachments: CHILDREN, ...ENDING },
};
export const CUSTOMIZE_ANSWER: AnswerType = {
  name: 'CustomizeHookResponse',
  fields: { relatedResources: { goType: '[]*v1alpha1.RelatedResourceRule', shape: 'rules' } },
};

const RULE_FIELDS = new Set(['apiVersion', 'resource', 'labelSelector', 'namespaceSelector', 'namespace', 'names']);
const SELECTOR_FIELDS = new Set(['matchLabels', 'matchExpressions']);

export interface Decoding {
  readonly type: AnswerType;
  readonly hook: string;
  readonly version: string;
  readonly strict: boolean;
}

/** The answer's known fields. Throws Error with the host's words for a body it cannot use. */
export function decodedAnswer(body: string | JsonMap, decoding: Decoding): JsonMap {
  const parsed = typeof body === 'string' ? parsedBody(body, decoding) : whole(body);
  const fault = wrongType(parsed, decoding);
  if (fault !== undefined)
    throw new Error(`can't unmarshal webhookResponse (version: ${decoding.version}, type: ${decoding.hook}): ${fault}`);
  if (!isMap(parsed.value)) return {};
  const findings = strictFindings(parsed.value, parsed, decoding.type);
  if (decoding.strict && findings.length > 0) {
    const text = findings.length === 1 ? findings[0] : `[${findings.join(', ')}]`;
    throw new Error(
      `strict validation failed for ${decoding.version} webhookResponse (type: ${decoding.hook}, mode: strict): ${text}`,
    );
  }
  return parsed.value;
}

function whole(value: JsonMap): Parsed {
  return { value, duplicates: [], sourceOf: (object) => JSON.stringify(object) };
}

function parsedBody(body: string, decoding: Decoding): Parsed {
  try {
    return parseJson(body);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`can't unmarshal webhookResponse (version: ${decoding.version}, type: ${decoding.hook}): ${why}`, {
      cause: error,
    });
  }
}

function wrongType(parsed: Parsed, decoding: Decoding): string | undefined {
  const { value } = parsed;
  const { name, fields } = decoding.type;
  if (value === null) return undefined;
  if (!isMap(value))
    return `json: cannot unmarshal ${goTypeName(value)} into Go value of type ${decoding.version}.${name}`;
  for (const [key, item] of Object.entries(value)) {
    const field = fields[key];
    if (!field || item === null || item === undefined) continue;
    if (!fits(field.shape, item))
      return `json: cannot unmarshal ${goTypeName(item)} into Go struct field ${name}.${key} of type ${field.goType}`;
    const inside = field.shape === 'objects' && Array.isArray(item) ? childFault(item, parsed) : undefined;
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function fits(shape: Field['shape'], value: unknown): boolean {
  switch (shape) {
    case 'map':
      return isMap(value) && !(value instanceof WholeFloat);
    case 'texts':
      return isMap(value) && Object.values(value).every((text) => text === null || typeof text === 'string');
    case 'objects':
    case 'rules':
      return Array.isArray(value);
    case 'number':
      return typeof value === 'number' || value instanceof WholeFloat;
    case 'bool':
      return typeof value === 'boolean';
  }
}

function childFault(children: readonly unknown[], parsed: Parsed): string | undefined {
  for (const child of children) {
    if (child === null) continue;
    if (!isMap(child)) {
      const target =
        'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
      return `couldn't get version/kind; json parse error: json: cannot unmarshal ${goTypeName(child)} into Go value of type ${target}`;
    }
    if (typeof child['kind'] !== 'string' || child['kind'] === '')
      return `Object 'Kind' is missing in '${parsed.sourceOf(child)}'`;
  }
  return undefined;
}

function strictFindings(value: JsonMap, parsed: Parsed, type: AnswerType): string[] {
  const findings = new Set<string>();
  // Children decode themselves, so nothing inside them is reported.
  for (const path of parsed.duplicates)
    if (!/^(children|attachments)\[/.test(path)) findings.add(`duplicate field "${path}"`);
  for (const key of Object.keys(value)) if (!type.fields[key]) findings.add(`unknown field "${key}"`);
  const rules = type === CUSTOMIZE_ANSWER ? value['relatedResources'] : undefined;
  if (Array.isArray(rules))
    rules.forEach((rule, index) =>
      ruleFindings(rule, `relatedResources[${index}]`).forEach((one) => findings.add(one)),
    );
  return [...findings];
}

function ruleFindings(rule: unknown, path: string): string[] {
  if (!isMap(rule)) return [];
  return Object.entries(rule).flatMap(([key, value]) => {
    if (!RULE_FIELDS.has(key)) return [`unknown field "${path}.${key}"`];
    if (!key.endsWith('elector') || !isMap(value)) return [];
    return Object.keys(value)
      .filter((inner) => !SELECTOR_FIELDS.has(inner))
      .map((inner) => `unknown field "${path}.${key}.${inner}"`);
  });
}

/** The desired objects of an answer; a `null` among them kills the real host's process. */
export function desiredObjects(list: unknown): readonly JsonMap[] {
  if (!Array.isArray(list)) return [];
  return list.map((child: unknown) => {
    if (!isMap(child)) throw new HostPanic('panic: runtime error: invalid memory address or nil pointer dereference');
    return child;
  });
}

/** A number field, or 0. */
export function numberOf(value: unknown): number {
  return value instanceof WholeFloat ? value.value : typeof value === 'number' ? value : 0;
}
