/** One hook's endpoint: a POST from its first byte to its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Instant } from '../kube/metacontroller.ts';
import { admit, type Admission } from './auth.ts';
import { checkHeaders, readBody } from './body.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { HookError } from './errors.ts';
import type { Gate, Place } from './gate.ts';
import { frozenJson } from './json.ts';
import type { Log, LogFields } from './log.ts';
import { isMap } from './map.ts';
import type { HookMetrics } from './metrics.ts';
import { nowOf } from './now.ts';
import { hookErrorOf, logRefusal, requestIdOf, sendRefusal } from './refusal.ts';
import type { HookAnswer, HookFunction, HookName, HookRequest, HookRow } from './row.ts';

export interface Service {
  readonly clock: () => Instant;
  readonly log: Log;
  readonly gate: Gate;
  readonly admission: Admission;
  readonly bodyLimitBytes: number;
  /** Whether `?now=` is taken. */
  readonly dev: boolean;
  /** Whether the server is going away, so that clients should not keep their connection. */
  readonly draining: () => boolean;
}

export interface Endpoint {
  readonly row: HookRow;
  readonly hook: HookName;
  readonly metrics: HookMetrics;
}

/** The answer to one decoded body: pure but for the freezing, which costs nothing that anyone can see. */
export function answerText(
  body: Buffer,
  { row, hook }: Pick<Endpoint, 'row' | 'hook'>,
  now: Instant,
  notes: string[],
): string {
  const decoded = decode(frozenJson(body), row, hook);
  notes.push(...decoded.notes);
  const decide = row.hooks[decoded.hook] ?? row.hooks.sync;
  return encode(decided(decide, decoded.request, now), {
    row,
    hook: decoded.hook,
    namespace: parentOf(decoded.request).metadata.namespace,
  });
}

function decided(decide: HookFunction, request: HookRequest, now: Instant): HookAnswer {
  try {
    return decide(request, now);
  } catch (cause) {
    throw new HookError('HookFailed', undefined, { cause });
  }
}

function parentOf(request: HookRequest): { readonly metadata: { readonly namespace?: string } } {
  return 'object' in request ? request.object : request.parent;
}

/** Serves one request to the end; never throws, and gives its place back when the connection is done with it. */
export async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  endpoint: Endpoint,
  service: Service,
): Promise<void> {
  let body: Buffer | undefined;
  try {
    const now = admitted(request, service);
    const place = service.gate.enter();
    response.on('close', place.release);
    body = await bodyOf(request, service, place);
    const started = performance.now();
    const notes: string[] = [];
    const text = answerText(body, endpoint, now, notes);
    if (service.draining()) response.setHeader('Connection', 'close');
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
    response.end(text);
    const seconds = (performance.now() - started) / 1000;
    endpoint.metrics.answered(seconds, body.length);
    if (notes.length > 0 || service.log.isDebug) logAnswer(service.log, endpoint, { body, notes, seconds });
  } catch (error) {
    refuse(request, response, { endpoint, service, body, error: hookErrorOf(error) });
  }
}

function admitted(request: IncomingMessage, service: Service): Instant {
  if (request.method !== 'POST') throw new HookError('MethodNotAllowed');
  admit(request, service.admission);
  return nowOf(request.url ?? '', service.clock, service.dev);
}

async function bodyOf(request: IncomingMessage, { bodyLimitBytes }: Service, place: Place): Promise<Buffer> {
  checkHeaders(request, bodyLimitBytes);
  return readBody(request, bodyLimitBytes, place);
}

function logAnswer(
  log: Log,
  endpoint: Endpoint,
  answer: { readonly body: Buffer; readonly notes: readonly string[]; readonly seconds: number },
): void {
  const fields = { ...subjectOf(answer.body, endpoint), seconds: answer.seconds };
  if (answer.notes.length > 0) log.warn({ ...fields, where: answer.notes.slice(0, 10) }, 'request is odd');
  log.debug(fields, 'answered');
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: {
    readonly endpoint: Endpoint;
    readonly service: Service;
    readonly body: Buffer | undefined;
    readonly error: HookError;
  },
): void {
  const { endpoint, service, body, error } = refusal;
  const requestId = requestIdOf(request, body);
  sendRefusal(response, error, requestId);
  endpoint.metrics.refused(error.code);
  const hasSecrets = body === undefined || body.includes('"Secret"');
  logRefusal(service.log, error, { ...subjectOf(body, endpoint), requestId }, hasSecrets);
}

/** Who the request was about, read again from its body: only for the log, so that the usual path carries no names along. */
function subjectOf(body: Buffer | undefined, { row, hook }: Endpoint): LogFields {
  const fields = { kind: row.kind, hook };
  try {
    const request: unknown = JSON.parse(body?.toString('utf8') ?? '');
    const parent: unknown = isMap(request) ? (request['parent'] ?? request['object']) : undefined;
    const metadata: unknown = isMap(parent) ? parent['metadata'] : undefined;
    if (!isMap(metadata)) return fields;
    return { ...fields, namespace: nameOf(metadata['namespace']), name: nameOf(metadata['name']) };
  } catch {
    return fields;
  }
}

function nameOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 253) : '';
}
