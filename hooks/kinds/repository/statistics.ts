/**
 * What the Snapshots of a Repository that have ended add up to (kubestash-api.md §4.3: after success). One that is under way
 * says itself how far it is: were it listed here, each of its steps would be a write of this object too, and wake all that see it.
 * One pass over them, since there can be thousands and each request carries all.
 */
import { formatSize, parseSize } from '../../domain/size.ts';
import type { RecentSnapshot } from '../../generated/types/repository.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { instantOf } from '../../kube/instants.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { isDeleting } from '../../kube/references.ts';
import { isGood } from './last-good.ts';

export interface Statistics {
  readonly snapshotCount: number;
  /** Newest first, at most five. */
  readonly recentSnapshots: readonly RecentSnapshot[];
  /** `snapshotTime` of the newest one that is good and not suspect. */
  readonly lastBackupTime: string | undefined;
  /** Sum over the restic repositories, each as its newest Snapshot found it. */
  readonly size: string;
  /** Whether every restic repository passed its newest check; undefined before any was made. */
  readonly integrity: boolean | undefined;
  /** Directories of the restic repositories, sorted. */
  readonly componentPaths: readonly string[];
}

const RECENT = 5;

interface Dated<Value> {
  readonly at: Instant;
  readonly value: Value;
}

/** Filled in by one pass. Sizes and checks are per restic repository (`repository/v1/<session>/<component>`): what its newest Snapshot says. */
interface Tally {
  count: number;
  last: Dated<string> | undefined;
  readonly recent: Dated<Snapshot>[];
  readonly sizes: Map<string, Dated<string>>;
  readonly checks: Map<string, Dated<boolean>>;
  readonly paths: Set<string>;
}

/** The figures of these Snapshots; those on their way out count no more, those under way not yet. */
export function statisticsOf(snapshots: readonly Snapshot[]): Statistics {
  const tally: Tally = { sizes: new Map(), checks: new Map(), paths: new Set(), recent: [], last: undefined, count: 0 };
  for (const snapshot of snapshots) if (!isDeleting(snapshot) && isEnded(snapshot)) countSnapshot(tally, snapshot);
  const { sizes, checks, paths, recent, last, count } = tally;
  return {
    snapshotCount: count,
    recentSnapshots: recent.map(({ value }) => inShort(value)),
    lastBackupTime: last?.value,
    size: formatSize([...sizes.values()].reduce((sum, { value }) => sum + bytesOf(value), 0)),
    integrity: checks.size === 0 ? undefined : [...checks.values()].every(({ value }) => value),
    componentPaths: [...paths].sort(),
  };
}

function isEnded({ status }: Snapshot): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function countSnapshot(tally: Tally, snapshot: Snapshot): void {
  const { status, metadata } = snapshot;
  const time = status?.snapshotTime;
  const at = instantOf(time) ?? instantOf(metadata.creationTimestamp) ?? 0;
  tally.count += 1;
  insertRecent(tally.recent, { at, value: snapshot });
  if (isGood(snapshot) && time !== undefined) tally.last = newer(tally.last, { at, value: time });
  for (const component of Object.values(status?.components ?? {})) countComponent(tally, component, at);
}

function countComponent(
  { sizes, checks, paths }: Tally,
  component: { readonly path?: string; readonly size?: string; readonly integrity?: boolean } | null,
  at: Instant,
): void {
  const path = component?.path;
  if (path === undefined) return;
  paths.add(path);
  if (component?.size !== undefined) keepNewest(sizes, path, { at, value: component.size });
  if (component?.integrity !== undefined) keepNewest(checks, path, { at, value: component.integrity });
}

function keepNewest<Value>(map: Map<string, Dated<Value>>, path: string, dated: Dated<Value>): void {
  map.set(path, newer(map.get(path), dated));
}

function newer<Value>(before: Dated<Value> | undefined, dated: Dated<Value>): Dated<Value> {
  return before !== undefined && before.at > dated.at ? before : dated;
}

/** Keeps the list at its bound and newest first; of one age the later name comes first. */
function insertRecent(recent: Dated<Snapshot>[], dated: Dated<Snapshot>): void {
  const place = recent.findIndex((one) => dated.at >= one.at);
  if (place === -1 && recent.length >= RECENT) return;
  recent.splice(place === -1 ? recent.length : place, 0, dated);
  if (recent.length > RECENT) recent.pop();
}

function inShort({ metadata, spec, status }: Snapshot): RecentSnapshot {
  return {
    name: metadata.name,
    phase: status?.phase ?? 'Pending',
    ...(spec?.session === undefined ? {} : { session: spec.session }),
    ...(status?.size === undefined ? {} : { size: status.size }),
    ...(status?.snapshotTime === undefined ? {} : { snapshotTime: status.snapshotTime }),
  };
}

function bytesOf(size: string): number {
  const parsed = parseSize(size);
  return parsed.ok ? parsed.value : 0;
}
