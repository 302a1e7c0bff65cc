/**
 * What earlier answers recorded in this Snapshot's status, read back with care: a status can be missing, foreign or garbage
 * (faults.md B73), and what cannot be read counts as not recorded.
 */
import type { SnapshotComponent, SnapshotStatus } from '../../generated/types/snapshot.ts';
import { recordedLocateFrom, type RecordedLocate } from '../../jobs/locating.ts';
import { runRecordFrom, type RunRecord } from '../../jobs/mover-run.ts';
import type { AddonInfo } from '../../jobs/shapes.ts';
import { countOf, mapOf, textOf, textsOf } from '../../kube/json-values.ts';

export type ComponentPhase = NonNullable<SnapshotComponent['phase']>;

/** A listed component: what status says of it, and the attempt that it is at. */
export interface RecordedComponent {
  readonly name: string;
  readonly phase: ComponentPhase;
  readonly status: SnapshotComponent;
  readonly run: RunRecord;
}

export interface Recorded {
  readonly components: readonly RecordedComponent[];
  readonly total: number;
  /** Some listed component cannot be read back: which Jobs are its own is not known, so none is dropped for it. */
  readonly isTorn: boolean;
  /** The session's addon as it was when the components were listed: later edits are for the next session (faults.md S26). */
  readonly addon: AddonInfo | undefined;
  /** The locate Job that comes before the components' Jobs, where the target needs one. */
  readonly locate: RecordedLocate | undefined;
  /** Since when the BackupSession has not been seen. */
  readonly sessionMissingSince: string | undefined;
}

/** The record in a status. */
export function recordOf(status: SnapshotStatus | undefined): Recorded {
  const own = mapOf(mapOf(status)['metastash']);
  const entries = Object.entries(mapOf(mapOf(status)['components'])).sort(([left], [right]) => (left < right ? -1 : 1));
  const components = entries.flatMap(([name, value]) => componentFrom(name, mapOf(value)) ?? []);
  const total = countOf(mapOf(status)['totalComponents']) ?? entries.length;
  const addon = mapOf(own['addon']);
  return {
    components,
    total,
    isTorn: components.length < total,
    addon: textOf(addon['name']) === undefined ? undefined : (addon as unknown as AddonInfo),
    locate: recordedLocateFrom(own['locate']),
    sessionMissingSince: textOf(own['sessionMissingSince']),
  };
}

/** What found the component's place: node, Pod and claims, as a locate Job reported them. */
export function placeOf(component: RecordedComponent): {
  readonly component: string;
  readonly node?: string;
  readonly pod?: string;
  readonly claims?: readonly string[];
} {
  const { nodeName, podName, claims } = component.status;
  return {
    component: component.name,
    ...(textOf(nodeName) === undefined ? {} : { node: nodeName as string }),
    ...(textOf(podName) === undefined ? {} : { pod: podName as string }),
    ...(textsOf(claims).length === 0 ? {} : { claims: textsOf(claims) }),
  };
}

/** Whether nothing more will happen to a component. */
export function isEnded(phase: ComponentPhase): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function componentFrom(name: string, value: SnapshotComponent): RecordedComponent | undefined {
  const run = runRecordFrom(value.metastash);
  const phase = value.phase;
  if (phase !== 'Pending' && phase !== 'Running' && phase !== 'Succeeded' && phase !== 'Failed') return undefined;
  if (run === undefined && !isEnded(phase)) return undefined;
  return { name, phase, status: value, run: run ?? { run: 0, since: '' } };
}
