/** What must hold for every answer of a hook (S18, S21), put to samples of the questions that stories lead to. */
import { decode } from '../../../hooks/http/decode.ts';
import { encode } from '../../../hooks/http/encode.ts';
import { listOf, mapOf, textOf, type JsonMap } from '../../api-server/values.ts';
import type { AskedHook } from '../hook-service.ts';
import { randomOf } from '../random.ts';
import type { Invariant } from './invariant.ts';

export const ANSWER_INVARIANTS: readonly Invariant[] = [
  {
    id: 'S18',
    title: 'equal questions get equal answers, in whatever order their objects stand',
    watch: (watch) => {
      const random = randomOf(`${watch.world.scenario.seed}/S18`);
      return {
        onAsked: (asked) => {
          if (asked.code !== 200 || asked.hook === 'customize' || !random.chance(0.02)) return;
          const now = watch.world.clock.now() + watch.world.weather.hookSkewMs;
          const again = answered(asked, asked.request, now);
          const turned = answered(asked, turnedRound(asked.request), now);
          const first = withoutResync(asked.answer);
          if (withoutResync(again) !== first)
            watch.violated(`${asked.row.kind} answers the same question twice in two ways`);
          if (withoutResync(turned) !== first) watch.violated(`${asked.row.kind} answers by the order of its objects`);
        },
      };
    },
  },
  {
    id: 'S21',
    title: 'what is missing from a view never makes a child go',
    watch: (watch) => {
      const random = randomOf(`${watch.world.scenario.seed}/S21`);
      return {
        onAsked: (asked) => {
          if (asked.code !== 200 || asked.hook !== 'sync' || !random.chance(0.03)) return;
          const related = Object.entries(mapOf(asked.request['related']));
          if (related.length === 0) return;
          const [dropped] = random.pick(related);
          const kept = related.map(([group, objects]) => [group, group === dropped ? {} : objects] as const);
          const view = { ...asked.request, related: Object.fromEntries(kept) };
          const now = watch.world.clock.now() + watch.world.weather.hookSkewMs;
          const [full, less] = [desiredIn(asked.answer), desiredIn(answered(asked, view, now))];
          for (const [group, objects] of Object.entries(mapOf(asked.request['children'])))
            for (const object of Object.values(mapOf(objects))) {
              const name = `${group} ${textOf(mapOf(mapOf(object)['metadata'])['name'])}`;
              if (full.has(name) && !less.has(name))
                watch.violated(`${asked.row.kind} drops ${name} when it sees no ${dropped}`);
            }
        },
      };
    },
  },
];

function answered({ row, hook }: AskedHook, request: JsonMap, now: number): string {
  const decoded = decode(request, row, hook);
  const decide = row.hooks[decoded.hook] ?? row.hooks.sync;
  const parent = mapOf(mapOf(request['parent'] ?? request['object'])['metadata']);
  return encode(decide(decoded.request, now), { row, hook: decoded.hook, namespace: textOf(parent['namespace']) });
}

function withoutResync(answer: string): string {
  return JSON.stringify({ ...(JSON.parse(answer) as object), resyncAfterSeconds: undefined });
}

/** The same objects, last first. */
function turnedRound(request: JsonMap): JsonMap {
  const turned = (map: unknown): JsonMap => Object.fromEntries(Object.entries(mapOf(map)).reverse());
  const groups = (field: string): JsonMap =>
    request[field] === undefined
      ? {}
      : {
          [field]: turned(
            Object.fromEntries(
              Object.entries(mapOf(request[field])).map(([group, objects]) => [group, turned(objects)]),
            ),
          ),
        };
  return { ...request, ...groups('children'), ...groups('attachments'), ...groups('related') };
}

function desiredIn(answer: string): ReadonlySet<string> {
  const parsed = JSON.parse(answer) as JsonMap;
  return new Set(
    listOf(parsed['children'] ?? parsed['attachments'])
      .map(mapOf)
      .map(
        (child) =>
          `${textOf(child['kind'])}.${textOf(child['apiVersion'])} ${textOf(mapOf(child['metadata'])['name'])}`,
      ),
  );
}
