/** What a valid session has that its author may not have meant: said in `status.warnings`, and nothing is held up for it. */
import { formatDuration } from '../../domain/duration.ts';
import { retentionRulesFrom } from '../../domain/retention-rules.ts';
import { parseSchedule, pauseLongerThan } from '../../domain/schedule.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { Session } from '../../generated/types/shared.ts';
import { conditionOf } from '../../kube/conditions.ts';
import { instantOf } from '../../kube/instants.ts';
import type { Effective, EffectiveBackend } from './effective.ts';
import type { Observed } from './observe.ts';
import { referenced } from './permission-checks.ts';
import { newestFirst } from './sessions.ts';

/** Reason of a BackupSession that met another one of its session at work. */
const OVERRUN = 'SessionAlreadyRunning';

/** Warnings of all sessions, in the order of the spec. */
export function sessionWarnings(
  configuration: BackupConfiguration,
  effective: Effective,
  observed: Observed,
): readonly string[] {
  return effective.sessions.flatMap((session, index) => {
    const at = `/spec/sessions/${index}`;
    return [
      ...overrunOf(session, at, observed),
      ...agesBetweenRuns(session, at, { configuration, effective, observed }),
    ];
  });
}

/** A schedule that is faster than its backups loses the runs in between (faults.md B47). */
function overrunOf({ name }: Session, at: string, { sessions }: Observed): readonly string[] {
  const skipped = newestFirst(sessions, name).find((one) => conditionOf(one.status, 'Ready')?.reason === OVERRUN);
  if (skipped === undefined) return [];
  return [
    `${at}/scheduler/schedule: BackupSession ${skipped.metadata.name} was skipped, as the one before it still ran; run this session less often.`,
  ];
}

/** A policy by which everything is too old before the next run leaves only the newest good Snapshot (faults.md B51). */
function agesBetweenRuns(
  session: Session,
  at: string,
  {
    configuration,
    effective,
    observed,
  }: { configuration: BackupConfiguration; effective: Effective; observed: Observed },
): readonly string[] {
  const backends = effective.repositories.filter((one) => one.session === session.name).map((one) => one.backend);
  return [...new Set(backends)].flatMap((backend) => {
    const maxAgeMs = maxAgeOf(backend, observed);
    const schedule = parseSchedule(session.scheduler.schedule);
    if (backend === undefined || maxAgeMs === undefined || !schedule.ok) return [];
    const born = instantOf(configuration.metadata.creationTimestamp) ?? 0;
    const pause = pauseLongerThan(schedule.value, maxAgeMs, born);
    if (pause === undefined) return [];
    const policy = `${backend.retentionPolicy?.namespace}/${backend.retentionPolicy?.name}`;
    return [
      `${at}/scheduler/schedule leaves ${formatDuration(pause)} between two runs, and RetentionPolicy ${policy} keeps nothing longer than ${formatDuration(maxAgeMs)}: only the newest good Snapshot stays.`,
    ];
  });
}

function maxAgeOf(backend: EffectiveBackend | undefined, observed: Observed): number | undefined {
  const rules = retentionRulesFrom(referenced(observed.retentionPolicies, backend?.retentionPolicy)?.spec);
  return rules.ok ? rules.value.maxAgeMs : undefined;
}
