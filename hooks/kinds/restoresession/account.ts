/** Who the movers of a restore are: ServiceAccount `restore-<session>`, and the account that the user names, with the same rights. */
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import { restoreMover, restoreMovers } from '../../jobs/mover-accounts.ts';
import { COMPONENT, LABEL } from '../../kube/labels.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { moverIdentity, moverRules, observerRules } from '../../kube/service-account.ts';
import type { PinnedPlan } from './record.ts';

/** The ServiceAccount of the movers where the user names none. */
export function accountName(session: RestoreSession): string {
  return restoreMover(session.metadata.name);
}

/** ServiceAccount, Role and RoleBinding. Secrets of this namespace are mounted, those of others are for their owners to give. */
export function restoreAccount(session: RestoreSession, plan: PinnedPlan): readonly DesiredObject[] {
  const { namespace = '' } = session.metadata;
  const accounts = restoreMovers(session, plan.addon.jobTemplate).map((name) => ({ namespace, name }));
  return moverIdentity({ namespace, name: accountName(session) }, [...moverRules(), ...observerRules()], accounts, {
    [LABEL.component]: COMPONENT.restore,
  });
}
