/** Comparing a replayed segment with its recording, by the rules of the recordings' README. */
import { isMap, listOf, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import { goText } from '../metacontroller/go-json.ts';
import { masked, withoutManagedFields, type Tokens } from './tokens.ts';
import { identity, parentOf, type CallEntry, type HookEntry } from './trace.ts';
import type { Call } from './observed-api.ts';
import type { HookCall } from './world.ts';

/** A write of either side, in one form. */
interface Write {
  readonly verb: string;
  readonly resource: string;
  readonly object: string;
  readonly body: unknown;
  readonly code: number;
  readonly response: unknown;
  readonly parent: string;
}

/** Knows which parent an object belongs to, from hook requests and owner references seen so far. */
export class Families {
  readonly #parents = new Map<string, string>();
  readonly #byUid = new Map<string, string>();
  readonly #children = new Map<string, string>();

  learn(request: JsonMap): void {
    const parent = mapOf(request['parent'] ?? request['object']);
    const name = parentOf(request);
    this.#parents.set(name, name);
    this.#byUid.set(textOf(mapOf(parent['metadata'])['uid']), name);
    for (const group of Object.values(mapOf(request['children'] ?? request['attachments']))) {
      for (const child of Object.values(mapOf(group))) this.#children.set(identity(mapOf(child)), name);
    }
  }

  parentOf(call: Pick<Call, 'resource' | 'object' | 'body'>, kind: string): string {
    const name = `${kind} ${call.object}`;
    if (this.#parents.has(name)) return name;
    const owners = listOf(mapOf(mapOf(call.body)['metadata'])['ownerReferences']).map(mapOf);
    const controller = owners.find((owner) => owner['controller'] === true);
    const parent = this.#byUid.get(textOf(controller?.['uid'])) ?? this.#children.get(name) ?? '';
    if (parent !== '') this.#children.set(name, parent);
    return parent;
  }
}

export interface Side<CallType, HookType> {
  readonly calls: readonly CallType[];
  readonly hooks: readonly HookType[];
  readonly families: Families;
}

export interface Comparison {
  readonly expected: Side<CallEntry, HookEntry>;
  readonly actual: Side<Call, HookCall>;
  readonly tokens: Tokens;
  /** Loops whose number of rounds is left to chance: writes are compared as a set of shapes. */
  readonly loose: boolean;
  readonly kindOf: (resource: string) => string;
}

/** What differs in the writes of one segment. */
export function writeDifferences(comparison: Comparison): string[] {
  const expected = byParent(writesOf(comparison.expected, comparison));
  const actual = byParent(writesOf(comparison.actual, comparison));
  const parents = new Set([...expected.keys(), ...actual.keys()]);
  return [...parents].flatMap((parent) => {
    const wanted = expected.get(parent) ?? [];
    const made = actual.get(parent) ?? [];
    const found = comparison.loose
      ? shapeDifferences(
          { writes: wanted, tried: tried(comparison.expected.calls) },
          { writes: made, tried: tried(comparison.actual.calls) },
        )
      : sequenceDifference(wanted, made, comparison.tokens);
    return found.map((difference) => `${parent === '' ? 'nobody' : parent}: ${difference}`);
  });
}

function writesOf(side: Side<CallEntry, HookEntry> | Side<Call, HookCall>, comparison: Comparison): Write[] {
  for (const hook of side.hooks) side.families.learn(hook.request);
  return side.calls.flatMap((call) => {
    if (!isEffective(call)) return [];
    const kind = comparison.kindOf(call.resource);
    const { verb, resource, object, body, code, response } = call;
    return [
      {
        verb,
        resource,
        object,
        body,
        code,
        response,
        parent: side.families.parentOf({ resource, object, ...(body ? { body } : {}) }, kind),
      },
    ];
  });
}

/** Changed something or failed; what a stale cache alone can earn (409, 404) counts as neither. */
function isEffective(call: CallEntry | Call): boolean {
  if (call.verb === 'get' || call.code === 409 || call.code === 404) return false;
  if (call.code >= 400) return true;
  if ('unchanged' in call) return call.unchanged !== true;
  if (call.verb !== 'update') return true;
  const stored = mapOf(mapOf(call.response)['metadata'])['resourceVersion'];
  return stored === undefined || stored !== mapOf(mapOf(call.body)['metadata'])['resourceVersion'];
}

function byParent(writes: readonly Write[]): Map<string, Write[]> {
  const map = new Map<string, Write[]>();
  for (const write of writes) map.set(write.parent, [...(map.get(write.parent) ?? []), write]);
  return map;
}

/** Equal refusals are counted once: how often a failing sync is retried is left to chance. */
function settledSequence(writes: readonly Write[]): Write[] {
  const refused = new Set<string>();
  const kept = writes.filter((write) => {
    if (write.code < 400) return true;
    const shape = shapeOf(write);
    return !refused.has(shape) && refused.add(shape);
  });
  // Go's maps have no order: neighbours that do the same to one kind may stand in any.
  const runs: Write[][] = [];
  for (const write of kept) {
    const run = runs.at(-1);
    if (
      run?.[0] &&
      run[0].verb === write.verb &&
      run[0].resource === write.resource &&
      !write.resource.endsWith('/status')
    )
      run.push(write);
    else runs.push([write]);
  }
  return runs.flatMap((run) => (new Set(run.map((one) => one.object)).size === run.length ? run.sort(byObject) : run));
}

function byObject(left: Write, right: Write): number {
  return left.object < right.object ? -1 : 1;
}

function sequenceDifference(expected: readonly Write[], actual: readonly Write[], tokens: Tokens): string[] {
  const wanted = settledSequence(expected);
  const made = settledSequence(actual);
  for (const [index, write] of wanted.entries()) {
    const own = made[index];
    if (!own) return [`missing ${briefly(write)} after ${index} equal writes`];
    const difference = tokens.attempt(() => writeDifference(write, own, tokens));
    if (difference !== undefined) return [`write ${index} (${briefly(write)}): ${difference}`];
  }
  const extra = made[wanted.length];
  return extra ? [`unexpected ${briefly(extra)} after ${wanted.length} equal writes`] : [];
}

function writeDifference(expected: Write, actual: Write, tokens: Tokens): string | undefined {
  for (const field of ['verb', 'resource', 'code', 'object', 'body'] as const) {
    const difference = tokens.difference(expected[field], actual[field], `/${field}`);
    if (difference !== undefined) return difference;
  }
  if (expected.code >= 400)
    return tokens.difference(
      mapOf(expected.response)['reason'],
      mapOf(actual.response)['reason'] || undefined,
      '/response/reason',
    );
  if (expected.verb === 'delete' || !isMap(expected.response)) return undefined;
  return tokens.difference(expected.response, actual.response, '/response');
}

function tried(calls: readonly (CallEntry | Call)[]): ReadonlySet<string> {
  return new Set(calls.map(contentOf));
}

/** Where rounds race with others, every write must be one that the other side at least tried, with the same body. */
function shapeDifferences(expected: Attempts, actual: Attempts): string[] {
  const missing = expected.writes
    .filter((write) => !actual.tried.has(contentOf(write)))
    .map((write) => `missing ${contentOf(write)}`);
  const extra = actual.writes
    .filter((write) => !expected.tried.has(contentOf(write)))
    .map((write) => `unexpected ${contentOf(write)}`);
  return [...new Set([...missing, ...extra])];
}

/**
 * The shape of a write and, of a child, its body without what differs from run to run. What a parent's body holds besides
 * depends on who wrote before.
 */
function contentOf(write: Parameters<typeof shapeOf>[0] & { readonly body?: unknown }): string {
  const isChild = mapOf(mapOf(write.body)['metadata'])['ownerReferences'] !== undefined;
  return isChild ? `${shapeOf(write)} ${maskedBody(write.body)}` : shapeOf(write);
}

function maskedBody(body: unknown): string {
  const plain: unknown = JSON.parse(JSON.stringify(body), (_key, value: unknown) =>
    typeof value === 'string' ? withoutManagedFields(value) : value,
  );
  return masked(goText(plain))
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 't')
    .replace(/("resourceVersion\\*":\\*")\d+/g, '$1rv');
}

interface Attempts {
  readonly writes: readonly Write[];
  readonly tried: ReadonlySet<string>;
}

function shapeOf(write: Pick<Write, 'verb' | 'resource' | 'object' | 'code'>): string {
  // A generated suffix is a token there and five letters here.
  const object = masked(write.object).replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}$/, '-rand');
  const refused = write.code >= 400 && write.code !== 409 && write.code !== 404;
  return `${write.verb} ${write.resource} ${object} ${refused ? write.code : 'accepted'}`;
}

function briefly(write: Write): string {
  return `${write.verb} ${write.resource} ${write.object} ${write.code}`;
}

/** Requests without an effect (refusals of a stale or foreign object, PUTs that change nothing) must be tried on both sides. */
export function attemptDifferences(comparison: Pick<Comparison, 'expected' | 'actual' | 'tokens'>): string[] {
  const wanted = attempts(comparison.expected.calls, comparison.tokens);
  const made = attempts(comparison.actual.calls, comparison.tokens);
  const missing = [...wanted.ineffective]
    .filter((shape) => !made.all.has(shape))
    .map((shape) => `never tried ${shape}`);
  const extra = [...made.ineffective].filter((shape) => !wanted.all.has(shape)).map((shape) => `tried ${shape}`);
  return [...missing, ...extra];
}

function attempts(
  calls: readonly (CallEntry | Call)[],
  tokens: Tokens,
): { readonly ineffective: Set<string>; readonly all: Set<string> } {
  const writes = calls.filter((call) => call.verb !== 'get');
  const shape = (call: CallEntry | Call): string => shapeOf({ ...call, object: tokens.filled(call.object) });
  return {
    ineffective: new Set(writes.filter((call) => !isEffective(call)).map(shape)),
    all: new Set(writes.map(shape)),
  };
}

/** What differs in the settled requests of one segment; `history` holds all our calls so far. */
export function settledDifferences(
  settled: readonly HookEntry[],
  history: readonly HookCall[],
  tokens: Tokens,
): string[] {
  return settled.flatMap((entry) => {
    const parent = parentOf(entry.request);
    const own = history.findLast((call) => call.hook === entry.hook && parentOf(call.request) === parent);
    if (!own) return [`no ${entry.hook} call for ${parent}`];
    const headers = settledHeaders(entry, own);
    const difference = headers ?? tokens.attempt(() => tokens.difference(entry.request, own.request, '/request'));
    return difference === undefined ? [] : [`settled ${entry.hook} of ${parent}: ${difference}`];
  });
}

function settledHeaders(entry: HookEntry, own: HookCall): string | undefined {
  for (const name of ['authorization', 'if-none-match']) {
    if (entry.headers && entry.headers[name] !== own.headers[name]) {
      return `/headers/${name}: expected ${entry.headers[name] ?? 'nothing'}, got ${own.headers[name] ?? 'nothing'}`;
    }
  }
  return undefined;
}
