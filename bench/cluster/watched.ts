/** What happened to objects and when, seen through watches: a poll would round every time up. */
import type { JsonMap } from '../../sandbox/api-server/values.ts';
import { mapOf, textOf } from '../../sandbox/api-server/values.ts';
import type { Connection } from '../../sandbox/on-cluster/connection.ts';

export interface Seen {
  readonly at: number;
  readonly type: string;
  readonly object: JsonMap;
}

export interface Watched {
  /** Everything seen so far, oldest first. */
  readonly seen: readonly Seen[];
  /** The time of the first event that fits, also one that has been seen already. Throws after `seconds`. */
  first(what: string, seconds: number, fits: (object: JsonMap) => boolean): Promise<number>;
  stop(): void;
}

/** Watches these collections (`/apis/…/jobs`) of one namespace from now on. */
export async function watched(connection: Connection, paths: readonly string[]): Promise<Watched> {
  const seen: Seen[] = [];
  const waiting = new Set<() => void>();
  const stops: (() => void)[] = [];
  for (const path of paths) {
    const list = await connection.request('GET', path);
    const version = textOf(mapOf(list['metadata'])['resourceVersion']);
    const onEvent = (event: JsonMap): void => {
      seen.push({ at: performance.now(), type: textOf(event['type']), object: mapOf(event['object']) });
      for (const look of [...waiting]) look();
    };
    stops.push(connection.watch(`${path}?watch=true&resourceVersion=${version}`, onEvent, () => undefined));
  }
  return {
    seen,
    first: (what, seconds, fits) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`${what} did not happen within ${seconds} s`));
        }, seconds * 1000);
        const look = (): void => {
          const found = seen.find((one) => one.type !== 'DELETED' && fits(one.object));
          if (!found) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found.at);
        };
        waiting.add(look);
        look();
      }),
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

export function nameOf(object: JsonMap): string {
  return textOf(mapOf(object['metadata'])['name']);
}

export function phaseOf(object: JsonMap): string {
  return textOf(mapOf(object['status'])['phase']);
}
