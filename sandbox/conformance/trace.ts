/** Recordings of the real Metacontroller: their shape and how they are read. */
import { readFileSync } from 'node:fs';
import { isMap, mapOf, textOf, type JsonMap } from '../api-server/values.ts';

export interface Step extends JsonMap {
  readonly type: 'step';
  readonly op: string;
  readonly during?: string;
  readonly code?: number;
}

export interface HookEntry extends JsonMap {
  readonly type: 'hook';
  readonly hook: string;
  readonly request: JsonMap;
  readonly response: JsonMap;
  readonly headers?: Readonly<Record<string, string>>;
  readonly settled?: boolean;
}

export interface CallEntry extends JsonMap {
  readonly type: 'call';
  readonly verb: string;
  readonly resource: string;
  readonly object: string;
  readonly body?: JsonMap;
  readonly code: number;
  readonly response?: unknown;
}

export interface OtherEntry extends JsonMap {
  readonly type: 'other';
  readonly actor: string;
  readonly verb: string;
  readonly resource: string;
  readonly object: string;
  readonly code: number;
  readonly response?: unknown;
  readonly body?: JsonMap;
}

export type Entry = Step | HookEntry | CallEntry | OtherEntry;

export interface RecordedEvent {
  readonly type: string;
  readonly reason: string;
  readonly object: string;
  readonly message: string;
}

export interface Trace {
  readonly id: string;
  readonly title: string;
  readonly flags: readonly string[];
  readonly match?: string;
  readonly timeline: readonly Entry[];
  readonly events: readonly RecordedEvent[];
  readonly final: readonly string[];
  readonly objects: Readonly<Record<string, JsonMap>>;
  readonly hostExit?: number | null;
}

/** Steps of one stretch of the timeline, and everything that happened until the next user action after a wait. */
export interface Segment {
  readonly steps: readonly Step[];
  readonly hooks: readonly HookEntry[];
  readonly calls: readonly CallEntry[];
  readonly others: readonly OtherEntry[];
}

const WAITS = new Set(['quiet', 'until', 'sleep']);

/** Reads one recording; object references are replaced by the objects. Throws where the file is no recording. */
export function readTrace(path: string): Trace {
  const trace: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isMap(trace) || !Array.isArray(trace['timeline']) || typeof trace['id'] !== 'string') {
    throw new Error(`${path} is not a recording: expected "id" and "timeline"`);
  }
  const objects = mapOf(trace['objects']);
  return { ...trace, timeline: resolved(trace['timeline'], objects) } as unknown as Trace;
}

/** References as `@Kind.apiVersion ns/name rv-N` become the objects they stand for. */
function resolved(value: unknown, objects: JsonMap): unknown {
  if (typeof value === 'string') return value.startsWith('@') ? (objects[value] ?? value) : value;
  if (Array.isArray(value)) return value.map((item) => resolved(item, objects));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, objects)]));
}

/** The timeline in segments: each begins with user actions and ends with the waits after them. */
export function segmentsOf(trace: Trace): readonly Segment[] {
  const segments: { steps: Step[]; hooks: HookEntry[]; calls: CallEntry[]; others: OtherEntry[] }[] = [];
  let waited = true;
  for (const entry of trace.timeline) {
    if (entry.type === 'step' && entry.during === undefined) {
      const waits = WAITS.has(entry.op);
      if (waited && !waits) segments.push({ steps: [], hooks: [], calls: [], others: [] });
      waited = waits;
    }
    const segment = segments.at(-1);
    if (!segment) continue;
    if (entry.type === 'step') {
      if (entry.during === undefined) segment.steps.push(entry);
    } else if (entry.type === 'hook') segment.hooks.push(entry);
    else if (entry.type === 'call') segment.calls.push(entry);
    else segment.others.push(entry);
  }
  return segments;
}

/** `Kind ns/name` of the parent of a hook request. */
export function parentOf(request: JsonMap): string {
  return identity(mapOf(request['parent'] ?? request['object']));
}

/** `Kind ns/name`. */
export function identity(object: JsonMap): string {
  const metadata = mapOf(object['metadata']);
  const namespace = textOf(metadata['namespace']);
  return `${textOf(object['kind'])} ${namespace === '' ? '' : `${namespace}/`}${textOf(metadata['name'])}`;
}
