/** Replaying one recording against the sandbox's API server and host. */
import { qualifiedResource } from '../api-server/errors.ts';
import { mapOf, textOf } from '../api-server/values.ts';
import { attemptDifferences, Families, settledDifferences, writeDifferences } from './compare.ts';
import { eventDifferences, finalDifferences } from './endings.ts';
import { playSegment } from './play.ts';
import { timingDifferences } from './timing.ts';
import { transitionDifferences } from './transitions.ts';
import { Tokens } from './tokens.ts';
import { segmentsOf, type Segment, type Trace } from './trace.ts';
import { World } from './world.ts';

/** Everything that differs, in the order of the recording; empty when the host is faithful to it. */
export function replay(trace: Trace, definitions: readonly object[]): string[] {
  const world = new World(trace.id, definitions, trace.flags);
  // The recorder points the webhook at a closed port in scenarios without any call; their URLs are normalised away.
  world.refusing = trace.events.some((event) => event.message.includes('connection refused'));
  const tokens = new Tokens();
  const families = { expected: new Families(), actual: new Families() };
  const differences: string[] = [];
  for (const [index, segment] of segmentsOf(trace).entries()) {
    const before = { calls: world.calls.length, hooks: world.hooks.length };
    const found = playSegment(world, segment, tokens);
    const expected = { calls: segment.calls, hooks: segment.hooks, families: families.expected };
    const actual = {
      calls: world.calls.slice(before.calls),
      hooks: world.hooks.slice(before.hooks),
      families: families.actual,
    };
    found.push(
      ...writeDifferences({
        expected,
        actual,
        tokens,
        loose: isLoose(trace, segment),
        kindOf: (resource) => kindOf(world, resource),
      }),
    );
    found.push(...timingDifferences(segment.hooks, actual.hooks));
    found.push(...attemptDifferences({ expected, actual, tokens }));
    found.push(...settledDifferences(lastSettled(segment), world.hooks, tokens));
    differences.push(...found.map((one) => `segment ${index + 1}: ${one}`));
  }
  const exited = trace.hostExit === undefined || trace.hostExit === null;
  if (exited === (world.panic !== undefined))
    differences.push(`host exit: expected ${trace.hostExit ?? 'none'}, got ${world.panic ?? 'none'}`);
  const endings = [...finalDifferences(trace, world, tokens), ...eventDifferences(trace, world)];
  return [...differences, ...endings, ...transitionDifferences(trace, world.api)];
}

function isLoose(trace: Trace, segment: Segment): boolean {
  return trace.match !== undefined && segment.calls.length > 0;
}

function lastSettled(segment: Segment): Segment['hooks'] {
  const settled = segment.hooks.filter((hook) => hook.settled === true);
  const keys = settled.map(
    (hook) =>
      `${hook.hook} ${JSON.stringify(mapOf(mapOf(hook.request['parent'] ?? hook.request['object'])['metadata'])['name'])}`,
  );
  return settled.filter((_hook, index) => keys.lastIndexOf(keys[index] ?? '') === index);
}

function kindOf(world: World, resource: string): string {
  const base = textOf(resource.split('/')[0]);
  return world.api.resources().find((one) => qualifiedResource(one) === base)?.kind ?? base;
}
