/** Kubernetes Events of the host, with client-go's limits: equal ones are counted, floods of one object are dropped. */
import { ApiError, type ApiServer, type StoredObject } from '../api-server/api.ts';
import type { JsonMap } from '../api-server/values.ts';
import type { Clock } from '../clock.ts';

export type EventType = 'Normal' | 'Warning';

export interface HostEvent {
  readonly type: EventType;
  readonly reason: 'Starting' | 'Started' | 'Stopping' | 'Stopped' | 'CreateError' | 'SyncError';
  readonly object: StoredObject;
  readonly message: string;
}

/** Stores an event, or counts one up that is known already; returns it as it is stored then. Throws ApiError when refused. */
export type EventWriter = (event: JsonMap, known: StoredObject | undefined) => StoredObject;

/** Receives every event, before limits. */
export type EventListener = (event: HostEvent) => void;

const BURST = 25;
const REFILL_MS = 300 * 1000;
const MAX_MESSAGE = 1024;

export class EventRecorder {
  readonly #write: EventWriter;
  readonly #clock: Clock;
  readonly #listener: EventListener | undefined;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #known = new Map<string, StoredObject>();
  #serial = 0;

  constructor(write: EventWriter, clock: Clock, listener: EventListener | undefined) {
    this.#write = write;
    this.#clock = clock;
    this.#listener = listener;
  }

  record(event: HostEvent): void {
    this.#listener?.(event);
    if (!this.#admit(event.object.metadata.uid)) return;
    try {
      this.#store(event);
    } catch (error) {
      // Events are best effort: a terminating namespace refuses them, for one.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  #admit(uid: string): boolean {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(uid) ?? { tokens: BURST, at: now };
    bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / REFILL_MS);
    bucket.at = now;
    this.#buckets.set(uid, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  #store(event: HostEvent): void {
    const { object, reason, type } = event;
    const message = event.message.length > MAX_MESSAGE ? event.message.slice(0, MAX_MESSAGE) : event.message;
    const key = [object.metadata.uid, type, reason, message].join('\n');
    const now = new Date(this.#clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const { name, uid, resourceVersion, namespace } = object.metadata;
    const involvedObject = {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name,
      uid,
      resourceVersion,
      ...namespaceOf(object),
    };
    const suffix = `${this.#clock.now().toString(16)}${(++this.#serial).toString(16).padStart(4, '0')}`;
    const metadata = { name: `${name}.${suffix}`, namespace: namespace ?? 'default' };
    const source = { component: 'metacontroller' };
    const times = { firstTimestamp: now, lastTimestamp: now, count: 1 };
    const fresh = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata,
      involvedObject,
      reason,
      message,
      type,
      source,
      ...times,
    };
    this.#known.set(key, this.#write(fresh, this.#known.get(key)));
  }
}

/** Events in the sandbox's own API server. */
export function eventsIn(api: ApiServer): EventWriter {
  return (event, known) => {
    const current =
      known && api.get({ apiVersion: 'v1', kind: 'Event', name: known.metadata.name, ...namespaceOf(known) });
    if (!current) return api.create(event);
    return api.update({ ...current, count: Number(current['count']) + 1, lastTimestamp: event['lastTimestamp'] });
  };
}

function namespaceOf(object: StoredObject): { namespace?: string } {
  return object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace };
}
