/** What is left when a scenario is over: objects and events. */
import { isMap } from '../api-server/values.ts';
import { masked, type Tokens } from './tokens.ts';
import { identity, type Trace } from './trace.ts';
import { everythingIn, type World } from './world.ts';

/** What differs between the recorded end state and ours. */
export function finalDifferences(trace: Trace, world: World, tokens: Tokens): string[] {
  const own = new Map(
    everythingIn(world.api)
      .filter((object) => isOfScenario(trace, object))
      .map((object) => [nameOf(object), object]),
  );
  const differences: string[] = [];
  for (const reference of trace.final) {
    const expected = trace.objects[reference];
    if (!isMap(expected)) continue;
    const name = tokens.filled(nameOf(expected));
    const alike = [...own.values()].filter((object) => object.kind === expected['kind']);
    const actual =
      own.get(name) ?? alike.find((object) => tokens.attempt(() => tokens.difference(expected, object)) === undefined);
    if (!actual) {
      differences.push(`final: missing ${name}`);
      continue;
    }
    own.delete(nameOf(actual));
    const difference = tokens.attempt(() => tokens.difference(expected, actual, ''));
    if (difference !== undefined) differences.push(`final ${name}: ${difference}`);
  }
  return [...differences, ...[...own.keys()].map((name) => `final: unexpected ${name}`)];
}

function nameOf(object: object): string {
  return identity(object as Parameters<typeof identity>[0]);
}

/** Objects of the scenario's namespaces, cluster-scoped test kinds, and controllers. */
function isOfScenario(
  trace: Trace,
  object: { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly namespace?: string } },
): boolean {
  if (object.kind === 'Namespace' || object.kind === 'CustomResourceDefinition') return false;
  const { namespace } = object.metadata;
  return namespace === undefined || namespace.startsWith(trace.id) || namespace === 'default';
}

/** What differs in the set of warnings. Words of the API server count by their kind only. */
export function eventDifferences(trace: Trace, world: World): string[] {
  const wanted = new Set(
    trace.events
      .filter((event) => event.type === 'Warning')
      .map((event) => `${event.reason} ${event.object}: ${settled(event.message)}`),
  );
  const made = new Set(
    world.events
      .filter((event) => event.type === 'Warning')
      .map((event) => `${event.reason} ${identity(event.object)}: ${settled(event.message)}`),
  );
  const missing = [...wanted]
    .filter((text) => ![...made].some((own) => same(text, own)))
    .map((text) => `event missing: ${text}`);
  const extra = [...made]
    .filter((text) => ![...wanted].some((recorded) => same(recorded, text)))
    .map((text) => `event unexpected: ${text}`);
  return [...missing, ...extra];
}

/** A recorded message may be cut, with an ellipsis at its end. */
function same(recorded: string, own: string): boolean {
  return recorded.endsWith('…') ? own.startsWith(recorded.slice(0, -1)) : recorded === own;
}

function settled(message: string): string {
  return masked(message)
    .replace(/0x[0-9a-f]+/g, '0x0')
    .replace(/( is invalid): .*$/s, '$1')
    .replace(/(can't reconcile children for [^:]+): .*is forbidden: .*$/s, '$1: forbidden');
}
