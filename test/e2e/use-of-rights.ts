/** The rights of who calls the hooks beside what all scenarios together made it do. */
import { counted, rightOf, type AuditedRequest } from '../installed/audit.ts';
import { CALLER, grantedRights } from './account.ts';

/** Rights that no scenario uses, and why they are granted. The first that fits counts. */
const UNUSED: readonly (readonly [RegExp, string])[] = [
  [/\/finalizers update$/, 'asked for by the admission plugin OwnerReferencesPermissionEnforcement, which is off here'],
  [
    /^\/(pods|persistentvolumeclaims|events) get$|^\/(pods|events) list$|taskreports\/status (patch|update)$|^\/pods\/exec |^\/secrets get$/,
    'in the Roles of movers: nobody may give what they do not have',
  ],
  [/^metacontroller\.k8s\.io\/.* get$|controllerrevisions|customresourcedefinitions/, 'read through caches'],
  [/ get$/, 'a read before a write after a conflict, which chance decides'],
  [/ update$/, 'drift'],
  [/^metastash\.dev\/taskreports delete$/, 'reports go a day after their end'],
  [/\/snapshots delete$/, 'a Snapshot that retention forgot goes after its data'],
  [/(cronjobs|\/serviceaccounts) delete$/, 'what a changed spec no longer wants'],
  [/^apps\/replicasets /, 'targets of a kind that no scenario has'],
  [/^\/events patch$/, 'a repeated Event is counted up'],
];

export interface UseOfRights {
  /** What it asked for and was refused, with how often. */
  readonly refused: Readonly<Record<string, number>>;
  /** What it did without having been given the right. */
  readonly beyond: readonly string[];
  /** What it was given and never used, for no reason that is known. */
  readonly unexplained: readonly string[];
  /** What it was given and never used, by the reason. */
  readonly reasons: readonly (readonly [string, readonly string[]])[];
}

/** Judges everything that the audit log has of whole runs; fewer scenarios leave more unused. */
export function useOfRights(audited: readonly AuditedRequest[]): UseOfRights {
  const mine = audited.filter(({ user }) => user === CALLER);
  if (mine.length === 0) throw new Error(`the audit log knows nothing of ${CALLER}`);
  const granted = grantedRights();
  const did = new Set(mine.map(rightOf));
  const never = granted.filter((right) => !did.has(right));
  const reasonOf = (right: string): string | undefined => UNUSED.find(([pattern]) => pattern.test(right))?.[1];
  return {
    refused: counted(mine.filter(({ code }) => code === 403).map(rightOf)),
    beyond: [...did].filter((right) => !granted.includes(right) && !/selfsubject/.test(right)),
    unexplained: never.filter((right) => reasonOf(right) === undefined),
    reasons: UNUSED.map(([, reason]) => [reason, never.filter((right) => reasonOf(right) === reason)] as const),
  };
}
