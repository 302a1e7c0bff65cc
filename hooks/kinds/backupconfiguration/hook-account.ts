/** As whom the hooks of a configuration's sessions run: made where a session has hooks, and kept while one is under way. */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import { hasExecRole, hookIdentity, type HookUse } from '../../jobs/hook-account.ts';
import { listOf, mapOf } from '../../kube/json-values.ts';
import { COMPONENT, LABEL } from '../../kube/labels.ts';
import { hookAccountName, hookExecRoleName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { labelsOf } from './labels.ts';
import type { Observed } from './observe.ts';
import { isTerminal } from './sessions.ts';

/** ServiceAccount, Roles and bindings of the hooks. Reads the spec with care: it is wanted for a spec that is refused, too. */
export function hookIdentityOf(configuration: BackupConfiguration, observed: Observed): readonly DesiredObject[] {
  const { namespace = '' } = configuration.metadata;
  const account = { namespace, name: hookAccountName(configuration.metadata) };
  const execRole = hookExecRoleName(configuration.metadata);
  const uses = hookUses(configuration);
  const isBusy = observed.sessions.some((one) => !isTerminal(one));
  const isThere = observed.identities.some((one) => one.metadata.name === account.name);
  if (uses.length === 0 && !(isBusy && isThere)) return [];
  return hookIdentity({
    account,
    execRole,
    uses,
    templates: observed.hookTemplates,
    labels: { ...labelsOf(configuration), [LABEL.component]: COMPONENT.hook },
    keepExec: isBusy && hasExecRole(observed.identities, execRole),
  });
}

function hookUses({ spec }: BackupConfiguration): readonly HookUse[] {
  return listOf(mapOf(spec)['sessions']).flatMap((session) => {
    const { preBackup, postBackup } = mapOf(mapOf(session)['hooks']) as Readonly<Record<string, unknown>>;
    return [...listOf(preBackup), ...listOf(postBackup)].map(mapOf);
  });
}
