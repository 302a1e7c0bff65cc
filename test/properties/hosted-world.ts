/**
 * Hooks under the sandbox's Metacontroller and API server on a virtual clock: what they answer is stored, defaulted, pruned
 * and shown to them again, as a cluster would. Everything else that lives in a cluster is played by the test.
 */
import { fileURLToPath } from 'node:url';
import { ROUTES } from '../../hooks/routes.ts';
import type { HookName, HookRequest } from '../../hooks/http/row.ts';
import type { ApiServer, StoredObject } from '../../sandbox/api-server/api.ts';
import { createApiServer, type SandboxApiServer } from '../../sandbox/api-server/server.ts';
import { textOf } from '../../sandbox/api-server/values.ts';
import { virtualClock } from '../../sandbox/clocks/virtual.ts';
import { apply, manifestsIn, type Manifest } from '../../sandbox/cluster/manifests.ts';
import { startDefinitionController } from '../../sandbox/controllers/crd.ts';
import { startGarbageCollector } from '../../sandbox/controllers/garbage-collector.ts';
import type { HookCaller } from '../../sandbox/metacontroller/hook-caller.ts';
import { createHost } from '../../sandbox/metacontroller/host.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const START = Date.parse('2026-01-05T00:00:00Z');

export interface HostedWorld {
  readonly api: SandboxApiServer;
  /** Lets this much time pass. */
  run(seconds: number): void;
  apply(manifest: object): StoredObject;
  /** The object, which must be there. */
  get(apiVersion: string, kind: string, name: string, namespace?: string): StoredObject;
  list(apiVersion: string, kind: string): readonly StoredObject[];
  setStatus(object: StoredObject, status: object): void;
  /** Writes of Metacontroller since the start: `verb Kind name`, also those that change nothing. */
  readonly writes: string[];
  /** SyncError messages. */
  readonly errors: string[];
  stop(): void;
}

/** A world with our CRDs and catalogue in which only the controllers of these kinds run. */
export function hostedWorld(kinds: readonly string[]): HostedWorld {
  const clock = virtualClock(START);
  const api = createApiServer(clock);
  const stops = [startDefinitionController(api, clock), startGarbageCollector(api, clock)];
  for (const name of ['kube-system', 'demo', 'other']) {
    api.create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    });
  }
  for (const folder of ['crds', 'catalog'])
    for (const manifest of manifestsIn(`${ROOT}${folder}`)) apply(api, manifest);
  const writes: string[] = [];
  const errors: string[] = [];
  const host = createHost(recording(api, writes), clock, {
    hook: calling(clock),
    resolve: (webhook) => textOf(webhook['path']),
    onEvent: (event) => {
      if (event.type === 'Warning') errors.push(event.message);
    },
  });
  for (const manifest of manifestsIn(`${ROOT}metacontroller`))
    if (kinds.includes(manifest.metadata.name)) apply(api, manifest);
  return {
    api,
    run: (seconds) => clock.runUntil(clock.now() + seconds * 1000),
    apply: (manifest) => apply(api, manifest as Manifest),
    get: (apiVersion, kind, name, namespace = 'demo') => {
      const found = api.get({ apiVersion, kind, name, namespace });
      if (found === undefined) throw new Error(`${kind} ${name} is not there`);
      return found;
    },
    list: (apiVersion, kind) => api.list(apiVersion, kind),
    setStatus: ({ apiVersion, kind, metadata: { name, namespace } }, status) => {
      api.patch({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }, { status }, 'status');
    },
    writes,
    errors,
    stop: () => {
      host.stop();
      for (const stop of stops) stop();
    },
  };
}

/** The route table without HTTP; both ways through JSON, and a request that a hook changes makes it throw. */
function calling(clock: { now(): number }): HookCaller {
  return (url, body) => {
    const [, , kind = '', hook = ''] = url.split('/');
    const row = ROUTES.find((one) => one.kind === kind)?.hooks[hook as HookName];
    if (row === undefined) throw new Error(`no route ${url}`);
    const request = frozen(JSON.parse(JSON.stringify(body))) as HookRequest;
    return { code: 200, headers: {}, body: JSON.stringify(row(request, clock.now())) };
  };
}

/** Deeply frozen, so that a hook which edits what it was given throws. */
export function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const field of Object.values(value)) frozen(field);
  return Object.freeze(value);
}

/** Events of the host are left out: they tell, they change nothing. */
function recording(api: ApiServer, writes: string[]): ApiServer {
  const noted = <Answer>(verb: string, object: object, write: () => Answer): Answer => {
    const { kind, metadata } = object as { kind: string; metadata: { name: string } };
    if (kind !== 'Event') writes.push(`${verb} ${kind} ${metadata.name}`);
    return write();
  };
  return {
    resource: (apiVersion, kind) => api.resource(apiVersion, kind),
    resources: () => api.resources(),
    get: (key) => api.get(key),
    list: (apiVersion, kind, namespace) => api.list(apiVersion, kind, namespace),
    watch: (apiVersion, kind, listener) => api.watch(apiVersion, kind, listener),
    create: (object) => noted('create', object, () => api.create(object)),
    update: (object) => noted('update', object, () => api.update(object)),
    updateStatus: (object) => noted('status', object, () => api.updateStatus(object)),
    patch: (key, patch, subresource) =>
      noted('patch', { kind: key.kind, metadata: key }, () => api.patch(key, patch, subresource)),
    delete: (key, options) => noted('delete', { kind: key.kind, metadata: key }, () => api.delete(key, options)),
  };
}
