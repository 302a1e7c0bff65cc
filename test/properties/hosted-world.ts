/**
 * Hooks under the sandbox's Metacontroller and API server on a virtual clock: what they answer is stored, defaulted, pruned
 * and shown to them again, as a cluster would. Everything else that lives in a cluster is played by the test.
 */
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { createApiServer, type SandboxApiServer } from '../../sandbox/api-server/server.ts';
import { textOf } from '../../sandbox/api-server/values.ts';
import { virtualClock } from '../../sandbox/clocks/virtual.ts';
import { apply, type Manifest } from '../../sandbox/cluster/manifests.ts';
import { recordedWrites } from '../../sandbox/cluster/recorded-writes.ts';
import { calling, installed, VIRTUAL_START } from '../../sandbox/cluster/virtual-cluster.ts';
import { startDefinitionController } from '../../sandbox/controllers/crd.ts';
import { startGarbageCollector } from '../../sandbox/controllers/garbage-collector.ts';
import { createHost } from '../../sandbox/metacontroller/host.ts';

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
  const clock = virtualClock(VIRTUAL_START);
  const api = createApiServer(clock);
  const stops = [startDefinitionController(api, clock), startGarbageCollector(api, clock)];
  for (const name of ['kube-system', 'demo', 'other']) {
    api.create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    });
  }
  for (const folder of ['crds', 'catalog']) for (const manifest of installed(folder)) apply(api, manifest);
  const writes: string[] = [];
  const errors: string[] = [];
  const recorded = recordedWrites(api, ({ verb, kind, name }) => writes.push(`${verb} ${kind} ${name}`));
  const host = createHost(recorded, clock, {
    hook: calling(clock, ({ code, answer }) => {
      if (code !== 200) throw new Error(answer);
    }),
    resolve: (webhook) => textOf(webhook['path']),
    onEvent: (event) => {
      if (event.type === 'Warning') errors.push(event.message);
    },
  });
  for (const manifest of installed('metacontroller')) if (kinds.includes(manifest.metadata.name)) apply(api, manifest);
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

/** Deeply frozen, so that a hook which edits what it was given throws. */
export function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const field of Object.values(value)) frozen(field);
  return Object.freeze(value);
}
