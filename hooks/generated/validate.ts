/**
 * Says what is wrong with an object's spec by its CRD, in words for the user who wrote it. Written by hand; the code behind
 * it (validators.js, made from crds/source) is loaded with the first call, so that the service starts without it.
 */
import type { KindName, RawProblem } from './validators.js';

export type { KindName } from './validators.js';

export interface Problem {
  /** JSON pointer from the object's root, for example `/spec/sessions/0/name`. */
  readonly pointer: string;
  /** What is wrong there and what would be right, without the place. */
  readonly message: string;
}

/** All problems of an object in the order in which the schema finds them; an empty list when there are none. */
export type Validator = (object: unknown) => readonly Problem[];

/** More than these would only hide the first. */
const MAX_PROBLEMS = 20;
const MAX_SHOWN = 60;

/**
 * The validator of a kind. It checks what the CRD's schema says of spec; rules in CEL are left to the API server, status to
 * the hooks that write it, and unknown fields to the API server, which drops them.
 */
export async function validatorOf(kind: KindName): Promise<Validator> {
  const { default: validators } = await import('./validators.js');
  const validate = validators[kind];
  return (object) => {
    if (validate(object)) return [];
    return distinct((validate.errors ?? []).map((one) => problemOf(one, object))).slice(0, MAX_PROBLEMS);
  };
}

type Phrase = (params: Readonly<Record<string, unknown>>, value: unknown) => string;

const PHRASES: Readonly<Record<string, Phrase>> = {
  required: () => 'is missing',
  type: ({ type }, value) => `must be ${nounOf(String(type))}, not ${shown(value)}`,
  enum: ({ allowedValues }, value) => `must be one of ${(allowedValues as unknown[]).join(', ')}, not ${shown(value)}`,
  minLength: () => 'must not be empty',
  maxLength: ({ limit }) => `must not be longer than ${String(limit)} characters`,
  minItems: ({ limit }) => `must have at least ${String(limit)} ${limit === 1 ? 'entry' : 'entries'}`,
  maxItems: ({ limit }) => `must not have more than ${String(limit)} entries`,
  minimum: ({ limit }, value) => `must be ${String(limit)} or more, not ${shown(value)}`,
  maximum: ({ limit }, value) => `must be ${String(limit)} or less, not ${shown(value)}`,
  pattern: (_params, value) => `must be a quantity such as 500m or 2Gi, not ${shown(value)}`,
  format: (_params, value) => `must be a time such as 2026-11-23T10:00:00Z, not ${shown(value)}`,
};

function problemOf({ instancePath, keyword, params }: RawProblem, object: unknown): Problem {
  const missing = params.missingProperty;
  const pointer = typeof missing === 'string' ? `${instancePath}/${escaped(missing)}` : instancePath;
  return {
    pointer,
    message: PHRASES[keyword]?.(params, valueAt(object, instancePath)) ?? `breaks the rule ${keyword}`,
  };
}

function nounOf(type: string): string {
  const nouns: Readonly<Record<string, string>> = {
    object: 'a map',
    array: 'a list',
    integer: 'a whole number',
    string: 'text',
    boolean: 'true or false',
    'integer,string': 'a whole number or text',
  };
  return nouns[type] ?? `a ${type}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

function valueAt(object: unknown, pointer: string): unknown {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], object);
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** ajv names a wrong type twice where a field has an enum as well: the first word per place is enough. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter((one, index) => problems.findIndex((other) => other.pointer === one.pointer) === index);
}
