/**
 * Deletions that take data along (design law 4): whether `deletionPolicy: WipeOut` stood in the spec of an object before it was
 * deleted, and whether something larger than the object is going.
 */
import { conditionOf, type Condition } from './conditions.ts';
import { instantOf } from './instants.ts';
import { listOf, mapOf, textOf } from './json-values.ts';
import type { Instant, ObjectMap, RelatedRule } from './metacontroller.ts';
import { isTerminating, namespaceNamed } from './namespaces.ts';
import type { KubeObject } from './objects.ts';
import { hasGroup, isDeleting, KIND, objectNamed } from './references.ts';

/** A Namespace, a definition or an owner on its way out may be seen later than what goes with it. */
export const SETTLE_MS = 30_000;
/** After this long an object lets go, and its data stays (design §2, Deletion). */
export const WIPE_LIMIT_MS = 30 * 60_000;

/** How long an object says at its end what became of its data: long enough for those who watch it. */
export const LAST_WORDS_MS = 10_000;

/** Condition that tells how far the removal of a deleted object's data is. */
export const WIPED_OUT = 'WipedOut';

/** Finalizers of the garbage collector: while one is there the host does not manage children (metacontroller.md T18). */
const COLLECTOR_FINALIZERS: readonly string[] = ['foregroundDeletion', 'orphan'];

/**
 * Whether a deleted object asked for its data to go, before it was deleted. A deletion raises the generation by one, so a
 * sync that saw the generation before it saw this very spec; else the API server's own record of who set the field, and when,
 * decides (its times are whole seconds). Without either it is no.
 */
export function askedForWipeOut(object: KubeObject): boolean {
  if (!isDeleting(object) || mapOf(object.spec)['deletionPolicy'] !== 'WipeOut') return false;
  const { generation } = object.metadata;
  const observed = mapOf(object.status)['observedGeneration'];
  if (typeof observed === 'number' && generation !== undefined && generation - observed <= 1) return true;
  const deletedAt = deletionInstant(object, 0);
  const managers = listOf(mapOf(object.metadata)['managedFields']).map(mapOf);
  return managers.some((one) => {
    const spec = mapOf(mapOf(one['fieldsV1'])['f:spec']);
    return Object.hasOwn(spec, 'f:deletionPolicy') && (instantOf(one['time']) ?? Infinity) <= deletedAt;
  });
}

/** Whether the object's data is to go with it. Once that was noted in status, only another policy in its spec takes it back. */
export function isWipeOutWanted(object: KubeObject, isNoted: boolean): boolean {
  if (mapOf(object.spec)['deletionPolicy'] !== 'WipeOut') return false;
  return isNoted || askedForWipeOut(object);
}

/** What the observed status says last of its data, while that still has to stand there; undefined once it has for long enough. */
export function lastWordsOf(
  { status }: KubeObject,
  now: Instant,
): { readonly fact: Condition; readonly until: Instant } | undefined {
  const fact = conditionOf(mapOf(status) as { readonly conditions?: readonly Condition[] }, WIPED_OUT);
  const until = (instantOf(fact?.lastTransitionTime) ?? 0) + LAST_WORDS_MS;
  return fact === undefined || now >= until ? undefined : { fact, until };
}

/** When the object was deleted; `otherwise` for one that was not. */
export function deletionInstant({ metadata }: KubeObject, otherwise: Instant): Instant {
  return instantOf(metadata.deletionTimestamp) ?? otherwise;
}

/** Whether the garbage collector still works on what the object owns. */
export function isBeingCollected({ metadata }: KubeObject): boolean {
  return (metadata.finalizers ?? []).some((one) => COLLECTOR_FINALIZERS.includes(one));
}

/** How long Metacontroller keeps a customize answer for one uid and generation (metacontroller.md §2.4). */
const CUSTOMIZE_KEPT_MS = 20 * 60_000;

/**
 * Whether a deleted object should ask for nothing but kinds of Kubernetes itself. Metacontroller fails a sync whole, finalize
 * included, as long as one related kind has no definition: an object that outlives the definitions beside it would never go.
 * Past every usual wait each second answer is such a one; between them work that takes hours sees its surroundings.
 */
export function mayLackKinds(object: KubeObject, now: Instant): boolean {
  const asked = Math.floor((now - deletionInstant(object, now)) / CUSTOMIZE_KEPT_MS);
  return asked >= 2 && asked % 2 === 0;
}

/** The rule that shows these CustomResourceDefinitions (`<plural>.<group>`). */
export function definitionsRule(names: readonly string[]): RelatedRule {
  return { apiVersion: 'apiextensions.k8s.io/v1', resource: 'customresourcedefinitions', names };
}

/**
 * What larger thing is going, in words: a Namespace, or one of these definitions; undefined where none is. A view without the
 * groups says `'unseen'`: it proves nothing.
 */
export function largerDeletion(
  related: ObjectMap,
  namespace: string,
  definitions: readonly string[],
): { readonly reason: string; readonly message: string } | 'unseen' | undefined {
  if (isTerminating(namespaceNamed(related, namespace))) {
    return { reason: 'NamespaceTerminating', message: `Namespace ${namespace} is going` };
  }
  if (!hasGroup(related, KIND.namespace) || !hasGroup(related, KIND.customResourceDefinition)) return 'unseen';
  for (const name of definitions) {
    const definition = objectNamed(related, KIND.customResourceDefinition, name);
    if (definition !== undefined && !isDeleting(definition)) continue;
    return { reason: 'DefinitionGoing', message: `CustomResourceDefinition ${name} is going or gone` };
  }
  return undefined;
}

/** What a deletion that takes data along has published, in `status.metastash.wipeOut`; anything else counts as nothing. */
export function publishedStep<Step extends string>(object: KubeObject, steps: readonly Step[]): Step | undefined {
  const text = textOf(mapOf(mapOf(object.status)['metastash'])['wipeOut']);
  return steps.find((one) => one === text);
}
