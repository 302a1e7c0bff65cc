/** The status of a Repository: what its Snapshots add up to, how its directory stands, and what a user should know. */
import type { Outcome } from '../../domain/result.ts';
import type { RepositoryStatus } from '../../generated/types/repository.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { conditionsFrom } from '../../kube/conditions.ts';
import { instantOf } from '../../kube/instants.ts';
import { textsOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { readinessOf, readyFacts, type Readiness } from '../../kube/ready.ts';
import type { Access } from './access.ts';
import { REASON } from './conditions.ts';
import type { Init } from './init.ts';
import type { Maintenance } from './maintenance.ts';
import type { Observed } from './observe.ts';
import { repositoryPhase } from './phase.ts';
import { lastGoodOf, type LastGood } from './last-good.ts';
import type { Reading } from './reading.ts';
import { statisticsOf, type Statistics } from './statistics.ts';
import type { Upload } from './upload.ts';

/** Each request carries every Snapshot, some 6 KB each: from here on a user should thin them out. */
const MANY_SNAPSHOTS = 2000;

export interface Course {
  readonly access: Outcome<Access>;
  readonly init: Init;
  readonly upload: Upload;
  readonly maintenance: Maintenance;
  readonly reading: Reading;
}

/** The whole status of a Repository whose view was whole. */
export function statusFrom(observed: Observed, course: Course, now: Instant): RepositoryStatus {
  const { metadata, status } = observed.repository;
  const { init, reading, maintenance } = course;
  const statistics = statisticsOf(observed.snapshots);
  const warnings = warningsOf(observed, statistics, course.upload);
  const metastash = bookkeepingOf(course, lastGoodOf(observed.snapshots, status?.metastash?.['lastGood']));
  const stated = [init.fact, reading.fact, ...maintenance.facts].filter((one) => one !== undefined);
  const facts = [...stated, ...readyFacts(readinessFrom(observed, course))];
  return {
    phase: repositoryPhase({ isInitialized: init.isDone, isAdmitted: isAdmitted(course) }),
    ...figuresOf(statistics, status),
    ...upkeepOf(maintenance),
    ...(init.snapshotsFound === undefined ? {} : { snapshotsFound: init.snapshotsFound }),
    ...(init.firstBackup === undefined ? {} : { firstBackup: init.firstBackup }),
    ...(reading.lastSyncTime === undefined ? {} : { lastSyncTime: reading.lastSyncTime }),
    ...(reading.lastSyncRequest === undefined ? {} : { lastSyncRequest: reading.lastSyncRequest }),
    ...(warnings.length === 0 ? {} : { warnings }),
    conditions: conditionsFrom(facts, status?.conditions, metadata.generation, now),
    ...(Object.keys(metastash).length === 0 ? {} : { metastash }),
  };
}

/** What retention plans and has done. The last check of all data knows better than the Snapshots' own. */
function upkeepOf({
  retention,
  forgotten,
  lastPruneTime,
  lastCheckTime,
  integrity,
}: Maintenance): Partial<RepositoryStatus> {
  return {
    ...(integrity === undefined ? {} : { integrity }),
    ...(retention.plan.length === 0 ? {} : { retentionPlan: retention.plan }),
    ...(forgotten.length === 0 ? {} : { forgotten }),
    ...(lastPruneTime === undefined ? {} : { lastPruneTime }),
    ...(lastCheckTime === undefined ? {} : { lastCheckTime }),
  };
}

/** A storage that is not seen has refused nobody. */
function isAdmitted({ access }: Course): boolean {
  return access.ok || access.error.reason !== REASON.storageNotAllowed;
}

/** Paths and the last backup are never unlearnt: an older view, or a Snapshot that is gone, takes no data from the storage. */
function figuresOf(statistics: Statistics, before: RepositoryStatus | undefined): Partial<RepositoryStatus> {
  const { snapshotCount, size, integrity, recentSnapshots } = statistics;
  const lastBackupTime = later(statistics.lastBackupTime, before?.lastBackupTime);
  const componentPaths = [...new Set([...textsOf(before?.componentPaths), ...statistics.componentPaths])].sort();
  return {
    snapshotCount,
    size,
    ...(integrity === undefined ? {} : { integrity }),
    ...(lastBackupTime === undefined ? {} : { lastBackupTime }),
    ...(recentSnapshots.length === 0 ? {} : { recentSnapshots }),
    ...(componentPaths.length === 0 ? {} : { componentPaths }),
  };
}

function later(one: string | undefined, other: string | undefined): string | undefined {
  const [at, before] = [instantOf(one), instantOf(other)];
  if (at === undefined) return before === undefined ? undefined : other;
  return before !== undefined && before > at ? other : one;
}

function readinessFrom(observed: Observed, { access, init }: Course): Readiness {
  if (!access.ok) return readinessOf(access.error);
  if (init.problem !== undefined) return readinessOf(init.problem);
  if (observed.isNamespaceTerminating) {
    const message = `Namespace ${observed.namespace} is going; nothing new is made in it.`;
    return { state: 'reconciling', reason: REASON.namespaceTerminating, message };
  }
  return { state: 'ready', reason: REASON.ready, message: init.fact?.message ?? 'The directory is claimed.' };
}

function warningsOf(
  { repository, snapshots }: Observed,
  { snapshotCount }: Statistics,
  upload: Upload,
): readonly string[] {
  const { paused, deletionPolicy } = repository.spec;
  return [
    ...(paused === true ? ['spec.paused is true: no Snapshot and no Job is made for this Repository.'] : []),
    ...(deletionPolicy === 'WipeOut' ? [DATA_GOES] : []),
    ...(snapshotCount > MANY_SNAPSHOTS
      ? [
          `More than ${MANY_SNAPSHOTS} Snapshots make every change of this Repository slow: keep fewer, or use several Repositories.`,
        ]
      : []),
    ...upload.warnings,
    ...suspectWarnings(snapshots),
  ];
}

/** The newest Snapshot, where it is one that should be looked at: the next backups are measured by the last good one. */
function suspectWarnings(snapshots: readonly Snapshot[]): readonly string[] {
  const time = ({ status }: Snapshot): number => instantOf(status?.snapshotTime) ?? 0;
  const done = snapshots.filter(({ status }) => status?.phase === 'Succeeded');
  const newest = Math.max(...done.map(time));
  return done
    .filter((one) => time(one) === newest && one.status?.suspect === true)
    .map(({ metadata, status }) => `Snapshot ${metadata.name} is suspect: ${status?.suspectReason ?? ''}.`)
    .sort();
}

/** Said while the object lives: who deletes it, or a configuration that owns it, shall know. */
const DATA_GOES =
  'spec.deletionPolicy is WipeOut: deleting this Repository, or its BackupConfiguration, removes its data from the storage.';

function bookkeepingOf(
  { init, upload, reading, maintenance }: Course,
  lastGood: Readonly<Record<string, LastGood>>,
): Readonly<Record<string, unknown>> {
  return {
    ...(init.isDone || init.run === undefined ? {} : { init: init.run.record }),
    ...(reading.record === undefined ? {} : { sync: reading.record }),
    ...(upload.record === undefined ? {} : { upload: upload.record }),
    ...(upload.uploaded.length === 0 ? {} : { uploaded: upload.uploaded }),
    ...maintenance.bookkeeping,
    ...(Object.keys(lastGood).length === 0 ? {} : { lastGood }),
  };
}
