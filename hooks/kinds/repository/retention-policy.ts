/**
 * Which RetentionPolicy is in force for each session that backs up into a Repository: that of the backend which its
 * BackupConfiguration names, or the default one (kubestash-api.md §1.5, §6.1 #2). A policy that is missing, not permitted,
 * unreadable or contradicted by another configuration is a problem, and a session with a problem loses nothing.
 */
import { retentionRulesFrom, type RetentionRules } from '../../domain/retention-rules.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { RetentionPolicy } from '../../generated/types/retentionpolicy.ts';
import type { BackendReference, RepositoryInfo, Session } from '../../generated/types/shared.ts';
import { defaultFor } from '../../kube/default-objects.ts';
import { listOf, mapOf, textOf } from '../../kube/json-values.ts';
import { usagePolicyAdmits } from '../../kube/label-selector.ts';
import { isDeleting, KIND, objectsOf, resolvedReference } from '../../kube/references.ts';
import { REASON } from './conditions.ts';
import type { Observed } from './observe.ts';

export interface PolicyProblem {
  readonly reason: string;
  readonly message: string;
}

export type SessionPolicy =
  { readonly name: string; readonly rules: RetentionRules } | { readonly problem: PolicyProblem };

/** Session -> its policy, or what stands in the way. A session that no configuration names any more is not in it. */
export function sessionPolicies(observed: Observed): ReadonlyMap<string, SessionPolicy> {
  const found = new Map<string, SessionPolicy>();
  for (const configuration of observed.configurations.filter((one) => !isDeleting(one))) {
    for (const [session, entry] of entriesOf(configuration, observed.repository.metadata.name)) {
      const policy = policyOf(configuration, entry, observed);
      found.set(session, agreed(session, found.get(session), policy));
    }
  }
  return found;
}

function entriesOf(
  { spec }: BackupConfiguration,
  repository: string,
): readonly (readonly [session: string, entry: RepositoryInfo])[] {
  return listOf(spec?.sessions).flatMap((session) => {
    const { name, repositories } = mapOf(session) as unknown as Partial<Session>;
    const entry = (Array.isArray(repositories) ? repositories : []).find(
      (one: RepositoryInfo) => one?.name === repository,
    );
    return entry === undefined || typeof name !== 'string' ? [] : [[name, entry] as const];
  });
}

/** Two configurations may have a session of one name: where they disagree, nobody can say which one is meant. */
function agreed(session: string, before: SessionPolicy | undefined, policy: SessionPolicy): SessionPolicy {
  if (before === undefined || 'problem' in before) return before ?? policy;
  if ('problem' in policy || policy.name === before.name) return policy;
  return problem(
    REASON.policyAmbiguous,
    `session ${session} of two BackupConfigurations has RetentionPolicy ${before.name} in one and ${policy.name} in the other; give one of them another name`,
  );
}

function policyOf(configuration: BackupConfiguration, entry: RepositoryInfo, observed: Observed): SessionPolicy {
  const { name } = configuration.metadata;
  if (configuration.spec?.paused === true) {
    return problem(
      REASON.configurationPaused,
      `BackupConfiguration ${name} is paused, so nothing is removed meanwhile`,
    );
  }
  const policies = objectsOf<RetentionPolicy>(observed.related, KIND.retentionPolicy);
  const consumer = { name: observed.namespace, labels: observed.namespaceObject?.metadata.labels ?? {} };
  const backend = backendOf(configuration, entry);
  if (backend === undefined) {
    return problem(
      REASON.policyNotFound,
      `BackupConfiguration ${name} has no backend ${JSON.stringify(entry.backend ?? '')}`,
    );
  }
  const named = backend.retentionPolicy;
  if (named === undefined) {
    const policy = defaultFor(policies, consumer);
    if (policy !== undefined) return readPolicy(policy);
    return problem(
      REASON.policyNotFound,
      `BackupConfiguration ${name} names no RetentionPolicy and no default one admits namespace ${observed.namespace}`,
    );
  }
  const reference = resolvedReference(named, observed.namespace);
  const policy = policies.find(
    ({ metadata }) => metadata.name === reference.name && metadata.namespace === reference.namespace,
  );
  if (policy === undefined || !usagePolicyAdmits(policy.spec?.usagePolicy, reference.namespace, consumer)) {
    return problem(
      REASON.policyNotFound,
      `RetentionPolicy ${reference.namespace}/${reference.name} does not exist or its usagePolicy does not admit namespace ${observed.namespace}`,
    );
  }
  return readPolicy(policy);
}

/** The backend that an entry means; without any in the spec, the one that the defaults make. */
function backendOf({ spec }: BackupConfiguration, entry: RepositoryInfo): Partial<BackendReference> | undefined {
  const backends = listOf(spec?.backends).map((one) => mapOf(one) as unknown as Partial<BackendReference>);
  if (backends.length === 0) return {};
  const wanted = entry.backend ?? '';
  const found = backends.find((one) => (one.name ?? '') === wanted);
  return found ?? (wanted === '' && backends.length === 1 ? backends[0] : undefined);
}

function readPolicy(policy: RetentionPolicy): SessionPolicy {
  const name = `${policy.metadata.namespace ?? ''}/${policy.metadata.name}`;
  const rules = retentionRulesFrom(policy.spec);
  if (rules.ok) return { name, rules: rules.value };
  return problem(REASON.policyUnreadable, `RetentionPolicy ${name}: ${textOf(rules.error) ?? ''}`);
}

function problem(reason: string, message: string): { readonly problem: PolicyProblem } {
  return { problem: { reason, message } };
}
