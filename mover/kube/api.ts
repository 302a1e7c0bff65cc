/** The API server form: plain requests over one connection that is kept. */
import https from 'node:https';
import { isObject, type JsonObject } from '../decode.ts';
import { objectOf, objectsOf, textOf } from './pods.ts';
import type { Kube, Resource } from './kube.ts';
import { isKubeError, KubeError, type KubeErrorReason } from './kube-error.ts';

const REQUEST_TIMEOUT_MS = 30_000;
/** A list is read page by page, so that no answer is large. */
const PAGE = '500';

/** Where the API server is and who asks; asked before each request, since a ServiceAccount's token is renewed. */
export type ApiConnection = () => Promise<{
  readonly server: URL;
  readonly agent: https.Agent;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}>;

/** Kubernetes through its API server. Fails only when the first request does. */
export function apiKube(connection: ApiConnection): Kube {
  return {
    get: async (resource, namespace, name) => {
      try {
        return await request(connection, 'GET', pathOf(resource, namespace, name));
      } catch (thrown) {
        if (isKubeError(thrown) && thrown.reason === 'not-found') return undefined;
        throw thrown;
      }
    },
    list: async (resource, namespace, labels = {}) => {
      const items: JsonObject[] = [];
      let next = '';
      do {
        const query = new URLSearchParams({ labelSelector: selectorOf(labels), limit: PAGE, continue: next });
        const page = await request(connection, 'GET', `${pathOf(resource, namespace)}?${query.toString()}`);
        items.push(...objectsOf(page['items']));
        next = textOf(objectOf(page['metadata'])['continue']) ?? '';
      } while (next !== '');
      return items;
    },
    create: async (resource, namespace, object) => {
      try {
        await request(connection, 'POST', pathOf(resource, namespace), object);
        return 'created';
      } catch (thrown) {
        if (isKubeError(thrown) && thrown.reason === 'conflict') return 'exists';
        throw thrown;
      }
    },
    patchStatus: async (resource, namespace, name, status) => {
      await request(connection, 'PATCH', `${pathOf(resource, namespace, name)}/status`, { status });
    },
    // Kubernetes' client library knows WebSockets; it is loaded when used, since few movers run a command.
    exec: async (order, signal) => (await import('./exec-api.ts')).execInPod(order, signal),
  };
}

function pathOf(resource: Resource, namespace: string, name?: string): string {
  const base = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const rest = ['namespaces', namespace, resource.plural, ...(name === undefined ? [] : [name])];
  return `${base}/${rest.map(encodeURIComponent).join('/')}`;
}

function selectorOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

async function request(connection: ApiConnection, method: string, path: string, body?: object): Promise<JsonObject> {
  const options = await optionsOf(connection, method, path);
  const { status, text } = await exchange(options, body === undefined ? undefined : JSON.stringify(body));
  const answer = parsed(text);
  if (status >= 200 && status < 300 && answer) return answer;
  const message = textOf(answer?.['message']) ?? `HTTP ${status}`;
  throw new KubeError(reasonOf(status, textOf(answer?.['reason'])), `${method} ${path.split('?')[0]}: ${message}`);
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  PATCH: 'application/merge-patch+json',
  POST: 'application/json',
};

async function optionsOf(connection: ApiConnection, method: string, path: string): Promise<https.RequestOptions> {
  const { server, agent, headers } = await connection();
  const contentType = CONTENT_TYPES[method];
  return {
    method,
    agent,
    hostname: server.hostname.replace(/^\[|\]$/g, ''),
    port: server.port || 443,
    path: `${server.pathname.replace(/\/+$/, '')}${path}`,
    timeout: REQUEST_TIMEOUT_MS,
    headers: { ...headers, accept: 'application/json', ...(contentType ? { 'content-type': contentType } : {}) },
  };
}

function exchange(options: https.RequestOptions, body: string | undefined): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(new KubeError('unavailable', error.message, error));
    const sent = https.request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error('the API server did not answer in time')));
    sent.on('error', failed);
    sent.end(body);
  });
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(status: number, reason: string | undefined): KubeErrorReason {
  if (status === 404) return 'not-found';
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 409) return reason === 'AlreadyExists' || reason === 'Conflict' ? 'conflict' : 'unavailable';
  return status === 422 || status === 400 ? 'invalid' : 'unavailable';
}
