/** The API server form: in-cluster ServiceAccount or KUBECONFIG, plain requests over one connection. */
import { KubeConfig } from '@kubernetes/client-node';
import https from 'node:https';
import { isObject, type JsonObject } from '../decode.ts';
import { objectOf, objectsOf, textOf } from './pods.ts';
import type { Kube, Resource } from './kube.ts';
import { isKubeError, KubeError, type KubeErrorReason } from './kube-error.ts';

const REQUEST_TIMEOUT_MS = 30_000;
/** A list is read page by page, so that no answer is large. */
const PAGE = '500';

/** Kubernetes as the default context names it. Fails only when the first request does. */
export function apiKube(): Kube {
  const config = new KubeConfig();
  config.loadFromDefault();
  return {
    get: async (resource, namespace, name) => {
      try {
        return await request(config, 'GET', pathOf(resource, namespace, name));
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
        const page = await request(config, 'GET', `${pathOf(resource, namespace)}?${query.toString()}`);
        items.push(...objectsOf(page['items']));
        next = textOf(objectOf(page['metadata'])['continue']) ?? '';
      } while (next !== '');
      return items;
    },
    create: async (resource, namespace, object) => {
      try {
        await request(config, 'POST', pathOf(resource, namespace), object);
        return 'created';
      } catch (thrown) {
        if (isKubeError(thrown) && thrown.reason === 'conflict') return 'exists';
        throw thrown;
      }
    },
    patchStatus: async (resource, namespace, name, status) => {
      await request(config, 'PATCH', `${pathOf(resource, namespace, name)}/status`, { status });
    },
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

async function request(config: KubeConfig, method: string, path: string, body?: object): Promise<JsonObject> {
  const options = optionsOf(config, method, path);
  await config.applyToHTTPSOptions(options);
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

function optionsOf(config: KubeConfig, method: string, path: string): https.RequestOptions {
  const server = config.getCurrentCluster()?.server;
  if (!server) throw new KubeError('unavailable', 'neither a ServiceAccount nor a KUBECONFIG names an API server');
  const url = new URL(server);
  const contentType = CONTENT_TYPES[method];
  return {
    method,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || 443,
    path: `${url.pathname.replace(/\/+$/, '')}${path}`,
    timeout: REQUEST_TIMEOUT_MS,
    headers: { accept: 'application/json', ...(contentType ? { 'content-type': contentType } : {}) },
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
