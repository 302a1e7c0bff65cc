/**
 * Who may write below a directory. The owner is cluster uid + namespace/name of the Repository, in one small file that is
 * created by a conditional put, so that of two claims at once exactly one wins.
 *
 *   nobody                                   -> claimed
 *   the same cluster, namespace and name     -> ours
 *   another namespace or name                -> refused
 *   another cluster, same namespace and name -> the cluster was rebuilt (or has a twin): taken over, the former owner noted
 *   ... and the former owner comes back      -> it was alive: it takes the directory back, the other one is refused from then on
 *
 * So a cluster rebuilt from Git goes on at once, and a copy of a living cluster (the same Git, the same bucket) cannot
 * keep what is not its own. Only `init-repository` claims; a backup checks, and takes back what was taken from it.
 */
import type { DirectoryOwner } from '../../hooks/domain/task.ts';
import { isObject } from '../decode.ts';
import { Fault } from '../faults.ts';
import { ownerKey } from './layout.ts';
import type { Store } from './store.ts';

/** The owner file. */
interface OwnerRecord extends DirectoryOwner {
  readonly claimedAt: string;
  /** Clusters that this directory was taken over from, oldest first. */
  readonly formerClusters?: readonly string[];
  /** Clusters that took over from an owner who was alive. */
  readonly refusedClusters?: readonly string[];
}

export interface ClaimOutcome {
  /** Nobody owned the directory before. */
  readonly created: boolean;
  /** Another cluster owned it under the same namespace and name. */
  readonly takenOver: boolean;
}

/** Makes the directory ours or throws `DirectoryOwned` with the owner's name. Safe to repeat. */
export async function claimDirectory(
  store: Store,
  directory: string,
  owner: DirectoryOwner,
  now: Date,
): Promise<ClaimOutcome> {
  const fresh: OwnerRecord = { ...identityOf(owner), claimedAt: now.toISOString() };
  if (await store.putIfAbsent(ownerKey(directory), encoded(fresh))) return { created: true, takenOver: false };
  const found = await ownerOf(store, directory);
  if (found === undefined) throw new Fault('StorageUnreachable', `${ownerKey(directory)} was there and is gone`);
  const verdict = verdictOn(found, owner);
  if (verdict === 'ours') return { created: false, takenOver: false };
  if (verdict === 'refused') throw owned(directory, found, owner);
  await store.put(ownerKey(directory), encoded(successor(found, owner, now)));
  await confirmed(store, directory, owner);
  return { created: false, takenOver: verdict === 'taken-over' };
}

/** Passes when the directory is this Repository's; takes it back from a copy of this cluster; else throws. */
export async function checkDirectory(
  store: Store,
  directory: string,
  owner: Omit<DirectoryOwner, 'clusterUid'> & { readonly clusterUid?: string },
  now: Date,
): Promise<void> {
  const found = await ownerOf(store, directory);
  if (found === undefined)
    throw new Fault('DirectoryNotClaimed', `Directory ${directory} has no ${ownerKey(directory)}`);
  if (owner.clusterUid === undefined) {
    if (found.namespace !== owner.namespace || found.name !== owner.name) throw owned(directory, found, owner);
    return;
  }
  const known = { ...owner, clusterUid: owner.clusterUid };
  const verdict = verdictOn(found, known);
  if (verdict === 'ours') return;
  if (verdict !== 'taken-back') throw owned(directory, found, owner);
  await store.put(ownerKey(directory), encoded(successor(found, known, now)));
  await confirmed(store, directory, known);
}

/** Uid of the cluster that a directory is claimed by; undefined where nobody claimed it. */
export async function claimedBy(store: Store, directory: string): Promise<string | undefined> {
  return (await ownerOf(store, directory))?.clusterUid;
}

type Verdict = 'ours' | 'taken-over' | 'taken-back' | 'refused';

function verdictOn(found: OwnerRecord, owner: DirectoryOwner): Verdict {
  if (found.namespace !== owner.namespace || found.name !== owner.name) return 'refused';
  if (found.clusterUid === owner.clusterUid) return 'ours';
  if (found.refusedClusters?.includes(owner.clusterUid)) return 'refused';
  return found.formerClusters?.includes(owner.clusterUid) ? 'taken-back' : 'taken-over';
}

function successor(found: OwnerRecord, owner: DirectoryOwner, now: Date): OwnerRecord {
  const former = found.formerClusters ?? [];
  const refused = found.refusedClusters ?? [];
  const back = former.includes(owner.clusterUid);
  return {
    ...identityOf(owner),
    claimedAt: now.toISOString(),
    formerClusters: back ? former.filter((uid) => uid !== owner.clusterUid) : [...former, found.clusterUid],
    refusedClusters: back ? [...refused, found.clusterUid] : refused,
  };
}

/** Two rebuilt clusters may take over at once: the last write stays, and the other one sees it here. */
async function confirmed(store: Store, directory: string, owner: DirectoryOwner): Promise<void> {
  const found = await ownerOf(store, directory);
  if (found?.clusterUid !== owner.clusterUid) throw owned(directory, found ?? owner, owner);
}

async function ownerOf(store: Store, directory: string): Promise<OwnerRecord | undefined> {
  const bytes = await store.get(ownerKey(directory));
  if (bytes === undefined) return undefined;
  const record = parsed(bytes);
  if (record) return record;
  throw new Fault('StorageMetadataInvalid', `${ownerKey(directory)} does not name an owner`);
}

function parsed(bytes: Uint8Array): OwnerRecord | undefined {
  try {
    const record: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isObject(record)) return undefined;
    const { clusterUid, namespace, name, claimedAt } = record;
    if (![clusterUid, namespace, name, claimedAt].every((field) => typeof field === 'string')) return undefined;
    const lists = [record['formerClusters'] ?? [], record['refusedClusters'] ?? []];
    return lists.every((list) => Array.isArray(list)) ? (record as unknown as OwnerRecord) : undefined;
  } catch {
    return undefined;
  }
}

function encoded(record: OwnerRecord): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`);
}

function identityOf(owner: DirectoryOwner): DirectoryOwner {
  return { clusterUid: owner.clusterUid, namespace: owner.namespace, name: owner.name };
}

function owned(directory: string, found: DirectoryOwner, wanted: { namespace: string; name: string }): Fault {
  const same = found.namespace === wanted.namespace && found.name === wanted.name;
  const who = same
    ? `the same Repository in cluster ${found.clusterUid}, which is alive`
    : `Repository ${found.namespace}/${found.name} of cluster ${found.clusterUid}`;
  return new Fault('DirectoryOwned', `Directory ${directory} belongs to ${who} (${ownerKey(directory)})`);
}
