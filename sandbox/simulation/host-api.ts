/** The API server as Metacontroller reaches it: requests conflict, fail, or are carried out and never answered; caches lag. */
import { ApiError, type ApiServer, type StoredObject, type WatchEvent } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import type { Chance } from './weather.ts';

export interface HostApi extends ApiServer {
  /** Delivers what was held back of kinds that are no longer frozen. */
  thaw(): void;
}

export interface HostApiOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly watchDelayMs: number;
  /** Called after the write that was to be the host's last; it must stop the host. */
  readonly onLastWrite: () => void;
  readonly onWrite: (verb: string, object: object) => void;
  /** Kinds of which this host first sees an older state, with what happened to them since. */
  readonly older?: ReadonlyMap<string, readonly Happened[]>;
}

/** A change and what was before it. */
export interface Happened {
  readonly event: WatchEvent;
  readonly previous: StoredObject | undefined;
}

const CONFLICT =
  'Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and try again';

/** Wraps the API server for one life of the host. */
export function hostApi(api: ApiServer, options: HostApiOptions): HostApi {
  const { weather } = options.chance;
  const written = writesOf(options);
  const { delivered, thaw } = deliveries(options);
  return {
    resource: (apiVersion, kind) => api.resource(apiVersion, kind),
    resources: () => api.resources(),
    get: (key): StoredObject | undefined => {
      if (weather.apiAway) throw new ApiError(503, 'ServiceUnavailable', 'connection refused');
      return api.get(key);
    },
    list: (apiVersion, kind, namespace) => olderList(options.older?.get(kind), api.list(apiVersion, kind, namespace)),
    watch: (apiVersion, kind, listener) =>
      api.watch(apiVersion, kind, delivered(api.resource(apiVersion, kind)?.kind ?? kind, listener)),
    create: (object) => written('create', object, () => api.create(object)),
    update: (object) => written('update', object, () => api.update(object)),
    updateStatus: (object) => written('updateStatus', object, () => api.updateStatus(object)),
    patch: (key, patch, subresource) => written('patch', key, () => api.patch(key, patch, subresource)),
    delete: (key, deletion) => written('delete', key, () => api.delete(key, deletion)),
    thaw,
  };
}

/** The list as it was before these changes. */
function olderList(since: readonly Happened[] | undefined, present: readonly StoredObject[]): readonly StoredObject[] {
  if (!since) return present;
  const objects = new Map(present.map((object) => [object.metadata.uid, object]));
  for (const { event, previous } of [...since].reverse()) {
    if (previous) objects.set(previous.metadata.uid, previous);
    else objects.delete(event.object.metadata.uid);
  }
  return [...objects.values()];
}

type Written = <Answer>(verb: string, object: object, write: () => Answer) => Answer;

function writesOf({ chance, onWrite, onLastWrite }: HostApiOptions): Written {
  const { weather, random, counter } = chance;
  return (verb, object, write) => {
    refuseBefore(chance, verb);
    onWrite(verb, object);
    const answer = write();
    if (weather.writesToKill !== undefined) weather.writesToKill -= 1;
    if (weather.writesToKill === 0) {
      weather.writesToKill = undefined;
      counter.hit('F17');
      onLastWrite();
    }
    if (random.chance(weather.lostAnswer)) {
      counter.hit('F03');
      throw new ApiError(504, 'Timeout', 'the server was unable to return a response in the time allotted');
    }
    return answer;
  };
}

function refuseBefore({ weather, random, counter }: Chance, verb: string): void {
  if (weather.apiAway) throw new ApiError(503, 'ServiceUnavailable', 'connection refused');
  if (verb.startsWith('update') && random.chance(weather.conflict)) {
    counter.hit('F01');
    throw new ApiError(409, 'Conflict', CONFLICT);
  }
  if (random.chance(weather.failsBefore)) {
    counter.hit('F02');
    throw new ApiError(500, 'InternalError', 'etcdserver: request timed out');
  }
}

type Listener = (event: WatchEvent) => void;

interface Deliveries {
  readonly delivered: (kind: string, listener: Listener) => Listener;
  readonly thaw: () => void;
}

/** Changes of a kind keep their order, whether they are delayed or held back. */
function deliveries({ chance, clock, watchDelayMs, older }: HostApiOptions): Deliveries {
  const { weather, random, counter } = chance;
  const held = new Map<string, (() => void)[]>();
  const deliverer =
    (kind: string, listener: Listener): Listener =>
    (event) => {
      const waiting = held.get(kind) ?? [];
      if (!weather.frozenKinds.has(kind) && waiting.length === 0) return listener(event);
      counter.hit('F09');
      held.set(kind, [...waiting, () => listener(event)]);
    };
  return {
    delivered: (kind, listener) => {
      const deliver = deliverer(kind, listener);
      const missed =
        older?.get(kind)?.map(
          ({ event }) =>
            () =>
              listener(event),
        ) ?? [];
      if (missed.length > 0) held.set(kind, [...(held.get(kind) ?? []), ...missed]);
      if (watchDelayMs === 0) return deliver;
      let last = 0;
      return (event) => {
        // Sooner or later, and never before an earlier one.
        last = Math.max(last, clock.now() + Math.round(watchDelayMs * 2 * random.next()));
        clock.after(last - clock.now(), () => deliver(event));
      };
    },
    thaw: () => {
      for (const [kind, waiting] of [...held].filter(([one]) => !weather.frozenKinds.has(one))) {
        held.delete(kind);
        for (const deliver of waiting) deliver();
      }
    },
  };
}
