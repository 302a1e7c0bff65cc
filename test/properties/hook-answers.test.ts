/** What holds for every answer to every question that whole stories led Metacontroller to ask (recorded-calls.ts). */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { structured, type Schema } from '../../sandbox/api-server/schema.ts';
import { answerOf, type HookCall } from '../../sandbox/cluster/virtual-cluster.ts';
import { manifestsIn, type Manifest } from '../../sandbox/cluster/manifests.ts';
import { frozen } from './hosted-world.ts';
import { recordedCalls } from './recorded-calls.ts';

type Json = Readonly<Record<string, unknown>>;

interface Child {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
}

interface Answer {
  readonly status?: Json;
  readonly children?: readonly Child[];
  readonly attachments?: readonly Child[];
  readonly labels?: Readonly<Record<string, string | null>>;
  readonly resyncAfterSeconds?: number;
}

const ROOT = join(import.meta.dirname, '..', '..');
const TIME = /"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g;
/** What is counted from the end of something that ends in this very sync. */
const FROM_END = /"finishedAt":"now","(duration|nextRetry)":"[^"]*"/g;

describe('every answer to Metacontroller', function () {
  this.timeout(120_000);
  let calls: readonly HookCall[];
  before(() => (calls = recordedCalls()));

  it('was an answer, for every hook of the table', () => {
    assert.deepEqual(
      calls.filter(({ code }) => code !== 200).map(({ row, hook, answer }) => `${row.kind}/${hook}: ${answer}`),
      [],
    );
    const asked = new Set(calls.map(({ row, hook }) => `${row.kind}/${hook}`));
    for (const kind of [
      'backupstorage',
      'backupconfiguration',
      'repository',
      'backupsession',
      'snapshot',
      'restoresession',
    ])
      for (const hook of ['sync', 'customize'])
        assert.ok(asked.has(`${kind}/${hook}`), `${kind}/${hook} was never asked`);
  });

  it('is the same bytes when asked twice, and when the objects come in another order', () => {
    for (const call of calls) {
      const { row, hook, now, body, answer } = call;
      const other = answerOf(reordered(body), row, hook, now).answer;
      // A restated object has its keys in the order in which they were sent: equal to everyone who reads JSON.
      if (other !== answer) assert.deepEqual(unpacked(other), unpacked(answer), `${nameOf(call)}, all reordered`);
      const maps = answerOf(mapsReordered(body), row, hook, now).answer;
      assert.equal(maps, answer, `${nameOf(call)}, objects reordered`);
    }
  });

  it('leaves the request as it was, and holds nothing that JSON cannot', () => {
    for (const call of calls) {
      const { row, hook, now, body } = call;
      const request = frozen(JSON.parse(body));
      const decide = row.hooks[finalizing(call) ? (row.hooks.finalize ? 'finalize' : hook) : hook] ?? row.hooks.sync;
      const answer = decide(request as never, now);
      assert.equal(JSON.stringify(request), body, nameOf(call));
      assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer, nameOf(call));
    }
  });

  it('is the same a second later, if no decision falls into that second', () => {
    for (const call of calls) {
      const { row, hook, now, body, answer } = call;
      const delay = answerFrom(answer).resyncAfterSeconds;
      if (delay !== undefined && delay < 2) continue;
      const later = answerOf(body, row, hook, now + 1000).answer;
      if (later === answer) continue;
      const [first, second] = [answerFrom(answer), answerFrom(later)];
      assert.deepEqual(second.children, first.children, nameOf(call));
      // What changes in this very sync is stamped with its time, and nothing else may know what time it is.
      const masked = [first, second].map(({ status }) =>
        JSON.stringify(status)
          .replaceAll(TIME, (at) => mask(at, now))
          .replaceAll(FROM_END, '"finishedAt":"now"'),
      );
      assert.equal(masked[1], masked[0], nameOf(call));
    }
  });

  it('desires only children that the API server and Metacontroller take as they are', () => {
    const declared = declaredChildren();
    for (const call of calls) {
      const { children, attachments = [] } = answerFrom(call.answer);
      for (const child of children ?? attachments) {
        const fault = faultOf(child, declared.get(call.row.kind) ?? []);
        assert.equal(fault, undefined, `${nameOf(call)}: ${child.kind} ${child.metadata.name} ${fault}`);
      }
    }
  });

  it('has a status that the CRD keeps as it is', () => {
    const schemas = statusSchemas();
    for (const call of calls) {
      const { status } = answerFrom(call.answer);
      if (status === undefined) continue;
      const schema = schemas.get(call.row.parent.kind);
      assert.ok(schema, `a status schema of ${call.row.parent.kind}`);
      if (!isDeepStrictEqual(structured(schema, status), status))
        assert.deepEqual(structured(schema, status), status, nameOf(call));
    }
  });

  it('says in words how it stands: a phase, and a condition with a message and what to do where something is wrong', () => {
    for (const call of calls) {
      const { status } = answerFrom(call.answer);
      if (status === undefined || finalizing(call)) continue;
      const conditions = (status['conditions'] ?? []) as readonly { type: string; status: string; message?: string }[];
      const ready = conditions.find(({ type }) => type === 'Ready');
      assert.ok(typeof status['phase'] === 'string' && status['phase'] !== '', `${nameOf(call)} has no phase`);
      assert.ok(ready && (ready.message ?? '') !== '', `${nameOf(call)} has no Ready condition with words`);
    }
  });
});

function nameOf({ row, hook, now, body }: HookCall): string {
  const request = JSON.parse(body) as { parent?: Child; object?: Child };
  const { metadata } = request.parent ?? request.object ?? {};
  return `${row.kind}/${hook} of ${metadata?.namespace}/${metadata?.name} at ${new Date(now).toISOString()}`;
}

function answerFrom(answer: string): Answer {
  return JSON.parse(answer) as Answer;
}

function finalizing({ body }: HookCall): boolean {
  return (JSON.parse(body) as { finalizing?: boolean }).finalizing === true;
}

/** The same request with its groups, and the objects of each, the other way round. */
function mapsReordered(body: string): string {
  const request = JSON.parse(body) as Json;
  const fields = Object.entries(request).map(([key, field]) => {
    if (!['children', 'attachments', 'related'].includes(key)) return [key, field];
    const groups = Object.entries(field as Record<string, Json>).map(([group, objects]) => [group, reversed(objects)]);
    return [key, Object.fromEntries(groups.reverse())];
  });
  return JSON.stringify(Object.fromEntries(fields));
}

/** The same JSON with the keys of every map the other way round. */
function reordered(body: string): string {
  return JSON.stringify(JSON.parse(body, (_key, value: unknown) => (isPlainMap(value) ? reversed(value) : value)));
}

/** The JSON with the task documents in it read as well. */
function unpacked(answer: string): unknown {
  return JSON.parse(answer, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith('{') ? (JSON.parse(value) as unknown) : value,
  );
}

function isPlainMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reversed(map: Json): Json {
  return Object.fromEntries(Object.entries(map).reverse());
}

function mask(quoted: string, now: number): string {
  const at = Date.parse(JSON.parse(quoted) as string);
  return at >= now - (now % 1000) && at <= now + 1000 ? '"now"' : quoted;
}

/** `Kind.group/version` of the children that each controller's manifest declares, in whose place the CRDs and built-ins stand. */
function declaredChildren(): ReadonlyMap<string, readonly string[]> {
  const manifests = manifestsIn(join(ROOT, 'metacontroller'));
  return new Map(manifests.map((manifest) => [manifest.metadata.name, childrenOf(manifest)]));
}

function childrenOf({ spec }: Manifest): readonly string[] {
  const { childResources = [], attachments = [] } = spec as Record<string, { apiVersion: string; resource: string }[]>;
  return [...childResources, ...attachments].map(({ apiVersion, resource }) => `${resource}.${apiVersion}`);
}

/** Lower-case plural of our children's kinds, by Kubernetes' usual rule. */
function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  return lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_KEY = /^([a-z0-9][-a-z0-9.]{0,252}\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(|[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)$/;
const NAME_LIMITS: Readonly<Record<string, number>> = { Job: 63, CronJob: 52 };
const MAX_BYTES = 200 * 1024;

function faultOf(child: Child, declared: readonly string[]): string | undefined {
  const { apiVersion, kind, metadata } = child;
  const text = JSON.stringify(child);
  if (!declared.includes(`${pluralOf(kind)}.${apiVersion}`)) return 'is not declared in metacontroller/';
  if (metadata.name.length > (NAME_LIMITS[kind] ?? 253)) return 'has too long a name';
  if (!SUBDOMAIN.test(metadata.name)) return 'has a name that the API server refuses';
  if (/:null[,}]|[[,]null[,\]]/.test(text)) return 'holds a null';
  if (Buffer.byteLength(text) > MAX_BYTES) return 'is too large';
  const labels = Object.entries(metadata.labels ?? {});
  const wrong = labels.find(([key, value]) => !LABEL_KEY.test(key) || !LABEL_VALUE.test(value));
  return wrong && `has the label ${wrong.join('=')}`;
}

/** The status schema of every kind of ours; Metacontroller adds observedGeneration to it. */
function statusSchemas(): ReadonlyMap<string, Schema> {
  type Definition = {
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
  return new Map(
    manifestsIn(join(ROOT, 'crds')).map(({ spec }) => {
      const { names, versions } = spec as Definition;
      return [names.kind, versions[0]?.schema.openAPIV3Schema.properties?.['status'] ?? {}];
    }),
  );
}
