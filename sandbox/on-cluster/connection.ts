/** Requests to a real API server over few connections that are kept, and its watches. */
import https from 'node:https';
import { createInterface } from 'node:readline';
import { KubeConfig } from '@kubernetes/client-node';
import { ApiError } from '../api-server/api.ts';
import { isMap, textOf, type JsonMap } from '../api-server/values.ts';

const REQUEST_TIMEOUT_MS = 30_000;
const SOCKETS = 32;

export interface Connection {
  /** The answer as JSON. Throws ApiError with the server's own code, reason and words; code 0 where it was not reached. */
  request(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<JsonMap>;
  /** Calls back for each event until the server ends the watch or `stop` is called; then `ended`, once. */
  watch(path: string, onEvent: (event: JsonMap) => void, ended: () => void): () => void;
}

/** The API server of a kubeconfig file's current context. */
export async function connectionOf(kubeconfig: string): Promise<Connection> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const server = config.getCurrentCluster()?.server;
  if (!server) throw new Error(`${kubeconfig} names no API server`);
  const options: https.RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, rejectUnauthorized = true } = options;
  const agent = new https.Agent({ keepAlive: true, maxSockets: SOCKETS, ca, cert, key, rejectUnauthorized });
  // Watches last; they must not take a request's place.
  const watchAgent = new https.Agent({ keepAlive: true, ca, cert, key, rejectUnauthorized });
  const url = (path: string): URL => new URL(`${server.replace(/\/+$/, '')}${path}`);
  const headers = { accept: 'application/json', ...plainHeaders(options.headers) };
  return {
    request: (method, path, body) => exchange(url(path), { method, agent, headers }, body),
    watch: (path, onEvent, ended) => {
      const sent = https.get(url(path), { agent: watchAgent, headers }, (response) => {
        const lines = createInterface({ input: response, crlfDelay: Infinity });
        lines.on('line', (line) => {
          const event = parsed(line);
          if (event) onEvent(event);
        });
        // A broken connection ends the watch like any other end; readline repeats the stream's error.
        response.on('error', once);
        lines.on('error', once);
        lines.on('close', once);
      });
      let over = false;
      function once(): void {
        if (over) return;
        over = true;
        ended();
      }
      sent.on('error', once);
      return () => {
        over = true;
        sent.destroy();
      };
    },
  };
}

function plainHeaders(headers: https.RequestOptions['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));
}

const CONTENT_TYPES: Readonly<Record<string, string>> = { PATCH: 'application/merge-patch+json' };

function exchange(url: URL, options: https.RequestOptions, body: object | undefined): Promise<JsonMap> {
  const type = CONTENT_TYPES[options.method ?? ''] ?? 'application/json';
  const text = body === undefined ? undefined : JSON.stringify(body);
  // Said explicitly: Node sends the body of a DELETE without its length, and the server takes it for the next request.
  const about = text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) };
  const headers = { ...(options.headers as Readonly<Record<string, string>>), ...about };
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(new ApiError(0, 'Unreachable', error.message));
    const sent = https.request(url, { ...options, headers, timeout: REQUEST_TIMEOUT_MS } as https.RequestOptions);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () => {
        const answer = parsed(Buffer.concat(chunks).toString('utf8'));
        const code = response.statusCode ?? 0;
        if (code >= 200 && code < 300 && answer) return resolve(answer);
        const message = textOf(answer?.['message']) || `HTTP ${code}`;
        reject(new ApiError(code, textOf(answer?.['reason']) || 'Unknown', message));
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('the API server did not answer in time')));
    sent.on('error', failed);
    sent.end(text);
  });
}

function parsed(text: string): JsonMap | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
