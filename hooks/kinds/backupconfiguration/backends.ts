/** Whether each backend can be used: its BackupStorage is Ready and its RetentionPolicy is there. */
import type { Problem } from '../../domain/result.ts';
import { retentionRulesFrom } from '../../domain/retention-rules.ts';
import type { BackendStatus } from '../../generated/types/shared.ts';
import { isDeleting } from '../../kube/references.ts';
import type { Effective, EffectiveBackend, Reference } from './effective.ts';
import type { Observed } from './observe.ts';
import { isAdmitted, notPermitted, referenced } from './permission-checks.ts';

export interface BackendState {
  readonly backend: EffectiveBackend;
  readonly status: BackendStatus;
  /** The storage is there and admits this namespace, so a Repository may refer to it. */
  readonly storageFound: boolean;
  readonly problem: Problem | undefined;
}

interface Finding {
  readonly found: boolean;
  readonly phase?: string;
  readonly problem?: Problem;
}

/** The state of every effective backend, in order. */
export function backendStates(effective: Effective, observed: Observed): readonly BackendState[] {
  return effective.backends.map((backend) => {
    const storage = storageFinding(backend, observed);
    const policy = policyFinding(backend, observed);
    const problem = storage.problem ?? policy.problem;
    return {
      backend,
      storageFound: storage.found,
      problem,
      status: {
        name: backend.name,
        ready: problem === undefined,
        ...(backend.storage === undefined ? {} : { storage: { ref: backend.storage, ...detailOf(storage) } }),
        ...(backend.retentionPolicy === undefined
          ? {}
          : { retentionPolicy: { ref: backend.retentionPolicy, found: policy.found, ...reasonOf(policy) } }),
      },
    };
  });
}

function storageFinding({ storage: reference, pointer }: EffectiveBackend, observed: Observed): Finding {
  if (reference === undefined) {
    return absent(
      'BackupStorage',
      `${pointer} is empty and no default BackupStorage admits namespace ${observed.namespace.name}; name one, or set default: true on one`,
    );
  }
  const storage = referenced(observed.storages, reference);
  if (storage === undefined || !isAdmitted(storage, observed))
    return absent('BackupStorage', missing('BackupStorage', reference, observed));
  const phase = storage.status?.phase ?? 'NotReady';
  if (isDeleting(storage)) {
    return {
      found: true,
      phase,
      problem: waits('BackupStorage', `BackupStorage ${shown(reference)} is being deleted`),
    };
  }
  if (phase === 'Ready') return { found: true, phase };
  const ready = storage.status?.conditions?.find((one) => one.type === 'Ready');
  const why = ready === undefined ? '' : `: ${ready.message}`;
  return {
    found: true,
    phase,
    problem: waits('BackupStorage', `BackupStorage ${shown(reference)} is not Ready${why}`),
  };
}

function policyFinding({ retentionPolicy: reference, pointer }: EffectiveBackend, observed: Observed): Finding {
  if (reference === undefined) {
    return absent(
      'RetentionPolicy',
      `${pointer} names no retentionPolicy and no default RetentionPolicy admits namespace ${observed.namespace.name}; name one, or set default: true on one`,
    );
  }
  const policy = referenced(observed.retentionPolicies, reference);
  if (policy === undefined || !isAdmitted(policy, observed))
    return absent('RetentionPolicy', missing('RetentionPolicy', reference, observed));
  if (isDeleting(policy)) {
    return { found: true, problem: waits('RetentionPolicy', `RetentionPolicy ${shown(reference)} is being deleted`) };
  }
  const rules = retentionRulesFrom(policy.spec);
  if (rules.ok) return { found: true };
  const message = `RetentionPolicy ${shown(reference)} cannot be followed: ${rules.error}`;
  return { found: true, problem: { reason: 'RetentionPolicyInvalid', message, waits: true } };
}

/** Of another namespace nothing is told. */
function missing(kind: string, reference: Reference, observed: Observed): string {
  if (reference.namespace !== observed.namespace.name) return notPermitted(kind, reference, observed);
  return `${kind} ${shown(reference)} does not exist`;
}

function absent(kind: string, message: string): Finding {
  return { found: false, problem: waits(kind, message) };
}

function waits(kind: string, message: string): Problem {
  return { reason: `WaitingFor${kind}`, message, waits: true };
}

function detailOf(finding: Finding): { readonly phase?: string; readonly reason?: string } {
  return { ...(finding.phase === undefined ? {} : { phase: finding.phase }), ...reasonOf(finding) };
}

function reasonOf({ problem }: Finding): { readonly reason?: string } {
  return problem === undefined ? {} : { reason: problem.message };
}

function shown({ namespace, name }: Reference): string {
  return `${namespace}/${name}`;
}
