/** The API server that KUBECONFIG names, as the CRD tests use it. Without one these tests fail: they prove nothing else. */
import { request, type RequestOptions } from 'node:https';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** What the server said: the object as it would store it, or why it refuses. */
export type Answer = { readonly object: KubernetesObject } | { readonly refusal: string };

export interface CrdManifest extends KubernetesObject {
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced' | 'Cluster';
    readonly names: { readonly kind: string; readonly plural: string };
  };
}

export interface ApiServer {
  /** Sends a request; `path` from the root, with its query. Throws only when the server cannot be reached. */
  send(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>;
}

let crds: readonly CrdManifest[] | undefined;

const CRD_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** A client for the cluster of KUBECONFIG. Throws when the variable is missing. */
export async function apiServer(): Promise<ApiServer> {
  const file = process.env.KUBECONFIG;
  if (!file) throw new Error('KUBECONFIG is not set: these tests need a real API server that may be written to');
  const config = new KubeConfig();
  config.loadFromFile(file);
  const url = new URL(config.getCurrentCluster()?.server ?? '');
  const base: RequestOptions = { host: url.hostname, port: url.port };
  await config.applyToHTTPSOptions(base);
  return {
    send: (method, path, body, contentType = 'application/json') =>
      exchange({ ...base, method, path, headers: { ...base.headers, 'content-type': contentType } }, body),
  };
}

/** Every CRD of crds/, as kubectl would apply it. */
export function crdManifests(): readonly CrdManifest[] {
  const folder = join(import.meta.dirname, '../../../crds');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return files.sort().map((name) => parse(readFileSync(join(folder, name), 'utf8')) as CrdManifest);
}

/** Applies all CRDs and waits until the server serves them; gives their stored form. Throws after 30 s. */
export async function applyCrds(server: ApiServer): Promise<readonly KubernetesObject[]> {
  const manifests = crdManifests();
  for (const crd of manifests) {
    const path = `${CRD_PATH}/${crd.metadata.name}?fieldManager=metastash-tests&force=true&fieldValidation=Strict`;
    accepted(await server.send('PATCH', path, crd, 'application/apply-patch+yaml'));
  }
  for (let tries = 0; tries < 150; tries += 1) {
    const stored = await Promise.all(
      manifests.map(async (crd) => accepted(await server.send('GET', `${CRD_PATH}/${crd.metadata.name}`))),
    );
    if (stored.every((crd) => conditionOf(crd, 'Established') === 'True')) return stored;
    await pause(200);
  }
  throw new Error('after 30 s some CRD is still not Established: kubectl get crd shows which');
}

/** Status of a condition of an object read from the server, if it is there. */
export function conditionOf(object: unknown, type: string): string | undefined {
  const { conditions } = (object as { status?: { conditions?: { type: string; status: string }[] } }).status ?? {};
  return conditions?.find((one) => one.type === type)?.status;
}

/** Makes the namespace if it is missing. */
export async function ensureNamespace(server: ApiServer, name: string): Promise<void> {
  const answer = await server.send('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  });
  if ('refusal' in answer && !answer.refusal.includes('already exists')) throw new Error(answer.refusal);
}

/** Where objects of this one's kind live: `/apis/<group>/<version>[/namespaces/<namespace>]/<plural>`. */
export function collectionPath(object: KubernetesObject): string {
  const [group = ''] = object.apiVersion.split('/');
  crds ??= crdManifests();
  const crd = crds.find((one) => one.spec.group === group && one.spec.names.kind === object.kind);
  if (!crd) throw new Error(`${object.apiVersion} ${object.kind} is none of the kinds in crds/`);
  const place = crd.spec.scope === 'Cluster' ? '' : `/namespaces/${object.metadata.namespace ?? 'default'}`;
  return `/apis/${object.apiVersion}${place}/${crd.spec.names.plural}`;
}

/** Server-side dry run of a create, refusing fields that the schema does not know. */
export function dryRun(server: ApiServer, object: KubernetesObject): Promise<Answer> {
  return server.send('POST', `${collectionPath(object)}?dryRun=All&fieldValidation=Strict`, object);
}

/** The object of an answer. Throws the server's words when it refused. */
export function accepted(answer: Answer): KubernetesObject {
  if ('refusal' in answer) throw new Error(answer.refusal);
  return answer.object;
}

function exchange(options: RequestOptions, body: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(answerFrom(response.statusCode ?? 0, Buffer.concat(chunks).toString())));
    });
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function answerFrom(status: number, text: string): Answer {
  const json = JSON.parse(text) as KubernetesObject & { readonly message?: string };
  return status < 300 ? { object: json } : { refusal: json.message ?? text };
}
