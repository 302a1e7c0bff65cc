/** What happened when in the sessions of one run: where their time goes. */
import { listOf, mapOf, textOf, type JsonMap } from '../../sandbox/api-server/values.ts';
import { nameOf, phaseOf, type Seen } from './watched.ts';

/** Prints first, middle and last time of each step of the objects of one run whose names start so. */
export function printTimeline(seen: readonly Seen[], prefix: string, run: string): void {
  const mine = seen.filter(({ object }) => nameOf(object).startsWith(prefix) && nameOf(object).includes(run));
  const start = mine[0]?.at ?? 0;
  const steps = new Map<string, number[]>();
  for (const { at, type, object } of mine) {
    const step = `${textOf(object['kind'])} ${type === 'ADDED' ? 'made' : stateOf(object)}`;
    const key = `${step}\n${nameOf(object)}`;
    if (known.has(key)) continue;
    known.add(key);
    steps.set(step, [...(steps.get(step) ?? []), at - start]);
  }
  for (const [step, times] of steps) {
    const sorted = [...times].sort((left, right) => left - right).map((time) => time.toFixed(0).padStart(6));
    const [first = '', middle = '', last = ''] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
    process.stdout.write(`  ${first} ${middle} ${last} ms  ${String(times.length).padStart(3)} x ${step}\n`);
  }
}

const known = new Set<string>();

function stateOf(object: JsonMap): string {
  const status = mapOf(object['status']);
  const containers = listOf(status['containerStatuses']).map(mapOf);
  const running = containers.map((one) => Object.keys(mapOf(one['state'])).join()).join();
  const conditions =
    object['kind'] === 'Job' ? listOf(status['conditions']).map((one) => textOf(mapOf(one)['type'])) : [];
  return [phaseOf(object), running, ...conditions].filter((one) => one !== '').join(' ');
}
