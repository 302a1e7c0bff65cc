/** Who the movers of a restore are: ServiceAccount `restore-<session>`, and the account that the user names, with the same rights. */
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import { COMPONENT, LABEL } from '../../kube/labels.ts';
import { mapOf, textOf } from '../../kube/json-values.ts';
import { uniqueName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { moverIdentity, moverRules, observerRules } from '../../kube/service-account.ts';
import type { PinnedPlan } from './record.ts';

const MAX_NAME = 63;

/** The ServiceAccount of the movers where the user names none. */
export function accountName(session: RestoreSession): string {
  const whole = `restore-${session.metadata.name}`;
  return whole.length <= MAX_NAME ? whole : uniqueName(['restore', session.metadata.name], session.metadata.name);
}

/** ServiceAccount, Role and RoleBinding. Secrets are mounted in this version, so none may be read. */
export function restoreAccount(session: RestoreSession, plan: PinnedPlan): readonly DesiredObject[] {
  const { namespace = '' } = session.metadata;
  const named = textOf(mapOf(mapOf(plan.addon.jobTemplate)['spec'])['serviceAccountName']);
  return moverIdentity(
    { namespace, name: accountName(session) },
    [...moverRules(), ...observerRules()],
    named === undefined ? [] : [{ namespace, name: named }],
    { [LABEL.component]: COMPONENT.restore },
  );
}
