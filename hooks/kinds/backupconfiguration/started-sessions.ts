/** The BackupSessions of a configuration: all that are observed, less what history removes, plus first backups and retries. */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import { restated } from '../../jobs/mover-job.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import type { Effective } from './effective.ts';
import { decidedSessions, firstBackupOf, knowsItsDirectory, type FirstBackup } from './first-backup.ts';
import { historyOf } from './history.ts';
import type { Observed } from './observe.ts';
import type { RepositoryState } from './repository-state.ts';
import { retriesOf } from './retries.ts';

export interface StartedSessions {
  readonly children: readonly DesiredObject[];
  /** In the order of the spec's sessions. */
  readonly firstBackups: readonly FirstBackup[];
  /** For `status.metastash`. */
  readonly records: {
    readonly removals: readonly string[];
    readonly retries: Readonly<Record<string, string>>;
    readonly firstBackups: readonly string[];
  };
  readonly wakeAt: Instant | undefined;
}

export interface SessionsInput {
  readonly configuration: BackupConfiguration;
  readonly effective: Effective;
  readonly observed: Observed;
  readonly repositories: readonly RepositoryState[];
  /** The configuration is Ready by KubeStash's rule. */
  readonly isReady: boolean;
}

/** Which BackupSessions should exist at `now`. */
export function startedSessions(input: SessionsInput, now: Instant): StartedSessions {
  const { configuration, effective, observed, isReady } = input;
  const declared = effective.sessions;
  const firstBackups = declared.map((session) => {
    const ready = isReady && canBackUp(session.name, input);
    return firstBackupOf(configuration, session, { effective, observed, ready });
  });
  const allowed = isReady && configuration.spec.paused !== true;
  const retries = retriesOf(configuration, declared, observed.sessions, { allowed, now });
  const history = historyOf(configuration, declared, observed.sessions, retries.pending);
  const decisions = declared.map((one, index) => ({ session: one.name, fact: firstBackups[index]?.fact }));
  const kept = observed.sessions.filter((one) => !history.removed.has(one.metadata.uid));
  const names = new Set(kept.map((one) => one.metadata.name));
  const made = [...firstBackups.flatMap((one) => one.child ?? []), ...retries.children];
  return {
    children: [...kept.map(restated), ...made.filter((one) => !names.has(one.metadata.name))],
    firstBackups,
    records: {
      removals: history.removals,
      retries: retries.made,
      firstBackups: decidedSessions(configuration, decisions),
    },
    wakeAt: retries.wakeAt,
  };
}

/** Every Repository of the session is Ready and has said what its directory held. */
function canBackUp(session: string, { effective, repositories }: SessionsInput): boolean {
  const names = effective.repositories.filter((one) => one.session === session).map((one) => one.name);
  return names.every((name) => {
    const state = repositories.find((one) => one.name === name);
    return state?.isReady === true && state.observed !== undefined && knowsItsDirectory(state.observed);
  });
}
