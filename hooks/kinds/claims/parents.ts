/**
 * Who each claimed kind belongs to. Only what an object's own spec says counts (a BackupSession its invoker, a Snapshot its
 * Repository), and for a Repository, which names nobody, the BackupConfiguration whose spec names it for the same target.
 */
import type { ObjectMap, RelatedRule } from '../../kube/metacontroller.ts';
import { LABEL } from '../../kube/labels.ts';
import { labelValue } from '../../kube/names.ts';
import type { KubeObject, OwnerReference } from '../../kube/objects.ts';
import { isDeleting, kindOf, objectsOf } from '../../kube/references.ts';

/** The few fields of claimed kinds and their parents that are read here; all are whatever a user wrote. */
interface ClaimSpec {
  readonly invoker?: { readonly kind?: string; readonly name?: string };
  readonly repository?: string;
  readonly appRef?: TargetRef;
  readonly target?: TargetRef;
  readonly sessions?: readonly { readonly repositories?: readonly { readonly name?: string }[] }[];
}
interface TargetRef {
  readonly kind?: string;
  readonly name?: string;
}

export type Claimed = KubeObject<ClaimSpec>;

/** How one kind finds its parent. */
export interface Claim {
  readonly parentKind: string;
  readonly parentApiVersion: string;
  /** What customize must ask for, or undefined where the spec names no parent that we know. */
  readonly rule: (object: Claimed) => RelatedRule | undefined;
  /** What a controlled object asks for, so that a parent that is deleted and made again wakes it. */
  readonly successorRule: (object: Claimed, controller: OwnerReference) => RelatedRule | undefined;
  readonly parentOf: (object: Claimed, candidates: readonly Claimed[]) => Claimed | undefined;
  /** The BackupConfiguration's name for label `kubestash.com/invoker-name`, given the name of the controlling parent. */
  readonly invokerName: (
    object: Claimed,
    parentName: string | undefined,
    parent: Claimed | undefined,
  ) => string | undefined;
}

const BACKUP_CONFIGURATIONS = { apiVersion: 'core.kubestash.com/v1alpha1', resource: 'backupconfigurations' };
const REPOSITORIES = { apiVersion: 'storage.kubestash.com/v1alpha1', resource: 'repositories' };

const CLAIMS: Readonly<Record<string, Claim>> = {
  BackupSession: {
    parentKind: 'BackupConfiguration',
    parentApiVersion: BACKUP_CONFIGURATIONS.apiVersion,
    rule: (object) => ruleByName(BACKUP_CONFIGURATIONS, object, invokerOf(object)),
    // Goes with its BackupConfiguration.
    successorRule: () => undefined,
    parentOf: (object, candidates) => named(candidates, invokerOf(object)),
    invokerName: (object) => invokerOf(object),
  },
  Snapshot: {
    parentKind: 'Repository',
    parentApiVersion: REPOSITORIES.apiVersion,
    rule: (object) => ruleByName(REPOSITORIES, object, textOf(object.spec?.repository)),
    // A Repository has up to thousands of Snapshots, and each change of it would wake them all.
    successorRule: () => undefined,
    parentOf: (object, candidates) => named(candidates, textOf(object.spec?.repository)),
    invokerName: (object, _name, repository) =>
      object.metadata.labels?.[LABEL.invokerName] ?? repository?.metadata.labels?.[LABEL.invokerName],
  },
  Repository: {
    parentKind: 'BackupConfiguration',
    parentApiVersion: BACKUP_CONFIGURATIONS.apiVersion,
    rule: (object) => ({ ...BACKUP_CONFIGURATIONS, ...inNamespace(object) }),
    successorRule: (object, controller) =>
      controller.kind === 'BackupConfiguration'
        ? ruleByName(BACKUP_CONFIGURATIONS, object, controller.name)
        : undefined,
    parentOf: configurationOf,
    invokerName: (object, parentName) => parentName ?? object.metadata.labels?.[LABEL.invokerName],
  },
};

/** How this object's kind is claimed; undefined for kinds that are not. */
export function claimOf(object: Claimed): Claim | undefined {
  return Object.hasOwn(CLAIMS, object.kind) ? CLAIMS[object.kind] : undefined;
}

/** Objects of the parent kind in the claimed object's namespace that are not being deleted, oldest first. */
export function candidatesFor(object: Claimed, claim: Claim, related: ObjectMap): readonly Claimed[] {
  return objectsOf<Claimed>(related, kindOf({ kind: claim.parentKind, apiVersion: claim.parentApiVersion }))
    .filter((one) => one.metadata.namespace === object.metadata.namespace)
    .filter((one) => !isDeleting(one))
    .sort(byAge);
}

function byAge(left: Claimed, right: Claimed): number {
  const [one, other] = [left, right].map(({ metadata }) => `${metadata.creationTimestamp} ${metadata.name}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

/** KubeStash's CLI writes the kind, older manifests leave it out; a BackupBatch is another kind's child. */
function invokerOf(object: Claimed): string | undefined {
  const invoker = object.spec?.invoker;
  return (invoker?.kind ?? 'BackupConfiguration') === 'BackupConfiguration' ? textOf(invoker?.name) : undefined;
}

/** The label's BackupConfiguration where that one qualifies, else the oldest that does. */
function configurationOf(repository: Claimed, candidates: readonly Claimed[]): Claimed | undefined {
  const willing = candidates.filter((one) => namesRepository(one, repository) && sameTarget(one, repository));
  const label = repository.metadata.labels?.[LABEL.invokerName];
  return willing.find((one) => labelValue(one.metadata.name) === label) ?? willing[0];
}

function namesRepository(configuration: Claimed, repository: Claimed): boolean {
  const sessions = Array.isArray(configuration.spec?.sessions) ? configuration.spec.sessions : [];
  return sessions.some(
    (session) =>
      Array.isArray(session?.repositories) &&
      session.repositories.some((one: { readonly name?: string }) => one?.name === repository.metadata.name),
  );
}

/** A Repository of another target must not change hands: its history is that target's. */
function sameTarget(configuration: Claimed, repository: Claimed): boolean {
  const [target, appRef] = [configuration.spec?.target, repository.spec?.appRef];
  if (target === undefined) return appRef?.kind === undefined || appRef.kind === '';
  return target.kind === appRef?.kind && target.name === appRef?.name;
}

function named(candidates: readonly Claimed[], name: string | undefined): Claimed | undefined {
  return candidates.find((one) => one.metadata.name === name);
}

function ruleByName(
  kind: { readonly apiVersion: string; readonly resource: string },
  object: Claimed,
  name: string | undefined,
): RelatedRule | undefined {
  return name === undefined ? undefined : { ...kind, ...inNamespace(object), names: [name] };
}

function inNamespace(object: Claimed): { readonly namespace?: string } {
  const { namespace } = object.metadata;
  return namespace === undefined ? {} : { namespace };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
