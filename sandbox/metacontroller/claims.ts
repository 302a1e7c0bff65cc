/** Which observed objects are children of a parent: owned ones that match, orphans that match are adopted, others released. */
import type { StoredMeta, StoredObject } from '../api-server/api.ts';
import type { Selector } from '../api-server/selectors.ts';
import { mapOf, type JsonMap } from '../api-server/values.ts';
import type { Client } from './client.ts';
import type { Steps } from './hook-caller.ts';
import { aggregated, isNotFound, textOfError } from './errors.ts';
import { liveOf, updateLive } from './live-updates.ts';

type Owner = NonNullable<StoredMeta['ownerReferences']>[number];

/** The reference to the object's controller. */
export function controllerOf(object: StoredObject): Owner | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** The reference that makes the parent a controller. */
export function controllerReference(parent: StoredObject): Owner {
  const { name, uid } = parent.metadata;
  return { apiVersion: parent.apiVersion, kind: parent.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

export interface Claimant {
  readonly client: Client;
  readonly parent: StoredObject;
  readonly matches: Selector;
}

/** The children among the candidates, as they were cached. Throws Error when an adoption or release fails. */
export function* claimed(claimant: Claimant, candidates: readonly StoredObject[]): Steps<readonly StoredObject[]> {
  const children: StoredObject[] = [];
  const errors: unknown[] = [];
  const adoption: Adoption = {};
  for (const candidate of candidates) {
    try {
      if (yield* claim(claimant, candidate, adoption)) children.push(candidate);
    } catch (error) {
      errors.push(error);
    }
  }
  const error = aggregated(errors);
  if (error) throw error;
  return children;
}

/** The parent is read live once per kind, before the first adoption. */
interface Adoption {
  checked?: { readonly refusal: Error | undefined };
}

function* claim(claimant: Claimant, candidate: StoredObject, adoption: Adoption): Steps<boolean> {
  const { parent } = claimant;
  const controller = controllerOf(candidate);
  const matches = claimant.matches(candidate.metadata.labels);
  const deleting = parent.metadata.deletionTimestamp !== undefined;
  if (controller) {
    if (controller.uid !== parent.metadata.uid) return false;
    if (matches || deleting) return matches;
    yield* swallowingNotFound(release(claimant, candidate));
    return false;
  }
  if (deleting || !matches || candidate.metadata.deletionTimestamp !== undefined) return false;
  return yield* swallowingNotFound(adopt(claimant, candidate, adoption));
}

/** False where the object is gone. */
function* swallowingNotFound(work: Steps<void>): Steps<boolean> {
  try {
    yield* work;
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

function* adopt(claimant: Claimant, candidate: StoredObject, adoption: Adoption): Steps<void> {
  const { client, parent } = claimant;
  adoption.checked ??= { refusal: yield* adoptionRefusal(client, parent) };
  const { refusal } = adoption.checked;
  if (refusal) {
    const { namespace = '', name, uid } = candidate.metadata;
    throw new Error(`can't adopt ${candidate.kind} ${namespace}/${name} (${uid}): ${refusal.message}`, {
      cause: refusal,
    });
  }
  yield* updateLive(client, candidate, (live) =>
    withOwners(live, [...(live.metadata.ownerReferences ?? []), controllerReference(parent)]),
  );
}

function* release(claimant: Claimant, candidate: StoredObject): Steps<void> {
  const { client, parent } = claimant;
  yield* updateLive(client, candidate, (live) =>
    withOwners(
      live,
      (live.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== parent.metadata.uid),
    ),
  );
}

function* adoptionRefusal(client: Client, parent: StoredObject): Steps<Error | undefined> {
  try {
    const { deletionTimestamp, namespace = '', name } = (yield* liveOf(client, parent)).metadata;
    return deletionTimestamp === undefined
      ? undefined
      : new Error(`${namespace}/${name} has just been deleted at ${deletionTimestamp}`);
  } catch (error) {
    return new Error(`can't recheck DeletionTimestamp: ${textOfError(error)}`, { cause: error });
  }
}

function withOwners(object: StoredObject, ownerReferences: readonly Owner[]): JsonMap {
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}

/** A desired object with the parent among its owners; a reference with the parent's uid counts, whatever else it says. */
export function owned(desired: JsonMap, parent: StoredObject): JsonMap {
  const metadata = mapOf(desired['metadata']);
  const owners = Array.isArray(metadata['ownerReferences']) ? (metadata['ownerReferences'] as readonly unknown[]) : [];
  if (owners.some((owner) => mapOf(owner)['uid'] === parent.metadata.uid)) return desired;
  return { ...desired, metadata: { ...metadata, ownerReferences: [...owners, controllerReference(parent)] } };
}
