/** The one route table: `POST /v1/<kind>/{sync,customize,finalize}`. Adding a hook is adding a row. */
import { composite, decorator, type HookRow } from './http/row.ts';
import { customizeBackupConfiguration } from './kinds/backupconfiguration/customize.ts';
import { syncBackupConfiguration } from './kinds/backupconfiguration/sync.ts';
import { customizeBackupSession } from './kinds/backupsession/customize.ts';
import { finalizeBackupSession } from './kinds/backupsession/finalize.ts';
import { syncBackupSession } from './kinds/backupsession/sync.ts';
import { customizeBackupStorage } from './kinds/backupstorage/customize.ts';
import { finalizeBackupStorage } from './kinds/backupstorage/finalize.ts';
import { syncBackupStorage } from './kinds/backupstorage/sync.ts';
import { customizeClaims } from './kinds/claims/customize.ts';
import { syncClaims } from './kinds/claims/sync.ts';
import { customizeGrants } from './kinds/grants/customize.ts';
import { syncGrants } from './kinds/grants/sync.ts';
import { customizeRepository } from './kinds/repository/customize.ts';
import { finalizeRepository } from './kinds/repository/finalize.ts';
import { syncRepository } from './kinds/repository/sync.ts';
import { customizeRestoreSession } from './kinds/restoresession/customize.ts';
import { syncRestoreSession } from './kinds/restoresession/sync.ts';
import { customizeSnapshot } from './kinds/snapshot/customize.ts';
import { finalizeSnapshot } from './kinds/snapshot/finalize.ts';
import { syncSnapshot } from './kinds/snapshot/sync.ts';
import { KIND } from './kube/references.ts';

/** Part of every path: raised when customize answers of an older build must not be used (they are cached 20 minutes). */
export const RULES_VERSION = 'v1';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';

/** The account under which a kind's Jobs run. */
const IDENTITY = [KIND.serviceAccount, KIND.role, KIND.roleBinding];

export const ROUTES: readonly HookRow[] = [
  composite(
    {
      kind: 'backupstorage',
      apiVersion: STORAGE,
      parentKind: 'BackupStorage',
      children: [KIND.job, KIND.taskReport, ...IDENTITY],
    },
    { sync: syncBackupStorage, customize: customizeBackupStorage, finalize: finalizeBackupStorage },
  ),
  composite(
    {
      kind: 'backupconfiguration',
      apiVersion: CORE,
      parentKind: 'BackupConfiguration',
      children: [KIND.repository, KIND.cronJob, KIND.backupSession, KIND.lease, ...IDENTITY],
    },
    { sync: syncBackupConfiguration, customize: customizeBackupConfiguration },
  ),
  composite(
    { kind: 'backupsession', apiVersion: CORE, parentKind: 'BackupSession', children: [KIND.job, KIND.taskReport] },
    { sync: syncBackupSession, customize: customizeBackupSession, finalize: finalizeBackupSession },
  ),
  composite(
    {
      kind: 'repository',
      apiVersion: STORAGE,
      parentKind: 'Repository',
      children: [KIND.snapshot, KIND.job, KIND.taskReport, ...IDENTITY],
    },
    { sync: syncRepository, customize: customizeRepository, finalize: finalizeRepository },
  ),
  composite(
    { kind: 'snapshot', apiVersion: STORAGE, parentKind: 'Snapshot', children: [KIND.job, KIND.taskReport] },
    { sync: syncSnapshot, customize: customizeSnapshot, finalize: finalizeSnapshot },
  ),
  composite(
    {
      kind: 'restoresession',
      apiVersion: CORE,
      parentKind: 'RestoreSession',
      children: [KIND.job, KIND.taskReport, KIND.serviceAccount, KIND.role, KIND.roleBinding],
    },
    { sync: syncRestoreSession, customize: customizeRestoreSession },
  ),
  claims('backupsession', CORE, 'BackupSession'),
  claims('repository', STORAGE, 'Repository'),
  claims('restoresession', CORE, 'RestoreSession'),
  claims('snapshot', STORAGE, 'Snapshot'),
  decorator(
    {
      kind: 'grants',
      apiVersion: 'v1',
      parentKind: 'Namespace',
      isClusterScoped: true,
      children: [KIND.role, KIND.roleBinding],
    },
    { sync: syncGrants, customize: customizeGrants },
  ),
];

/** Labels only: a claimed object gets its parent's labels and no attachments. */
function claims(kind: string, apiVersion: string, parentKind: string): HookRow {
  return decorator(
    { kind: `claims-${kind}`, apiVersion, parentKind, children: [] },
    { sync: syncClaims, customize: customizeClaims },
  );
}
