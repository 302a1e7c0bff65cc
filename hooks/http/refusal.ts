/** How a refusal is answered and logged: `{error, requestId}`, one sentence, no stack, nothing from the request. */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HookError } from './errors.ts';
import type { Log, LogFields } from './log.ts';

const RETRY_AFTER_SECONDS = '1';
const ID = /^[\w.-]{1,64}$/;
const MAX_REASON_LENGTH = 300;

/** Any error as one of the catalogue: what nobody expected is our bug. */
export function hookErrorOf(error: unknown): HookError {
  return error instanceof HookError ? error : new HookError('HookFailed', undefined, { cause: error });
}

/**
 * The client's own X-Request-Id. Else a digest of the request where its body was read: Metacontroller makes an event of every
 * refusal, and equal texts are one event with a count. Else one that no other request has, since nothing tells such requests apart.
 */
export function requestIdOf(request: IncomingMessage, body: Buffer | undefined): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && ID.test(given)) return given;
  if (!body) return randomUUID();
  return createHash('sha256').update(`${request.method} ${request.url}\n`).update(body).digest('hex').slice(0, 16);
}

/** Sends the refusal, unless the client is gone or an answer has begun. */
export function sendRefusal(response: ServerResponse, error: HookError, requestId: string): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(`${JSON.stringify({ error: error.message, requestId })}\n`);
  response.writeHead(error.status, {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    ...(error.code === 'MethodNotAllowed' ? { Allow: 'POST' } : {}),
    ...(error.code === 'Busy' ? { 'Retry-After': RETRY_AFTER_SECONDS } : {}),
    ...(error.code === 'TokenMissing' ? { 'WWW-Authenticate': 'Bearer' } : {}),
  });
  response.end(body);
}

/** Logs it: our bugs as errors with their stack, refusals as warnings, overload only for who looks at every request. */
export function logRefusal(log: Log, error: HookError, fields: LogFields, hasSecrets: boolean): void {
  const all = { ...fields, code: error.code, where: error.where };
  if (error.status === 500) log.error({ ...all, ...causeOf(error, hasSecrets) }, 'hook failed');
  else if (error.code === 'Busy') log.debug(all, 'request refused');
  else log.warn(all, 'request refused');
}

/** A message may quote what was being worked on, so beside a Secret only the name of the error and its stack are logged. */
function causeOf({ cause }: HookError, hasSecrets: boolean): LogFields {
  if (!(cause instanceof Error)) return {};
  const frames = cause.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const reason = hasSecrets ? cause.name : `${cause.name}: ${cause.message}`.slice(0, MAX_REASON_LENGTH);
  return { reason, stack: frames.join('\n') };
}
