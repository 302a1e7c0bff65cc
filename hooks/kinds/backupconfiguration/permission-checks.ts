/**
 * Whether the owners of what is referenced admit this namespace (kubestash-api.md §1.5, check 8). The words for an object of
 * another namespace are the same whether it exists or not, so that nobody can ask what there is elsewhere.
 */
import { usagePolicyAdmits, type UsagePolicy } from '../../kube/label-selector.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { resolvedReference } from '../../kube/references.ts';
import type { HookInfo, Session } from '../../generated/types/shared.ts';
import type { Check, CheckInput } from './check.ts';
import type { Reference } from './effective.ts';
import { firstFault } from './faults.ts';
import type { Observed } from './observe.ts';

export const permissionChecks: readonly Check[] = [
  { reason: 'StorageNotPermitted', waits: true, fault: storageRefused },
  { reason: 'RetentionPolicyNotPermitted', waits: true, fault: retentionPolicyRefused },
  { reason: 'HookTemplateNotPermitted', waits: true, fault: hookTemplateRefused },
];

type Shared = KubeObject<{ readonly usagePolicy?: UsagePolicy }>;

/** The object of this name. */
export function referenced<Kind extends KubeObject>(
  objects: readonly Kind[],
  reference: Reference | undefined,
): Kind | undefined {
  return objects.find(
    ({ metadata }) => metadata.name === reference?.name && metadata.namespace === reference.namespace,
  );
}

/** Whether the object's usage policy admits the namespace. */
export function isAdmitted(object: Shared, observed: Observed): boolean {
  return usagePolicyAdmits(object.spec?.usagePolicy, object.metadata.namespace ?? '', observed.namespace);
}

/** For a reference into another namespace that is not there or not permitted. */
export function notPermitted(kind: string, { name, namespace }: Reference, observed: Observed): string {
  return `${kind} ${namespace}/${name} does not exist or its usagePolicy does not admit namespace ${observed.namespace.name}`;
}

function storageRefused({ effective, observed }: CheckInput): string | undefined {
  return firstFault(effective.backends, ({ pointer, storage }) =>
    refusal(
      { kind: 'BackupStorage', reference: storage, pointer: `${pointer}/storageRef` },
      observed.storages,
      observed,
    ),
  );
}

function retentionPolicyRefused({ effective, observed }: CheckInput): string | undefined {
  return firstFault(effective.backends, ({ pointer, retentionPolicy }) =>
    refusal(
      { kind: 'RetentionPolicy', reference: retentionPolicy, pointer: `${pointer}/retentionPolicy` },
      observed.retentionPolicies,
      observed,
    ),
  );
}

function hookTemplateRefused({ effective, observed }: CheckInput): string | undefined {
  return firstFault(effective.sessions, (session, index) =>
    firstFault(hookTemplatesOf(session, observed), ({ reference, pointer }) =>
      refusal(
        { kind: 'HookTemplate', reference, pointer: `/spec/sessions/${index}/${pointer}/hookTemplate` },
        observed.hookTemplates,
        observed,
      ),
    ),
  );
}

/** The hooks of a session, with the HookTemplate and the place of each. */
export function hookTemplatesOf(
  session: Session,
  observed: Observed,
): readonly { readonly use: HookInfo; readonly reference: Reference; readonly pointer: string }[] {
  return (['preBackup', 'postBackup'] as const).flatMap((phase) =>
    (session.hooks?.[phase] ?? []).map((use, index) => ({
      use,
      reference: resolvedReference(use.hookTemplate ?? { name: '' }, observed.namespace.name),
      pointer: `hooks/${phase}/${index}`,
    })),
  );
}

interface Named {
  readonly kind: string;
  readonly reference: Reference | undefined;
  readonly pointer: string;
}

function refusal(
  { kind, reference, pointer }: Named,
  objects: readonly Shared[],
  observed: Observed,
): string | undefined {
  const object = referenced(objects, reference);
  if (reference === undefined || object === undefined || isAdmitted(object, observed)) return undefined;
  return `${pointer}: ${notPermitted(kind, reference, observed)}; ask its owner to admit it, or use one of your own namespace`;
}
