/**
 * Recorded questions, damaged: fields gone, of another type, huge, in other alphabets, objects that terminate. Whatever an
 * older version, another tool or a user may have left there, no hook fails on it, drops a child for it, or tells a Secret.
 * FUZZ_RUNS (cases per hook, default 300) and FUZZ_SEED ask for more.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decode } from '../../hooks/http/decode.ts';
import { encode } from '../../hooks/http/encode.ts';
import { HookError } from '../../hooks/http/errors.ts';
import type { HookCall } from '../../sandbox/cluster/virtual-cluster.ts';
import { recordedCalls } from './recorded-calls.ts';

type JsonMap = { [key: string]: unknown };
type Groups = Readonly<Record<string, Readonly<Record<string, ObservedChild>>>>;

interface ObservedChild {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: { readonly holderIdentity?: unknown };
  readonly status?: { readonly phase?: unknown; readonly conditions?: unknown };
}

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_105);
const CANARY = 'canary-c2VjcmV0-of-a-Secret';

const anyValue = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'x', 0, -1, 1.5, 9e15, 1e300, true, false, [], {}, [null], [[]], [{}], { '': '' }),
  fc.constantFrom(
    'ünïcødé-模型',
    '\u0000\u2028',
    '../../etc',
    '__proto__',
    'a'.repeat(5000),
    '2999-01-01T00:00:00Z',
    '${x:=y}',
  ),
  fc.constantFrom<unknown>('Succeeded', 'Failed', 'Running', 'Pending', 'Ready', 'Invalid', 'Never', 7),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Where to damage, as a fraction of all places, and how. */
const anyDamage = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  how: fc.constantFrom('remove', 'replace', 'replace', 'delete-object'),
  value: anyValue,
});

describe('a damaged question', function () {
  this.timeout(0);

  for (const name of hooksUnderTest()) {
    it(`to ${name} is answered, drops no child, and tells no Secret (${RUNS} cases, seed ${SEED})`, () => {
      const calls = recordedCalls().filter(({ row, hook }) => `${row.kind}/${hook}` === name);
      assert.ok(calls.length > 0, 'the stories have such calls');
      const property = fc.property(
        fc.nat({ max: calls.length - 1 }),
        fc.array(anyDamage, { minLength: 1, maxLength: 3 }),
        (index, damages) => {
          const call = calls[index];
          if (call) judge(call, damages);
        },
      );
      // A long run is to find the next fault, not the smallest form of this one: seed and path of the report bring it back.
      fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: RUNS > 5000 });
    });
  }
});

function hooksUnderTest(): readonly string[] {
  const composite = [
    'backupstorage',
    'backupconfiguration',
    'repository',
    'backupsession',
    'snapshot',
    'restoresession',
  ];
  const decorators = ['claims-backupsession', 'claims-repository', 'claims-snapshot'];
  return [
    ...[...composite, ...decorators].flatMap((kind) => [`${kind}/sync`, `${kind}/customize`]),
    ...['repository', 'backupsession', 'snapshot'].map((kind) => `${kind}/finalize`),
  ];
}

type Damage = { readonly at: number; readonly how: string; readonly value: unknown };

/** What the undamaged question came to: read once, as a hundred thousand damages are judged by it. */
interface Expected {
  readonly kept: ReadonlySet<string>;
  readonly finished: ReadonlySet<string>;
}

const expectations = new Map<HookCall, Expected>();

function expectedOf(call: HookCall): Expected {
  const known = expectations.get(call) ?? { kept: desiredOf(call.answer), finished: finishedIn(call) };
  expectations.set(call, known);
  return known;
}

function judge(call: HookCall, damages: readonly Damage[]): void {
  const request = JSON.parse(call.body) as JsonMap;
  for (const damage of damages) inflict(request, damage);
  const related = request['related'];
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', uid: 's' }, data: { password: CANARY } };
  if (isMap(related)) related['Secret.v1'] = { 'demo/keys': secret };
  const answer = answerTo(request, call);
  if (answer === undefined) return;
  assert.ok(!answer.includes(CANARY), 'a Secret is in the answer');
  assert.deepEqual(lostBy(request, answer, call), []);
}

/**
 * As the service answers, but for the bytes of the body, which test/http fuzzes; undefined for a request that it refuses. A
 * hook that fails is our fault.
 */
function answerTo(request: JsonMap, { row, hook, now }: HookCall): string | undefined {
  try {
    const decoded = decode(request, row, hook);
    const decide = row.hooks[decoded.hook] ?? row.hooks.sync;
    const parent = (request['parent'] ?? request['object']) as ObservedChild;
    return encode(decide(decoded.request, now), { row, hook: decoded.hook, namespace: parent.metadata.namespace });
  } catch (thrown) {
    if (thrown instanceof HookError && thrown.status < 500) return undefined;
    throw thrown;
  }
}

/** Observed children that this answer drops though the undamaged question kept them, and no rule lets them go. */
function lostBy(request: JsonMap, answer: string, call: HookCall): readonly string[] {
  if (call.hook === 'customize') return [];
  const { kept: before, finished } = expectedOf(call);
  const answered = JSON.parse(answer) as Answered;
  const kept = new Set((answered.children ?? answered.attachments ?? []).map(nameOf));
  const ended = ['Succeeded', 'Failed', 'Skipped'].includes(answered.status?.phase ?? '');
  return Object.values((request['children'] ?? {}) as Groups)
    .flatMap((group) => Object.values(group))
    .filter((child) => before.has(nameOf(child)) && !kept.has(nameOf(child)))
    .filter((child) => child.metadata.deletionTimestamp === undefined && !(ended && isWork(child)))
    .filter((child) => !isTurnOfEnded(child, request))
    .map(nameOf)
    .filter((name) => !finished.has(name));
}

/** A turn is passed on when its holder has ended: a damage that says so of the holder is believed, as any status is. */
function isTurnOfEnded({ kind, spec }: ObservedChild, request: JsonMap): boolean {
  const holder = kind === 'Lease' ? spec?.holderIdentity : undefined;
  return Object.values((request['children'] ?? {}) as Groups)
    .flatMap((group) => Object.values(group))
    .filter((child) => child.kind === 'BackupSession' && child.metadata.uid === holder)
    .some((child) => ['Succeeded', 'Failed', 'Skipped'].includes(`${child.status?.phase}`));
}

/** Jobs and reports that had ended before the damage: what was known of them may be gone now, and so may they. */
function finishedIn(call: HookCall): ReadonlySet<string> {
  const { children = {} } = JSON.parse(call.body) as { readonly children?: Groups };
  const work = Object.values(children).flatMap((group) => Object.values(group).filter(isWork));
  const ended = work.filter(({ status }) => {
    const conditions = (status?.conditions ?? []) as readonly { readonly type: string }[];
    return (
      conditions.some(({ type }) => ['Complete', 'Failed'].includes(type)) || /^(Succ|Fail)/.test(`${status?.phase}`)
    );
  });
  const names = new Set(ended.map(({ metadata }) => metadata.name));
  return new Set(work.filter(({ metadata }) => names.has(metadata.name)).map(nameOf));
}

/** Jobs, their reports and accounts may go when the status is final; data and its records never. */
function isWork({ kind }: ObservedChild): boolean {
  return ['Job', 'TaskReport', 'ServiceAccount', 'Role', 'RoleBinding'].includes(kind);
}

interface Answered {
  readonly children?: readonly ObservedChild[];
  readonly attachments?: readonly ObservedChild[];
  readonly status?: { readonly phase?: string };
}

function desiredOf(answer: string): ReadonlySet<string> {
  const { children, attachments } = JSON.parse(answer) as Answered;
  return new Set((children ?? attachments ?? []).map(nameOf));
}

function nameOf({ kind, metadata }: ObservedChild): string {
  return `${kind} ${metadata.name}`;
}

/** One change somewhere in an object of the request: in its spec, status, labels or annotations, or its end. */
function inflict(request: JsonMap, { at, how, value }: Damage): void {
  const objects = objectsOf(request);
  const [object] = pick(objects, at);
  if (!object) return;
  const metadata = object['metadata'] as JsonMap;
  if (how === 'delete-object') {
    metadata['deletionTimestamp'] = '2026-01-05T00:00:00Z';
    return;
  }
  const roots = [object['spec'], object['status'], metadata['labels'], metadata['annotations']].filter(isNode);
  const [place] = pick([...topOf(object), ...roots.flatMap((root) => placesIn(root, 0))], (at * 7919) % 1);
  if (!place) return;
  if (how === 'replace') place.holder[place.key] = value;
  else if (Array.isArray(place.holder)) place.holder.splice(Number(place.key), 1);
  else delete place.holder[place.key];
}

type Node = JsonMap & unknown[];
interface Place {
  readonly holder: Node;
  readonly key: string;
}

/** The parent as often as all others together: it is what a user writes. */
function objectsOf(request: JsonMap): readonly JsonMap[] {
  const parent = (request['parent'] ?? request['object']) as JsonMap;
  const groups = ['children', 'attachments', 'related'].flatMap((field) => Object.values(request[field] ?? {}));
  const others = groups.flatMap((group) => Object.values(group as JsonMap).filter(isMap));
  return [...others, ...Array.from({ length: Math.max(1, others.length) }, () => parent)];
}

function topOf(object: JsonMap): readonly Place[] {
  return ['spec', 'status'].filter((key) => key in object).map((key) => ({ holder: object as Node, key }));
}

function placesIn(node: Node, depth: number): readonly Place[] {
  if (depth > 8) return [];
  return Object.entries(node).flatMap(([key, field]): readonly Place[] => [
    { holder: node, key },
    ...(isNode(field) ? placesIn(field, depth + 1) : []),
  ]);
}

function pick<Item>(items: readonly Item[], at: number): readonly [Item?] {
  const item = items[Math.floor(at * items.length)];
  return item === undefined ? [] : [item];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function isMap(value: unknown): value is JsonMap {
  return isNode(value) && !Array.isArray(value);
}
