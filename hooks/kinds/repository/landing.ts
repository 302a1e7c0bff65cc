/** One page of stored Snapshots on its way into the cluster: which are to be made, and when the page is done. */
import type { ReportResult, StoredSnapshot } from '../../domain/report.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import { countOf, mapOf, textOf, textsOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { isDeleting } from '../../kube/references.ts';
import { importedSnapshot, storedSnapshotsFrom } from './imported-snapshot.ts';
import type { Observed } from './observe.ts';

export interface Page {
  readonly snapshots: readonly StoredSnapshot[];
  readonly unreadable: readonly string[];
  readonly unreadableCount: number;
  readonly total: number;
  readonly next: string | undefined;
}

export interface Landing {
  readonly wanted: readonly DesiredObject[];
  readonly isDone: boolean;
  /** Snapshots of the page that are objects here; those that were there before count. */
  readonly landed: number;
  /** Those that are not, each with the reason. */
  readonly problems: readonly string[];
  readonly wakeAt: readonly Instant[];
}

/** A name that somebody else has stays missing for ever: creates of taken names are not even answered with an error. */
const LIMIT_MS = 2 * 60_000;

/** The page in a mover's result, which may be anything. */
export function pageFrom(result: ReportResult): Page | undefined {
  const stored = mapOf(mapOf(result)['stored']);
  const total = countOf(stored['total']);
  if (total === undefined || !Array.isArray(stored['snapshots'])) return undefined;
  const unreadable = mapOf(stored['unreadable']);
  return {
    snapshots: storedSnapshotsFrom(stored['snapshots']),
    unreadable: textsOf(unreadable['names']),
    unreadableCount: countOf(unreadable['count']) ?? 0,
    total,
    next: textOf(stored['next']),
  };
}

/** How far the page is at `now`, when its Snapshots have been asked for since `since`. */
export function landingOf(
  page: Page,
  observed: Observed,
  { since, now }: { readonly since: Instant; readonly now: Instant },
): Landing {
  const gone = forgottenIn(observed);
  const there = new Map(observed.snapshots.map((one) => [one.metadata.name, one]));
  const present = page.snapshots.flatMap((one) => there.get(one.name) ?? []);
  const missing = page.snapshots.filter(({ name }) => !there.has(name) && !gone.has(name));
  const built = missing.map((one) => importedSnapshot(one, observed.repository));
  const wanted = built.flatMap((one) => (one.ok ? [one.value] : []));
  const problems = built.flatMap((one) => (one.ok ? [] : [one.error]));
  const limit = since + LIMIT_MS;
  const isLate = now >= limit;
  return {
    wanted: isLate ? [] : wanted,
    isDone: isLate || (wanted.length === 0 && present.every(hasItsStatus)),
    landed: present.length,
    problems: [...problems, ...wanted.map(({ metadata }) => `${metadata.name} cannot be made, its name may be taken`)],
    wakeAt: [limit],
  };
}

/** A Snapshot that was made here before stands for itself; of an imported one its own hook has yet to speak. */
function hasItsStatus(snapshot: Snapshot): boolean {
  const isImported = snapshot.metadata.annotations?.[ANNOTATION.imported] !== undefined;
  return !isImported || snapshot.status?.phase !== undefined || isDeleting(snapshot);
}

/** Snapshots whose data retention has removed: a manifest that is still there is a leftover. */
function forgottenIn({ repository }: Observed): ReadonlySet<string> {
  const forgotten: readonly unknown[] = Array.isArray(repository.status?.forgotten) ? repository.status.forgotten : [];
  return new Set(forgotten.flatMap((one) => textOf(mapOf(one)['snapshot']) ?? []));
}
