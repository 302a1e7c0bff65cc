/** A Snapshot's status, from its course: phase and conditions in KubeStash's words, then what the data says of itself. */
import { sumOfSizes } from '../../domain/size.ts';
import type { Repository } from '../../generated/types/repository.ts';
import type { SnapshotComponent, SnapshotStatus } from '../../generated/types/snapshot.ts';
import { conditionOf, conditionsFrom, type Condition, type ConditionFact } from '../../kube/conditions.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { mapOf, textsOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { readyFacts, type Readiness } from '../../kube/ready.ts';
import { CONDITION, REASON } from './conditions.ts';
import type { Course } from './course.ts';
import { emptyPathsOf, takenAt } from './evidence.ts';
import type { Observed } from './observe.ts';
import { snapshotPhase, type SnapshotPhase } from './phase.ts';
import { isEnded } from './record.ts';
import { suspicionOf, type Suspicion } from './suspicion.ts';

/** Types that stay once they were stated, as the sync that knew their cause comes only once. */
const LASTING = [CONDITION.incomplete, CONDITION.sourceEmpty, 'FullDataAccess'];

/** The status of a Snapshot on this course. */
export function statusFrom(observed: Observed, course: Course, now: Instant): SnapshotStatus {
  const { snapshot } = observed;
  const before = snapshot.status;
  const components = entriesOf(course.components);
  const suspicion = isGood(course) ? suspicionOf(observed, components) : undefined;
  const facts = factsOf(observed, course, suspicion);
  const phases = course.components.map((one) => one.phase);
  const phase = snapshotPhase(facts, phases, course.total);
  const conditions = conditionsFrom(
    [...facts, ...readyFacts(readinessOf(phase, course, suspicion?.reason))],
    before?.conditions,
    snapshot.metadata.generation,
    now,
  );
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const taken = newest([
    instantOf(before?.snapshotTime),
    ...course.components.map((one) => one.result && takenAt(one.result)),
  ]);
  return {
    phase,
    ...(course.total === 0 ? {} : { totalComponents: course.total, components }),
    ...(taken === undefined ? {} : { snapshotTime: timestampOf(taken) }),
    ...summaryOf(Object.values(components)),
    ...(phase === 'Succeeded' ? { verificationStatus: before?.verificationStatus ?? 'NotVerified' } : {}),
    ...suspectFieldsOf(suspicion),
    conditions,
    ...(isOver ? {} : rememberedBy(course)),
    ...lastUpdateOf(conditions),
  };
}

function rememberedBy({ remembered }: Course): Pick<SnapshotStatus, 'metastash'> {
  return Object.keys(remembered).length === 0 ? {} : { metastash: { ...remembered } };
}

function suspectFieldsOf(suspicion: Suspicion | undefined): Pick<SnapshotStatus, 'suspect' | 'suspectReason'> {
  return suspicion === undefined ? {} : { suspect: true, suspectReason: suspicion.reason };
}

function isGood({ ending, components }: Course): boolean {
  return ending === undefined && components.every((one) => one.phase === 'Succeeded');
}

/** Size and integrity of the components together (kubestash-api.md §1.4). */
export function summaryOf(components: readonly SnapshotComponent[]): Pick<SnapshotStatus, 'size' | 'integrity'> {
  const size = components.length === 0 ? undefined : sumOfSizes(components.map((one) => one.size));
  const values = components.map((one) => one.integrity).filter((one) => one !== undefined);
  const isOpen = components.some((one) => one.resticStats !== undefined && one.integrity === undefined);
  return {
    ...(size === undefined ? {} : { size }),
    ...(isOpen || values.length === 0 ? {} : { integrity: values.every((one) => one) }),
  };
}

/** Whether the manifest stands on the backend, as the Repository publishes it for Snapshots that do not say so yet. */
export function isUploaded(repository: Repository | undefined, name: string): boolean {
  return textsOf(mapOf(repository?.status?.metastash)['uploaded']).includes(name);
}

/** The condition about the manifest of a Snapshot that succeeded. */
export function uploadFact(isStored: boolean): ConditionFact {
  const type = CONDITION.metadataUploaded;
  if (isStored)
    return { type, status: 'True', reason: REASON.uploaded, message: 'Metadata uploaded to backend successfully' };
  const message = 'the data is safe; its manifest is stored by the next housekeeping Job of the Repository';
  return { type, status: 'Unknown', reason: REASON.uploadPending, message };
}

/** When the status last changed: no clock, so that an unchanged status stays the same bytes. */
export function lastUpdateOf(conditions: readonly Condition[]): Pick<SnapshotStatus, 'lastUpdateTime'> {
  const latest = newest(conditions.map((one) => instantOf(one.lastTransitionTime)));
  return latest === undefined ? {} : { lastUpdateTime: timestampOf(latest) };
}

function factsOf(observed: Observed, course: Course, suspicion: Suspicion | undefined): readonly ConditionFact[] {
  const { components, ending } = course;
  const stated = [...incompleteFacts(course), ...emptyFacts(course), ...components.flatMap((one) => one.notes ?? [])];
  const types = new Set(stated.map((one) => one.type));
  const kept = LASTING.filter((type) => !types.has(type)).flatMap(
    (type) => conditionOf(observed.snapshot.status, type) ?? [],
  );
  const distinct = stated.filter((fact, index) => stated.findIndex((other) => other.type === fact.type) === index);
  const isOver = ending !== undefined || (components.length > 0 && components.every((one) => isEnded(one.phase)));
  return [...distinct, ...kept.map(factOf), ...(isOver ? closingFacts(observed, course, suspicion) : [])];
}

function closingFacts(observed: Observed, course: Course, suspicion: Suspicion | undefined): readonly ConditionFact[] {
  const { repository, snapshot } = observed;
  if (!isGood(course)) {
    const message =
      'a failed backup is not described on the backend; what its components stored is named in their resticStats';
    return [{ type: CONDITION.metadataUploaded, status: 'Unknown', reason: REASON.notUploaded, message }];
  }
  const [only, ...others] = course.components;
  const isStored =
    (others.length === 0 && only?.result?.manifestUploaded === true) || isUploaded(repository, snapshot.metadata.name);
  return [uploadFact(isStored), ...(suspicion === undefined ? [] : [suspicion.fact])];
}

function entriesOf(components: Course['components']): Readonly<Record<string, SnapshotComponent>> {
  return Object.fromEntries(components.map((one) => [one.name, one.entry]));
}

function incompleteFacts({ ending, components }: Course): readonly ConditionFact[] {
  const type = CONDITION.incomplete;
  if (ending !== undefined) return [{ type, status: 'True', reason: ending.reason, message: ending.message }];
  const cut = components.filter((one) => one.isCut === true);
  if (cut.length === 0) return [];
  const message = cut.map((one) => `component ${one.name}: ${one.entry.error ?? ''}`).join('; ');
  return [{ type, status: 'True', reason: REASON.terminated, message }];
}

function emptyFacts({ components }: Course): readonly ConditionFact[] {
  const empty = components.flatMap((one) =>
    one.result === undefined ? [] : emptyPathsOf(one.result).map((path) => `${path} (component ${one.name})`),
  );
  if (empty.length === 0) return [];
  const message = `no file at all was found in ${empty.join(', ')}; check that the right volume is mounted there`;
  return [{ type: CONDITION.sourceEmpty, status: 'True', reason: REASON.emptySource, message }];
}

function readinessOf(
  phase: SnapshotPhase,
  { components, ending, waitsFor, total }: Course,
  suspicion: string | undefined,
): Readiness {
  if (phase === 'Succeeded') {
    const but = suspicion === undefined ? '' : `, but suspect: ${suspicion}`;
    return { state: 'ready', reason: REASON.succeeded, message: `${componentsText(total)} saved${but}` };
  }
  if (phase === 'Failed') {
    const bad = components.find((one) => one.phase === 'Failed');
    const message =
      ending?.message ??
      (bad === undefined ? 'the backup failed' : `component ${bad.name}: ${bad.entry.error ?? 'failed'}`);
    return { state: 'failed', reason: ending?.reason ?? REASON.failed, message };
  }
  if (waitsFor !== undefined) return { state: 'reconciling', reason: waitsFor.reason, message: waitsFor.message };
  if (total === 0)
    return { state: 'reconciling', reason: REASON.preparing, message: 'the components of the target are being listed' };
  const done = components.filter((one) => isEnded(one.phase)).length;
  return { state: 'reconciling', reason: REASON.running, message: `${done} of ${componentsText(total)} done` };
}

function componentsText(count: number): string {
  return count === 1 ? '1 component' : `${count} components`;
}

function factOf({ type, status, reason, message }: Condition): ConditionFact {
  return { type, status, reason, message };
}

function newest(instants: readonly (Instant | undefined)[]): Instant | undefined {
  const known = instants.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
