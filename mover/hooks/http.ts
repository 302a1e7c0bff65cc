/** The HTTP request of a hook: status 200 to 399 is success, redirects are an answer and not followed. */
import http from 'node:http';
import https from 'node:https';
import type { HookAction } from '../../hooks/domain/task.ts';
import { Fault } from '../faults.ts';

type Request = Extract<HookAction, { kind: 'http' }>;

/** Sends it to this address; the fault says how it was answered, never what was sent. */
export async function sendRequest(request: Request, host: string, port: number, signal: AbortSignal): Promise<void> {
  const shown = `${request.method} ${request.scheme}://${host}:${port}`;
  const status = await statusOf(request, { host, port, signal }).catch((thrown: unknown) => {
    throw signal.aborted
      ? signal.reason
      : new Fault('HookRequestFailed', `${shown} was not answered: ${wordsOf(thrown)}`, thrown);
  });
  if (status >= 200 && status < 400) return;
  throw new Fault('HookRequestFailed', `${shown} was answered with status ${status}; 200 to 399 is success`);
}

/** Opens a TCP connection and closes it. */
export async function openConnection(host: string, port: number, signal: AbortSignal): Promise<void> {
  const { connect } = await import('node:net');
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port, signal }, () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
  }).catch((thrown: unknown) => {
    if (signal.aborted) throw signal.reason;
    throw new Fault('HookRequestFailed', `No connection to ${host}:${port}: ${wordsOf(thrown)}`, thrown);
  });
}

function statusOf(
  { scheme, method, path, headers, body }: Request,
  { host, port, signal }: { readonly host: string; readonly port: number; readonly signal: AbortSignal },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const options: http.RequestOptions = {
      method,
      host,
      port,
      path,
      headers: headersOf(headers, body),
      signal,
      agent: false,
    };
    const sent = (scheme === 'https' ? https : http).request(options, (response) => {
      response.on('error', reject);
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function headersOf(headers: Request['headers'], body: string | undefined): Record<string, string | number> {
  const given = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  return body === undefined ? given : { ...given, 'Content-Length': Buffer.byteLength(body) };
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return wordsOf(thrown.errors[0]);
  return thrown instanceof Error ? thrown.message : String(thrown);
}
