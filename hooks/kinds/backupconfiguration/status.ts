/** What a BackupConfiguration's status says around its phase (phase.ts): conditions, needs, sessions. */
import type { Problem } from '../../domain/result.ts';
import type { BackupConfiguration, BackupConfigurationStatus } from '../../generated/types/backupconfiguration.ts';
import { conditionsFrom, type ConditionFact } from '../../kube/conditions.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { readinessOf, readyFacts, type Readiness } from '../../kube/ready.ts';
import { unchangedStatus } from '../../kube/unchanged-status.ts';
import { CONDITION, REASON } from './conditions.ts';
import { configurationPhase } from './phase.ts';
import type { Plan } from './plan.ts';

/** Status of a configuration whose spec can be carried out. */
export function statusOf(configuration: BackupConfiguration, plan: Plan, now: Instant): BackupConfigurationStatus {
  const passed: ConditionFact = {
    type: CONDITION.validationPassed,
    status: 'True',
    reason: REASON.validationPassed,
    message: 'Validation has been passed successfully.',
  };
  const { metadata, status } = configuration;
  const facts = [passed, ...readyFacts(readinessFrom(configuration, plan))];
  return {
    phase: plan.phase,
    targetFound: plan.needs.targetFound,
    backends: plan.needs.backends.map((one) => one.status),
    repositories: plan.needs.repositories.map((one) => one.status),
    dependencies: plan.needs.dependencies,
    sessions: plan.sessions,
    ...(plan.needs.warnings.length === 0 ? {} : { warnings: plan.needs.warnings }),
    conditions: conditionsFrom(facts, status?.conditions, metadata.generation, now),
    ...(Object.keys(plan.records).length === 0 ? {} : { metastash: plan.records }),
  };
}

/** Status of a configuration whose spec is refused: what was known before stays, and the message says what to change. */
export function refusedStatus(
  configuration: BackupConfiguration,
  problem: Problem,
  now: Instant,
): BackupConfigurationStatus {
  const failed: ConditionFact = {
    type: CONDITION.validationPassed,
    status: 'False',
    reason: REASON.validationFailed,
    message: problem.message,
  };
  const { metadata, status } = configuration;
  return {
    ...unchangedStatus(configuration),
    phase: configurationPhase('refused'),
    conditions: conditionsFrom(
      [failed, ...readyFacts(readinessOf(problem))],
      status?.conditions,
      metadata.generation,
      now,
    ),
  };
}

function readinessFrom({ spec }: BackupConfiguration, { problem }: Plan): Readiness {
  if (problem !== undefined) return readinessOf(problem);
  if (spec.paused === true) {
    return { state: 'ready', reason: REASON.paused, message: 'Paused: no session starts until spec.paused is false.' };
  }
  return { state: 'ready', reason: 'Ready', message: 'Target, backends, Repositories and schedulers are ready.' };
}
