/**
 * What keeps a BackupStorage from being used, as an ordered list: the first refusal wins. A refused spec freezes the
 * children; nothing is uploaded to a place that may be the wrong one.
 */
import type { LabelSelector } from '../../kube/label-selector.ts';
import { matchesSelector } from '../../kube/label-selector.ts';
import type { Problem } from '../../domain/result.ts';
import { placeChecks } from './place-checks.ts';
import { placeKeyOf } from './place-key.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';

export interface CheckInput {
  readonly storage: BackupStorage;
  /** Every BackupStorage of the cluster but this one. */
  readonly others: readonly BackupStorage[];
}

interface Check {
  /** Reason of Ready and Stalled. */
  readonly reason: string;
  /** Whether another object's change can cure it. */
  readonly waits?: boolean;
  readonly fault: (input: CheckInput) => string | undefined;
}

export const CHECKS: readonly Check[] = [
  { reason: 'UnknownProvider', fault: unknownProvider },
  { reason: 'InvalidStorage', fault: wrongPlace },
  { reason: 'InvalidUsagePolicy', fault: wrongUsagePolicy },
  { reason: 'InvalidDeletionPolicy', fault: wrongDeletionPolicy },
  { reason: 'SecondDefault', waits: true, fault: secondDefault },
  { reason: 'DirectoryClaimed', waits: true, fault: claimedByAnother },
];

/** The first thing that is wrong with this storage, or undefined. */
export function firstProblem(input: CheckInput): Problem | undefined {
  for (const { reason, waits = false, fault } of CHECKS) {
    const message = fault(input);
    if (message !== undefined) return { reason, message, waits };
  }
  return undefined;
}

function unknownProvider({ storage }: CheckInput): string | undefined {
  const provider: unknown = storage.spec?.storage?.provider;
  if (placeChecks(provider) !== undefined) return undefined;
  return `/spec/storage/provider is ${shown(provider)}; use local, s3, gcs or azure`;
}

function wrongPlace({ storage }: CheckInput): string | undefined {
  const place = storage.spec?.storage;
  if (place === undefined) return undefined;
  for (const check of placeChecks(place.provider) ?? []) {
    const fault = check(place);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function wrongUsagePolicy({ storage }: CheckInput): string | undefined {
  const allowed = storage.spec?.usagePolicy?.allowedNamespaces;
  const at = '/spec/usagePolicy/allowedNamespaces';
  const from: unknown = allowed?.from;
  if (from !== undefined && from !== 'All' && from !== 'Same' && from !== 'Selector') {
    return `${at}/from is ${shown(from)}; use All, Same or Selector`;
  }
  if (from !== 'Selector') return undefined;
  const selector = allowed?.selector as LabelSelector | undefined;
  if (selector === undefined)
    return `${at}/selector is missing though from is Selector; add matchLabels, or use All for every namespace`;
  if (matchesSelector(selector, {}) === undefined) {
    return `${at}/selector/matchExpressions cannot be read; In and NotIn need values, Exists and DoesNotExist take none`;
  }
  return undefined;
}

function wrongDeletionPolicy({ storage }: CheckInput): string | undefined {
  const policy: unknown = storage.spec?.deletionPolicy;
  if (policy === undefined || policy === 'Delete' || policy === 'WipeOut') return undefined;
  return `/spec/deletionPolicy is ${shown(policy)}; use Delete or WipeOut`;
}

/** The older one stays the default, so that a slip of another hand stops no backup; both are named (B40). */
function secondDefault({ storage, others }: CheckInput): string | undefined {
  if (storage.spec?.default !== true) return undefined;
  const { name, namespace } = storage.metadata;
  const rivals = others.filter((one) => one.spec?.default === true && one.metadata.namespace === namespace);
  if (!rivals.some((one) => isOlder(one, storage))) return undefined;
  const names = [name, ...rivals.map((one) => one.metadata.name)].sort().join(', ');
  return `/spec/default: namespace ${namespace} has several default BackupStorages (${names}); leave default: true on one`;
}

/** The older one keeps the directory; a twin in the same second is decided by uid, so that both sides agree. */
function claimedByAnother({ storage, others }: CheckInput): string | undefined {
  const key = placeKeyOf(storage);
  if (key === undefined) return undefined;
  const holder = others.find((one) => placeKeyOf(one) === key && isOlder(one, storage));
  if (holder === undefined) return undefined;
  const { name, namespace } = holder.metadata;
  return `/spec/storage names the same directory as BackupStorage ${namespace}/${name}; use another prefix, or that storage with a usagePolicy that admits your namespaces`;
}

function isOlder(one: BackupStorage, other: BackupStorage): boolean {
  return ageOf(one) < ageOf(other);
}

function ageOf({ metadata }: BackupStorage): string {
  return `${metadata.creationTimestamp} ${metadata.uid}`;
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'missing';
  return json.length <= 60 ? json : `${json.slice(0, 57)}..."`;
}
