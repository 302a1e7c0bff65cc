/**
 * The first backup (design §2): one BackupSession per session, once, when the configuration is first Ready and its
 * directories hold no Snapshot. A cluster that was rebuilt from Git must not save empty volumes over the history it is
 * about to restore. The decision is a condition, and a condition that stands there is final.
 */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { Repository } from '../../generated/types/repository.ts';
import type { Session } from '../../generated/types/shared.ts';
import { conditionOf, type ConditionFact } from '../../kube/conditions.ts';
import { instantOf } from '../../kube/instants.ts';
import { countOf, textsOf } from '../../kube/json-values.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { backupSessionAt } from './backup-session.ts';
import { CONDITION, REASON } from './conditions.ts';
import type { Effective } from './effective.ts';
import type { Observed } from './observe.ts';

export interface FirstBackup {
  /** Undefined while nothing can be said yet. */
  readonly fact: ConditionFact | undefined;
  readonly child: DesiredObject | undefined;
}

/** What is so for one session. `ready` is whether the configuration and its Repositories are ready. */
export function firstBackupOf(
  configuration: BackupConfiguration,
  session: Session,
  view: { readonly effective: Effective; readonly observed: Observed; readonly ready: boolean },
): FirstBackup {
  const decided = decidedFact(configuration, session);
  if (decided !== undefined) return { fact: decided, child: undefined };
  if (textsOf(configuration.status?.metastash?.['firstBackups']).includes(session.name)) {
    return fact('False', REASON.initialBackupNotNeeded, 'A session of this name was there before.');
  }
  const bornAt = instantOf(configuration.metadata.creationTimestamp) ?? 0;
  const child = backupSessionAt(configuration, session, bornAt);
  const { name } = child.metadata;
  const ofSession = view.observed.sessions.filter((one) => one.spec?.session === session.name);
  if (ofSession.some((one) => one.metadata.name === name)) {
    return fact('True', REASON.initialBackupTriggered, `BackupSession ${name} was made.`);
  }
  if (!view.ready) return { fact: undefined, child: undefined };
  const refusal = reasonAgainst(configuration, session, view, ofSession.length > 0);
  if (refusal !== undefined) return fact('False', ...refusal);
  return { ...fact('Unknown', REASON.initialBackupRequested, `BackupSession ${name} has been asked for.`), child };
}

type Refusal = readonly [reason: string, message: string];

function reasonAgainst(
  configuration: BackupConfiguration,
  session: Session,
  { effective, observed }: { readonly effective: Effective; readonly observed: Observed },
  hasSessions: boolean,
): Refusal | undefined {
  if (configuration.spec.paused === true || session.scheduler.suspend === true) {
    return [REASON.initialBackupPaused, 'Paused when it first became ready; the schedule makes the first backup.'];
  }
  if (hasSessions) return [REASON.initialBackupNotNeeded, 'A BackupSession of this session was there already.'];
  const names = new Set(effective.repositories.filter((one) => one.session === session.name).map((one) => one.name));
  const held = observed.repositories.filter((one) => names.has(one.metadata.name) && !wasEmpty(one, configuration));
  if (held.length === 0) return undefined;
  const list = held.map((one) => one.metadata.name).join(', ');
  return [
    REASON.initialBackupNotNeeded,
    `The directory of ${list} holds Snapshots already. Restore first if this target is new, then let the schedule run, or create a BackupSession.`,
  ];
}

/** Session names whose decision is made, also those that left the spec: coming back starts no backup. Sorted. */
export function decidedSessions(
  configuration: BackupConfiguration,
  decisions: readonly { readonly session: string; readonly fact: ConditionFact | undefined }[],
): readonly string[] {
  const before = textsOf(configuration.status?.metastash?.['firstBackups']);
  const made = decisions.filter(({ fact: one }) => one !== undefined && one.status !== 'Unknown');
  return [...new Set([...before, ...made.map(({ session }) => session)])].sort();
}

/** Whether a Repository has said how many Snapshots its directory held; until then nothing is decided. */
export function knowsItsDirectory(repository: Repository): boolean {
  return snapshotsFound(repository) !== undefined;
}

/** A Repository that is older than this configuration was kept by another one: what it has made since counts too. */
function wasEmpty(repository: Repository, configuration: BackupConfiguration): boolean {
  const isOlder = repository.metadata.creationTimestamp < configuration.metadata.creationTimestamp;
  return snapshotsFound(repository) === 0 && !(isOlder && (repository.status?.snapshotCount ?? 0) > 0);
}

function snapshotsFound({ status }: Repository): number | undefined {
  return countOf(status?.snapshotsFound ?? status?.metastash?.['snapshotsFound']);
}

/** Unknown is no decision: the session that was asked for is asked for again until it is seen. */
function decidedFact(configuration: BackupConfiguration, session: Session): ConditionFact | undefined {
  const entries = configuration.status?.sessions;
  const entry = Array.isArray(entries) ? entries.find((one) => one?.name === session.name) : undefined;
  const condition = conditionOf(entry, CONDITION.initialBackupTriggered);
  if (condition === undefined || condition.status === 'Unknown') return undefined;
  const { type, status, reason, message } = condition;
  return { type, status, reason, message };
}

function fact(status: ConditionFact['status'], reason: string, message: string): FirstBackup {
  return { fact: { type: CONDITION.initialBackupTriggered, status, reason, message }, child: undefined };
}
