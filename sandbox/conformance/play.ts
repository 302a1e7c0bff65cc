/** Playing a segment of a recording: the user's steps, the other controllers' writes, the waits. */
import { ApiError, type Propagation, type StoredObject } from '../api-server/api.ts';
import { listOf, mapOf, textOf, isMap, without, type JsonMap } from '../api-server/values.ts';
import { Script } from './script.ts';
import type { Tokens } from './tokens.ts';
import type { OtherEntry, Segment, Step } from './trace.ts';
import type { World } from './world.ts';

const OWN_CONTROLLERS = new Set(['generic-garbage-collector', 'namespace-controller']);
const SILENCE_MS = 700;
const LIMIT_MS = 30_000;
const UNSETTLED_MS = 3000;
const DEFAULT_UNTIL_MS = 10_000;

/** Plays the segment; returns what differs in the answers to the user. */
export function playSegment(world: World, segment: Segment, tokens: Tokens): string[] {
  const differences: string[] = [];
  // Our own collector and namespace controller do theirs themselves.
  const queue = segment.others.filter((one) => !OWN_CONTROLLERS.has(one.actor));
  for (const [index, step] of segment.steps.entries()) {
    const next = segment.steps[index + 1];
    const found = playStep(world, step, tokens, { others: queue, last: next === undefined });
    if (found !== undefined) differences.push(`step ${step.op}: ${found}`);
  }
  return differences;
}

interface Surroundings {
  readonly others: OtherEntry[];
  readonly last: boolean;
}

function playStep(world: World, step: Step, tokens: Tokens, around: Surroundings): string | undefined {
  switch (step.op) {
    case 'create':
    case 'patch':
    case 'delete':
      return playWrite(world, step, tokens);
    case 'script':
      world.script = new Script(listOf(step['rules']).filter(isMap), (value) => tokens.filled(value));
      return undefined;
    case 'interfere':
      world.interfere(listOf(tokens.filled(step['rules'])).filter(isMap));
      return undefined;
    case 'stopHost':
      world.stopHost();
      return undefined;
    case 'startHost':
      world.startHost(listOf(step['flags']).map(textOf));
      return undefined;
    case 'finishPods':
      return undefined;
    default:
      return playWait(world, step, tokens, around);
  }
}

function playWrite(world: World, step: Step, tokens: Tokens): string | undefined {
  let code: number;
  let response: unknown;
  try {
    response = written(world, tokens.filled(without(step, 'response')));
    code = step.op === 'create' ? 201 : 200;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    code = error.code;
    response = { reason: error.reason };
  }
  if (code !== step.code) return `/code: expected ${step.code}, got ${code} ${JSON.stringify(response)}`;
  const expected = step['response'];
  if (!isMap(expected) || !isMap(mapOf(expected)['metadata'])) return undefined;
  return tokens.attempt(() => tokens.difference(expected, response, '/response'));
}

function written(world: World, step: JsonMap): StoredObject | undefined {
  if (step['op'] === 'create') return world.api.create(mapOf(step['body']));
  const key = world.keyOf(mapOf(step['target']));
  if (step['op'] === 'patch')
    return world.api.patch(key, mapOf(step['patch']), step['subresource'] === 'status' ? 'status' : undefined);
  const propagation = textOf(step['propagationPolicy']) as Propagation | '';
  world.api.delete(key, propagation === '' ? {} : { propagation });
  return world.api.get(key);
}

function playWait(world: World, step: Step, tokens: Tokens, around: Surroundings): undefined {
  if (step.op === 'sleep') world.runUntil(() => false, Number(step['ms'] ?? 0));
  else if (step.op === 'until') playUntil(world, step, tokens);
  else world.runUntilQuiet(SILENCE_MS, step['settled'] === false ? UNSETTLED_MS : LIMIT_MS);
  // Other controllers act sooner or later: here when the host is done with what it had.
  while (around.others.length > 0 && playOther(world, around.others, tokens)) world.runUntilQuiet(SILENCE_MS, LIMIT_MS);
  return undefined;
}

function playUntil(world: World, step: Step, tokens: Tokens): void {
  const until = mapOf(tokens.filled(step['until']));
  const { script } = world;
  const before = until['sinceScript'] === true ? 0 : script.calls;
  const gone = until['gone'];
  const condition = (): boolean => {
    if (until['exit'] === true) return world.panic !== undefined;
    if (isMap(gone)) return world.api.get(world.keyOf(gone)) === undefined;
    return world.script.calls - before >= Number(until['hooks']);
  };
  world.runUntil(condition, Number(step['max'] ?? DEFAULT_UNTIL_MS));
  // The next step comes later than the end of the sync that met the condition.
  world.runUntil(() => world.idle, DEFAULT_UNTIL_MS);
}

/** Plays the first of the recorded writes whose time has come; false when none can be played. */
function playOther(world: World, others: OtherEntry[], tokens: Tokens): boolean {
  for (const [index, other] of others.entries()) {
    const metadata = mapOf(mapOf(other.response)['metadata']);
    const kind = textOf(mapOf(other.response)['kind']) || 'Job';
    const key = world.keyOf({ kind, name: metadata['name'], namespace: metadata['namespace'] });
    const live = world.api.get(key);
    const uid = tokens.valueOf(textOf(metadata['uid']));
    const isDue =
      other.verb === 'create' ? !live : live !== undefined && (uid === undefined || uid === live.metadata.uid);
    if (!isDue) continue;
    others.splice(index, 1);
    writeAs(world, other, tokens, live);
    return true;
  }
  return false;
}

function writeAs(world: World, other: OtherEntry, tokens: Tokens, live: StoredObject | undefined): void {
  const recorded = timed(tokens.filled(unstored(mapOf(other.response))));
  if (!live) {
    world.api.create(recorded);
    return;
  }
  const { apiVersion, kind } = live;
  const { namespace, name } = live.metadata;
  if (other.verb === 'delete') {
    const propagation = textOf(mapOf(other.body)['propagationPolicy']) as Propagation;
    world.api.delete({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }, { propagation });
  } else if (other.resource.endsWith('/status')) world.api.updateStatus({ ...live, status: recorded['status'] ?? {} });
  else
    world.api.update({
      ...recorded,
      metadata: {
        ...mapOf(recorded['metadata']),
        uid: live.metadata.uid,
        resourceVersion: live.metadata.resourceVersion,
      },
    });
}

/** An object as its writer sent it. */
function unstored(object: JsonMap): JsonMap {
  return {
    ...object,
    metadata: without(mapOf(object['metadata']), 'uid', 'resourceVersion', 'creationTimestamp', 'generation'),
  };
}

/** Recorded times as times. */
function timed(value: JsonMap): JsonMap {
  return JSON.parse(JSON.stringify(value).replace(/"t-\d+"/g, '"2026-01-01T00:00:00Z"')) as JsonMap;
}
