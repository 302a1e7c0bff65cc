/** Real sockets, for what an injected request cannot show: broken framing, slow clients, many connections. */
import type { Express } from 'express';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer, type ListenOptions } from '../../hooks/http/listen.ts';

export interface Served {
  readonly port: number;
  /** Sends bytes on a new connection and gives all that comes back until the server closes it. */
  readonly exchange: (bytes: string) => Promise<string>;
  readonly connection: () => Promise<Socket>;
}

/** Runs `test` against the app on a free port, and closes every connection after it. */
export async function served(
  app: Express,
  options: Partial<ListenOptions>,
  test: (server: Served) => Promise<void>,
): Promise<void> {
  const server = createServer(app, { requestTimeoutMs: 10_000, bodyLimitBytes: 1 << 20, ...options });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => resolve(socket));
      socket.once('error', reject);
    });
  const exchange = async (bytes: string): Promise<string> => {
    const socket = await connection();
    socket.write(bytes);
    return everythingFrom(socket);
  };
  try {
    await test({ port, exchange, connection });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  }
}

/** All bytes until the other side closes. */
export function everythingFrom(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}

/** Bytes until they match. */
export function until(socket: Socket, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (pattern.test(text)) resolve(text);
    });
    socket.on('close', () => reject(new Error(`closed before ${String(pattern)} came; so far: ${text}`)));
  });
}

/** A POST as bytes; `headers` replace or (undefined) remove the usual ones. */
export function post(path: string, body: string, headers: Record<string, string | undefined> = {}): string {
  const all: Record<string, string | undefined> = {
    Host: 'hooks',
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
