/** The socket side: limits that end slow and broken clients, TLS, and a drain that loses no request. */
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import { HookError, type ErrorCode } from './errors.ts';
import { messagesOf } from './messages.ts';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** Signs the certificates of clients that may call hooks. */
  readonly clientCa?: string;
}

export interface ListenOptions {
  readonly tls?: TlsFiles;
  /** A request whose headers and body are not there after this is cut. */
  readonly requestTimeoutMs: number;
  /** A client that says `Expect: 100-continue` is told before it sends more. */
  readonly bodyLimitBytes: number;
  /** How often slow requests are looked for. */
  readonly checkIntervalMs?: number;
}

/** Longer than the 90 s for which Go keeps an idle connection, so that it is never cut under a request. */
const KEEP_ALIVE_MS = 120_000;
const MAX_HEADER_BYTES = 16_384;

/** A server that does not listen yet. Its certificate can be replaced with `setSecureContext`. */
export function createServer(app: Express, options: ListenOptions): Server | TlsServer {
  const settings = {
    ...messagesOf(app),
    headersTimeout: options.requestTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: options.checkIntervalMs ?? 1000,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const server = options.tls
    ? createHttpsServer({ ...settings, ...secureContextOf(options.tls) }, app)
    : createHttpServer(settings, app);
  server.on('checkContinue', (request: IncomingMessage, response) => {
    if (!(Number(request.headers['content-length']) > options.bodyLimitBytes)) response.writeContinue();
    app(request, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuseRaw(error, socket));
  return server;
}

/** What TLS needs of these files. A client without certificate is let in as far as the probes: hooks refuse it. */
export function secureContextOf({ cert, key, clientCa }: TlsFiles): object {
  const clients = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false };
  return { cert, key, minVersion: 'TLSv1.2', ...clients };
}

const RAW_CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HeadersTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'RequestTooSlow',
};

/** There is no request to answer yet, or no more: the refusal is written to the socket and the connection ends. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const refusal = new HookError(RAW_CODES[error.code ?? ''] ?? 'RequestMalformed');
  const body = `${JSON.stringify({ error: refusal.message })}\n`;
  socket.end(
    `HTTP/1.1 ${refusal.status} ${refusal.code}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

/** Stops accepting, answers what is being asked, and cuts what is left after the deadline. */
export function drain(server: Server | TlsServer, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs);
    server.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    server.closeIdleConnections();
  });
}
