/**
 * As whom a mover runs (design §3, Identity): the user's own securityContext; in a namespace that enforces `restricted`
 * the ids of the Pods that mount the data; otherwise root with the few capabilities that reading or restoring needs.
 */
import type { ConditionFact } from '../kube/conditions.ts';
import type { JsonMap } from '../kube/objects.ts';
import type { Workload } from '../kube/workload.ts';

/** `storage` writes a backend's own files, `plain` touches no data. */
export type Purpose = 'backup' | 'restore' | 'storage' | 'plain';

export interface IdentityInput {
  readonly purpose: Purpose;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** Pod and container securityContext that the user wrote. */
  readonly ownPod?: object | undefined;
  readonly ownContainer?: object | undefined;
  readonly workload?: Workload | undefined;
  /** Volumes that the mover mounts, by their names in the target's Pod template. */
  readonly volumes?: readonly string[];
}

export interface Identity {
  /** PodSpec.securityContext; absent where nothing is set. */
  readonly pod?: object;
  /** Container.securityContext. */
  readonly container?: object;
  /** Says what may stay unreadable; for the status of whoever runs the Job. */
  readonly note?: ConditionFact;
}

const ENFORCE_LABEL = 'pod-security.kubernetes.io/enforce';
const NOBODY = 65534;

const CAPABILITIES: Readonly<Record<Purpose, readonly string[]>> = {
  backup: ['DAC_OVERRIDE'],
  restore: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
  storage: ['DAC_OVERRIDE'],
  plain: [],
};

/** Security contexts of a mover, and a condition where data may not be complete. */
export function identityOf(input: IdentityInput): Identity {
  const { ownPod, ownContainer } = input;
  const restricted = input.namespaceLabels[ENFORCE_LABEL] === 'restricted';
  if (hasFields(ownPod) || hasFields(ownContainer)) return ownIdentity(input, restricted);
  if (input.purpose === 'plain') return { pod: unprivileged({}), container: confined([]) };
  if (restricted) return restrictedIdentity(input);
  return { pod: { runAsGroup: 0, runAsUser: 0 }, container: confined(CAPABILITIES[input.purpose]) };
}

/** The user's words stay as they are; a container that they say nothing about is confined as far as the purpose allows. */
function ownIdentity({ purpose, ownPod, ownContainer }: IdentityInput, restricted: boolean): Identity {
  return {
    ...(hasFields(ownPod) ? { pod: ownPod as object } : {}),
    container: hasFields(ownContainer) ? (ownContainer as object) : confined(restricted ? [] : CAPABILITIES[purpose]),
  };
}

function restrictedIdentity(input: IdentityInput): Identity {
  if (input.purpose === 'storage') return { pod: unprivileged({ fsGroup: NOBODY }), container: confined([]) };
  const ids = idsOfMounters(input);
  const identity = { pod: unprivileged(ids), container: confined([]) };
  const { runAsUser = NOBODY } = ids;
  const verb = input.purpose === 'backup' ? 'read' : 'give back the owners of';
  return {
    ...identity,
    note: {
      type: 'FullDataAccess',
      status: 'False',
      reason: 'RestrictedNamespace',
      message:
        `the namespace enforces the restricted Pod Security level, so the mover runs as uid ${String(runAsUser)} and cannot ` +
        `${verb} files of other users; set jobTemplate.spec.securityContext to choose another identity`,
    },
  };
}

/** uid, gid and fsGroup of the first container that mounts one of the volumes; root ids are not possible here. */
function idsOfMounters({ workload, volumes = [] }: IdentityInput): JsonMap {
  const template = workload?.template;
  const mount = template?.mounts.find((one) => volumes.includes(one.name)) ?? template?.mounts[0];
  const container = mount === undefined ? {} : (template?.containerSecurityContexts[mount.container] ?? {});
  const merged: JsonMap = { ...template?.securityContext, ...container };
  const id = (field: string): JsonMap => (Number(merged[field]) > 0 ? { [field]: Number(merged[field]) } : {});
  return { ...id('runAsUser'), ...id('runAsGroup'), ...id('fsGroup') };
}

/** An fsGroup makes the kubelet change the group of a volume's files, so it is set only where the target sets the same. */
function unprivileged(ids: JsonMap): object {
  const user = ids['runAsUser'] ?? NOBODY;
  return {
    ...(ids['fsGroup'] === undefined ? {} : { fsGroup: ids['fsGroup'], fsGroupChangePolicy: 'OnRootMismatch' }),
    runAsGroup: ids['runAsGroup'] ?? user,
    runAsNonRoot: true,
    runAsUser: user,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

function confined(add: readonly string[]): object {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { ...(add.length === 0 ? {} : { add }), drop: ['ALL'] },
  };
}

function hasFields(value: object | undefined): boolean {
  return value !== undefined && value !== null && Object.keys(value).length > 0;
}
