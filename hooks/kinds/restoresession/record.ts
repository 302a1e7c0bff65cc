/**
 * What earlier answers pinned and recorded in this RestoreSession's status, read back with care: what cannot be read counts
 * as not recorded (faults.md B73). Once pinned, the plan wins over the spec and over what became of the Snapshot.
 */
import { isDeepStrictEqual } from 'node:util';
import type { RestorePoint } from '../../domain/task.ts';
import type { RestoreComponent, RestoreSession, RestoreSessionStatus } from '../../generated/types/restoresession.ts';
import type { PinnedHooks } from '../../jobs/hook-record.ts';
import { recordedLocateFrom, type RecordedLocate } from '../../jobs/locating.ts';
import { runRecordFrom, type RunRecord } from '../../jobs/mover-run.ts';
import type { AddonInfo } from '../../jobs/shapes.ts';
import { countOf, listOf, mapOf, textOf } from '../../kube/json-values.ts';
import type { JsonMap } from '../../kube/objects.ts';
import type { TargetReference } from '../../kube/workload.ts';
import type { RestorePhase } from './phase.ts';

/** What the restore was started with. Later edits of the spec change nothing: a RestoreSession is one-shot. */
export interface PinnedPlan {
  readonly snapshot: string;
  readonly repository: string;
  readonly addon: AddonInfo;
  readonly target: TargetReference;
  /** Where Repository and Snapshot are, if not in the session's own namespace. */
  readonly sourceNamespace?: string;
  readonly encryptionSecret?: { readonly name: string; readonly namespace?: string };
  readonly hooks?: PinnedHooks;
}

export interface RecordedComponent {
  readonly name: string;
  readonly phase: RestorePhase;
  readonly status: RestoreComponent;
  readonly run: RunRecord;
  readonly path: string;
  readonly points: readonly RestorePoint[];
}

export interface Recorded {
  readonly plan: PinnedPlan | undefined;
  readonly components: readonly RecordedComponent[];
  readonly total: number;
  /** Some listed component cannot be read back: which Jobs are its own is not known, so none is dropped for it. */
  readonly isTorn: boolean;
  readonly locate: RecordedLocate | undefined;
}

/** The record in a status. */
export function recordOf(status: RestoreSessionStatus | undefined): Recorded {
  const own = mapOf(mapOf(status)['metastash']);
  const entries = Object.entries(mapOf(mapOf(status)['components'])).sort(([left], [right]) => (left < right ? -1 : 1));
  const components = entries.flatMap(([name, value]) => componentFrom(name, mapOf(value)) ?? []);
  const total = countOf(mapOf(status)['totalComponents']) ?? entries.length;
  return {
    plan: planFrom(own['plan']),
    components,
    total,
    isTorn: components.length < total,
    locate: recordedLocateFrom(own['locate']),
  };
}

/** What the restore works by: the pinned plan, or before there is one, the spec, of which any part may still be missing. */
export function effectivePlan(session: RestoreSession, repository: string, snapshot: string): PinnedPlan {
  const { addon, target, dataSource }: Partial<RestoreSession['spec']> = session.spec ?? {};
  const secret = dataSource?.encryptionSecret;
  return {
    snapshot,
    repository,
    addon: (addon ?? { name: '' }) as unknown as AddonInfo,
    target: target ?? { name: '' },
    ...(isElsewhere(dataSource?.namespace, session) ? { sourceNamespace: dataSource.namespace } : {}),
    ...(secret === undefined ? {} : { encryptionSecret: secret }),
  };
}

/** Whether somebody changed what is to be restored, or into what, after the plan was pinned (faults.md B72). */
export function isEdited(session: RestoreSession, plan: PinnedPlan): boolean {
  return !isDeepStrictEqual(effectivePlan(session, plan.repository, plan.snapshot), plan);
}

/** The namespace of Repository and Snapshot: that of the plan once there is one, whatever the spec says by now. */
export function sourceNamespaceOf(session: RestoreSession): string {
  const own = session.metadata.namespace ?? '';
  const { plan } = recordOf(session.status);
  return textOf(plan === undefined ? session.spec?.dataSource?.namespace : plan.sourceNamespace) ?? own;
}

function isElsewhere(namespace: unknown, { metadata }: RestoreSession): namespace is string {
  return textOf(namespace) !== undefined && namespace !== metadata.namespace;
}

/** Whether nothing more will happen to a component. */
export function isEnded(phase: RestorePhase): boolean {
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Unknown';
}

function planFrom(value: unknown): PinnedPlan | undefined {
  const plan = mapOf(value);
  const [snapshot, repository] = [textOf(plan['snapshot']), textOf(plan['repository'])];
  const names = [mapOf(plan['addon'])['name'], mapOf(plan['target'])['name']];
  if (snapshot === undefined || repository === undefined || names.some((one) => textOf(one) === undefined))
    return undefined;
  return plan as unknown as PinnedPlan;
}

function componentFrom(name: string, value: RestoreComponent): RecordedComponent | undefined {
  const phase = value.phase;
  if (
    phase !== 'Pending' &&
    phase !== 'Running' &&
    phase !== 'Succeeded' &&
    phase !== 'Failed' &&
    phase !== 'Unknown'
  ) {
    return undefined;
  }
  const run = runRecordFrom(value.metastash);
  const path = textOf(value.path);
  if (!isEnded(phase) && (run === undefined || path === undefined)) return undefined;
  const points = listOf(mapOf(value.metastash)['points']).flatMap((one) => pointFrom(mapOf(one)) ?? []);
  return { name, phase, status: value, run: run ?? { run: 0, since: '' }, path: path ?? '', points };
}

/** Built anew, as it becomes part of a text that must not depend on the order of the request. */
function pointFrom(value: JsonMap): RestorePoint | undefined {
  const [id, hostPath] = [textOf(value['id']), textOf(value['hostPath'])];
  return id === undefined || hostPath === undefined ? undefined : { id, hostPath };
}
