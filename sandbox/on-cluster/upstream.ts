/** A real API server as the sandbox's Metacontroller host uses one: mirrors to read from, requests to write with. */
import { ApiError, type ApiReads, type Resource, type StoredObject } from '../api-server/api.ts';
import { mapOf, sealed, textOf, type JsonMap } from '../api-server/values.ts';
import type { Clock } from '../clock.ts';
import type { Client } from '../metacontroller/client.ts';
import type { EventWriter } from '../metacontroller/events.ts';
import type { Upstream } from '../metacontroller/host.ts';
import type { Steps } from '../metacontroller/hook-caller.ts';
import type { Connection } from './connection.ts';
import { builtInResources, definedResources } from './discovery.ts';
import { Mirror } from './mirror.ts';
import { collectionPath, objectPath } from './paths.ts';

/** What the host reads as soon as it starts. */
const FIRST = [
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['metacontroller.k8s.io/v1alpha1', 'CompositeController'],
  ['metacontroller.k8s.io/v1alpha1', 'DecoratorController'],
] as const;

/** The upstream, its first mirrors filled. Throws where Metacontroller's own CRDs are not there. */
export async function upstreamOf(
  connection: Connection,
  clock: Clock,
  log: (line: string) => void,
): Promise<Upstream & { stop(): void }> {
  const builtIn = await builtInResources(connection);
  const mirrors = new Map<string, Mirror>();
  let known = resourceTable(builtIn);
  const resource = (apiVersion: string, kindOrPlural: string): Resource | undefined =>
    known.get(`${apiVersion} ${kindOrPlural}`);
  const mirrorOf = (apiVersion: string, kind: string): Mirror => {
    const found = resource(apiVersion, kind);
    if (!found) throw new ApiError(404, 'NotFound', `the server has no ${kind} in ${apiVersion}`);
    const key = mirrorKey(apiVersion, found.kind);
    let mirror = mirrors.get(key);
    if (!mirror) mirrors.set(key, (mirror = new Mirror(connection, clock, found)));
    return mirror;
  };
  const listed = ({ apiVersion, kind }: Resource, then: () => void): (() => void) =>
    mirrorOf(apiVersion, kind).whenListed(then);
  for (const [apiVersion, kind] of FIRST) {
    await new Promise<void>((resolve) => mirrorOf(apiVersion, kind).whenListed(resolve));
  }
  const definitions = mirrorOf(...FIRST[0]);
  const learn = (): void => void (known = resourceTable([...builtIn, ...definedResources(definitions.list())]));
  definitions.listen(learn);
  learn();
  const reads: ApiReads = {
    resource,
    list: (apiVersion, kind, namespace) => mirrorOf(apiVersion, kind).list(namespace),
    watch: (apiVersion, kind, listener) => mirrorOf(apiVersion, kind).listen(listener),
  };
  return {
    reads,
    listed,
    writeEvent: eventWriter(connection, log),
    client: (stopped) => clientOf(connection, resource, stopped),
    stop: () => {
      for (const mirror of mirrors.values()) mirror.stop();
    },
  };
}

function resourceTable(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  return new Map(
    resources.flatMap((one) => [one.kind, one.plural].map((name) => [`${one.apiVersion} ${name}`, one] as const)),
  );
}

function mirrorKey(apiVersion: string, kind: string): string {
  return `${apiVersion} ${kind}`;
}

function clientOf(
  connection: Connection,
  resourceOf: (apiVersion: string, kind: string) => Resource | undefined,
  stopped: () => boolean,
): Client {
  const known = (apiVersion: string, kind: string): Resource => {
    const found = resourceOf(apiVersion, kind);
    if (!found) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource');
    return found;
  };
  function* send(request: () => Promise<JsonMap>): Steps<StoredObject> {
    if (stopped()) throw new Error('the host has stopped');
    const outcome = yield { wait: 'request', send: async () => sealed(await request()) as StoredObject };
    if ('refused' in outcome) throw outcome.refused;
    if (!('stored' in outcome) || !outcome.stored) throw new Error('a request was resumed without an answer');
    return outcome.stored;
  }
  return {
    resource: resourceOf,
    *get(key) {
      const resource = known(key.apiVersion, key.kind);
      try {
        return yield* send(() => connection.request('GET', objectPath(resource, key)));
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
    },
    *create(object) {
      const { resource, namespace } = placeOf(object as JsonMap, known);
      return yield* send(() => connection.request('POST', collectionPath(resource, namespace), object));
    },
    *update(object, subresource) {
      const { resource, namespace, name } = placeOf(object as JsonMap, known);
      const path = `${objectPath(resource, { name, ...(namespace === undefined ? {} : { namespace }) })}`;
      return yield* send(() => connection.request('PUT', subresource ? `${path}/${subresource}` : path, object));
    },
    *delete(key, options) {
      const resource = known(key.apiVersion, key.kind);
      const body = {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        ...(options.uid === undefined ? {} : { preconditions: { uid: options.uid } }),
        ...(options.propagation === undefined ? {} : { propagationPolicy: options.propagation }),
      };
      yield* send(() => connection.request('DELETE', objectPath(resource, key), body));
    },
  };
}

function placeOf(
  object: JsonMap,
  known: (apiVersion: string, kind: string) => Resource,
): { readonly resource: Resource; readonly namespace: string | undefined; readonly name: string } {
  const metadata = mapOf(object['metadata']);
  return {
    resource: known(textOf(object['apiVersion']), textOf(object['kind'])),
    namespace: textOf(metadata['namespace']) || undefined,
    name: textOf(metadata['name']),
  };
}

/** Events are best effort: nobody waits for them, and a refusal is a line of the log. */
function eventWriter(connection: Connection, log: (line: string) => void): EventWriter {
  return (event, known) => {
    const { namespace, name } = mapOf((known ?? event)['metadata']);
    const path = `/api/v1/namespaces/${textOf(namespace)}/events`;
    const failed = (error: unknown): void =>
      log(`event not written: ${error instanceof Error ? error.message : String(error)}`);
    if (!known) {
      connection.request('POST', path, event).catch(failed);
      return event as unknown as StoredObject;
    }
    const counted = { count: Number(known['count']) + 1, lastTimestamp: event['lastTimestamp'] };
    connection.request('PATCH', `${path}/${textOf(name)}`, counted).catch(failed);
    return { ...known, ...counted };
  };
}
