/**
 * Who of a configuration's BackupSessions may run. The turn is a Lease: the API takes one object of a name, and that is the
 * lock; no order is derived from what caches show. It is posted for one session, never changed, and dropped when that
 * session has ended, so that the next one can get it.
 *
 *   (no Lease) ──oldest waiting session──▶ Lease: its uid ──terminal──▶ (dropped)
 *                                              └──not seen any more: published, 30 s later──▶ (dropped)
 */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { LABEL, MANAGED_BY } from '../../kube/labels.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { labelValue, turnName } from '../../kube/names.ts';
import type { DesiredObject, KubeObject } from '../../kube/objects.ts';
import { isDeleting } from '../../kube/references.ts';
import { ageOf, isCopy, isTerminal } from './sessions.ts';

export type Lease = KubeObject<{ readonly holderIdentity?: string }, undefined>;

/** A holder that is not among the children, for the status. Who holds the turn otherwise stands in the Lease alone. */
export interface TurnRecord {
  readonly uid: string;
  /** Since when it is not seen. */
  readonly missingSince: string;
}

export interface Turn {
  /** The Lease to desire, if any. An observed one is restated by identity (OnDelete). */
  readonly lease: DesiredObject | undefined;
  readonly record: TurnRecord | undefined;
  /** When an absent holder is given up. */
  readonly wakeAt: Instant | undefined;
}

/** A cache that lags behind may not show a session that runs; half a minute is far more than any lag that ends. */
const MISSING_HOLDER_MS = 30_000;

/** The turn as it should be now. `recorded` is what the observed status says. */
export function turnOf(
  configuration: BackupConfiguration,
  lease: Lease | undefined,
  sessions: readonly BackupSession[],
  now: Instant,
): Turn {
  if (lease === undefined) return offered(configuration, oldestWaiting(sessions));
  const uid = lease.spec?.holderIdentity ?? '';
  const holder = sessions.find((one) => one.metadata.uid === uid);
  if (holder !== undefined) return isTerminal(holder) ? NOBODY : held(lease, undefined);
  const published = missingSinceOf(configuration, uid);
  if (published !== undefined && published + MISSING_HOLDER_MS <= now) return NOBODY;
  const missingSince = published ?? now;
  return { ...held(lease, { uid, missingSince: timestampOf(missingSince) }), wakeAt: missingSince + MISSING_HOLDER_MS };
}

const NOBODY: Turn = { lease: undefined, record: undefined, wakeAt: undefined };

function held(lease: Lease, record: TurnRecord | undefined): Turn {
  const { name, namespace } = lease.metadata;
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  return { lease: { apiVersion: lease.apiVersion, kind: lease.kind, metadata }, record, wakeAt: undefined };
}

function offered(configuration: BackupConfiguration, next: BackupSession | undefined): Turn {
  if (next === undefined) return NOBODY;
  const { name, namespace } = configuration.metadata;
  const lease: DesiredObject = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: turnName(name),
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        [LABEL.managedBy]: MANAGED_BY,
        [LABEL.invokerName]: labelValue(name),
        [LABEL.sessionName]: labelValue(next.spec?.session ?? ''),
        [LABEL.backupSession]: labelValue(next.metadata.name),
      },
    },
    spec: { holderIdentity: next.metadata.uid },
  };
  return { lease, record: undefined, wakeAt: undefined };
}

/** Copies never run and so never wait; a session that is being deleted waits for nothing either. */
function oldestWaiting(sessions: readonly BackupSession[]): BackupSession | undefined {
  return sessions
    .filter((one) => !isTerminal(one) && !isDeleting(one) && !isCopy(one))
    .sort((left, right) => (ageOf(left) < ageOf(right) ? -1 : 1))[0];
}

/** Since when the observed status, which may hold anything, says that this holder is missing. */
function missingSinceOf(configuration: BackupConfiguration, uid: string): Instant | undefined {
  const recorded = mapOf(configuration.status?.metastash?.['turn']);
  return recorded['uid'] === uid ? instantOf(recorded['missingSince']) : undefined;
}
