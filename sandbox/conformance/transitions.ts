/**
 * The second check of a recording, without any timing: each recorded hook call, with its answer, is given to the host alone,
 * whose API requests are answered as they were recorded. They must be the recorded ones, bodies included.
 */
import type { StoredObject } from '../api-server/api.ts';
import type { SandboxApiServer } from '../api-server/server.ts';
import { isMap, listOf, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import { virtualClock } from '../clocks/virtual.ts';
import { COMPOSITE_ANSWER, decodedAnswer, DECORATOR_ANSWER } from '../metacontroller/answers.ts';
import { SandboxClient } from '../metacontroller/client.ts';
import { compositeController } from '../metacontroller/composite.ts';
import type { Environment, ParentController, Plan, Wiring } from '../metacontroller/controller.ts';
import { decoratorController } from '../metacontroller/decorator.ts';
import { EventRecorder, eventsIn } from '../metacontroller/events.ts';
import { Informers } from '../metacontroller/informers.ts';
import { ObjectMap } from '../metacontroller/object-map.ts';
import { run } from '../metacontroller/steps.ts';
import { PlayedApi } from './played-api.ts';
import { identity, parentOf, type Entry, type HookEntry, type Trace } from './trace.ts';

/** What differs, transition by transition. `api` knows the kinds of the scenario. */
export function transitionDifferences(trace: Trace, api: SandboxApiServer): string[] {
  const differences: string[] = [];
  for (const [index, entry] of trace.timeline.entries()) {
    if (entry.type !== 'hook' || !isAnswered(entry)) continue;
    const found = transition(entry, windowAfter(trace.timeline, index), trace.timeline.slice(0, index + 1), api);
    if (found !== undefined)
      differences.push(`transition at entry ${index} (${entry.hook} of ${parentOf(entry.request)}): ${found}`);
  }
  return differences;
}

/** Whether the call is one of sync or finalize, and its answer one that the host takes: not a late one. */
function isAnswered(entry: HookEntry): boolean {
  return (
    entry.request['finalizing'] !== undefined &&
    entry.response['code'] === 200 &&
    entry.response['delayMs'] === undefined
  );
}

/** The controller and the parent of a call. */
function subjectOf(entry: HookEntry): string {
  return `${identity(mapOf(entry.request['controller']))} ${parentOf(entry.request)}`;
}

/** What happened between the call and the controller's next one for the same parent. */
function windowAfter(timeline: readonly Entry[], index: number): readonly Entry[] {
  const entry = timeline[index];
  const rest = timeline.slice(index + 1);
  if (entry?.type !== 'hook') return [];
  const end = rest.findIndex(
    (one) => one.type === 'hook' && one.request['finalizing'] !== undefined && subjectOf(one) === subjectOf(entry),
  );
  return end < 0 ? rest : rest.slice(0, end);
}

function transition(
  entry: HookEntry,
  window: readonly Entry[],
  before: readonly Entry[],
  api: SandboxApiServer,
): string | undefined {
  const { request } = entry;
  const definition = request['controller'] as StoredObject;
  const answer = decoded(entry, definition);
  if (!answer) return undefined;
  const played = new PlayedApi(api, before, window);
  const plan = planOf(withoutConnections(definition), environmentOn(played));
  const parent = (request['parent'] ?? request['object']) as StoredObject;
  const wiring: Wiring = {
    childInformer: () => {
      throw new Error('children are given');
    },
    relatedTo: function* () {
      return new ObjectMap<StoredObject>();
    },
    resyncAfter: () => undefined,
  };
  const runner = { clock: virtualClock(0), hook: () => ({ code: 500, headers: {}, body: '' }), stopped: () => false };
  run(plan.apply(parent, childrenOf(request), answer, wiring), runner, () => undefined);
  while (runner.clock.step());
  return played.difference(parent);
}

/** No hook is called here, so nothing of how they are reached is needed. */
function withoutConnections(definition: StoredObject): StoredObject {
  const spec = mapOf(definition['spec']);
  const hooks = Object.entries(mapOf(spec['hooks'])).map(([name, hook]) => [
    name,
    { ...mapOf(hook), webhook: { url: 'http://hook/' } },
  ]);
  return { ...definition, spec: { ...spec, hooks: Object.fromEntries(hooks) } };
}

function decoded(entry: HookEntry, definition: StoredObject): JsonMap | undefined {
  const { json, raw } = entry.response;
  const type = definition.kind === 'CompositeController' ? COMPOSITE_ANSWER : DECORATOR_ANSWER;
  const hook = mapOf(
    mapOf(mapOf(definition['spec'])['hooks'])[entry.request['finalizing'] === true ? 'finalize' : 'sync'],
  );
  const strict = hook['version'] === 'v2' || mapOf(hook['webhook'])['responseUnMarshallMode'] === 'strict';
  try {
    const body = json === undefined ? textOf(raw) : JSON.stringify(json);
    const answer = decodedAnswer(body, { type, hook: entry.hook, version: 'v2', strict });
    return listOf(answer['children']).includes(null) ? undefined : answer;
  } catch {
    // The host refuses this answer; the replay compares the event that says so.
    return undefined;
  }
}

function childrenOf(request: JsonMap): ObjectMap<StoredObject> {
  const map = new ObjectMap<StoredObject>();
  for (const group of Object.values(mapOf(request['children'] ?? request['attachments']))) {
    for (const child of Object.values(mapOf(group))) if (isMap(child)) map.add(child as StoredObject);
  }
  return map;
}

function planOf(definition: StoredObject, environment: Environment): Plan {
  let captured: Plan | undefined;
  const build = definition.kind === 'CompositeController' ? compositeController : decoratorController;
  const capture = (plan: Plan): ParentController => {
    captured = plan;
    return undefined as unknown as ParentController;
  };
  build(definition, { ...environment, controller: capture });
  if (!captured) throw new Error(`${definition.metadata.name}: the controller made no plan`);
  return captured;
}

function environmentOn(api: PlayedApi): Environment {
  const clock = virtualClock(0);
  return {
    api,
    clock,
    informers: new Informers(api, clock, { listed: (_resource, then) => clock.after(0, then), resyncMs: Infinity }),
    events: new EventRecorder(eventsIn(api), clock, undefined),
    client: new SandboxClient(api, 0, () => false),
    hook: () => ({ code: 500, headers: {}, body: '' }),
    workers: 1,
    queueMs: () => 0,
    shuffled: (items) => items,
    resourceOf: (rule) => {
      const resource = api.resource(textOf(rule['apiVersion']), textOf(rule['resource']));
      if (!resource) throw new Error(`no resource ${textOf(rule['resource'])}`);
      return resource;
    },
    // Credentials are not looked up: nothing is called.
    hookSurroundings: () => ({ api, clock, resolve: () => 'http://hook/', endpointConfigs: [] }),
    controller: () => {
      throw new Error('replaced by the caller');
    },
    panic: () => undefined,
  };
}
