/** What happened in one session, a line each, in milliseconds since its first event. */
import { listOf, mapOf, textOf, type JsonMap } from '../../sandbox/api-server/values.ts';
import { nameOf, phaseOf, type Seen } from './watched.ts';

/** Prints the events of a BackupSession and what it led to. */
export function printTimeline(seen: readonly Seen[], run: string): void {
  const begun = seen.findIndex(({ object }) => object['kind'] === 'BackupSession' && nameOf(object).endsWith(run));
  const start = seen[begun]?.at ?? 0;
  for (const { at, type, object } of seen.slice(begun)) {
    process.stdout.write(
      `  ${(at - start).toFixed(0).padStart(6)} ms  ${type.padEnd(8)} ${textOf(object['kind']).padEnd(14)} ${nameOf(object)} ${stateOf(object)}\n`,
    );
  }
}

function stateOf(object: JsonMap): string {
  const status = mapOf(object['status']);
  const containers = listOf(status['containerStatuses']).map(mapOf);
  const running = containers.map((one) => Object.keys(mapOf(one['state'])).join()).join();
  const conditions =
    object['kind'] === 'Job' ? listOf(status['conditions']).map((one) => textOf(mapOf(one)['type'])) : [];
  const holder = textOf(mapOf(object['spec'])['holderIdentity']);
  return [phaseOf(object), running, ...conditions, holder].filter((one) => one !== '').join(' ');
}
