/**
 * As whom hooks run. One account reports what became of a hook; the right to run commands in Pods is a Role of its own, made
 * only where a HookTemplate needs it and given only to the accounts of those hooks.
 */
import type { HookTemplate } from '../generated/types/hooktemplate.ts';
import { mapOf, textOf } from '../kube/json-values.ts';
import type { DesiredObject, KubeObject } from '../kube/objects.ts';
import { resolvedReference } from '../kube/references.ts';
import { execRules, moverRules, role, roleBinding, serviceAccount, type AccountName } from '../kube/service-account.ts';

/** A hook as a spec names it, which may be anything. */
export type HookUse = Readonly<Record<string, unknown>>;

export interface HookIdentityInput {
  readonly account: AccountName;
  /** Name of the Role that lets commands run in Pods. */
  readonly execRole: string;
  readonly uses: readonly HookUse[];
  readonly templates: readonly HookTemplate[];
  readonly labels: Readonly<Record<string, string>>;
  /** The Role that is there: a session under way may still need it, whatever the spec says by now. */
  readonly keepExec: boolean;
}

/** ServiceAccount, Roles and bindings for these hooks; nothing where there are none and none run. */
export function hookIdentity(input: HookIdentityInput): readonly DesiredObject[] {
  const { account, uses, labels, execRole } = input;
  const reporting = uses.filter((use) => templateOf(use, input)?.spec?.executor?.type !== 'Function');
  const inPods = uses.filter((use) => templateOf(use, input)?.spec?.executor?.type === 'Pod');
  const accounts = (of: readonly HookUse[]): readonly AccountName[] => [
    account,
    ...of.flatMap((use) => ownAccount(use, account.namespace)),
  ];
  const report = [
    serviceAccount(account, labels),
    role(account, moverRules(), labels),
    roleBinding(account, accounts(reporting), labels),
  ];
  if (inPods.length === 0 && !input.keepExec) return report;
  const exec = { namespace: account.namespace, name: execRole };
  return [...report, role(exec, execRules(), labels), roleBinding(exec, accounts(inPods), labels)];
}

/** Whether an observed Role is the one for commands. */
export function hasExecRole(identities: readonly KubeObject[], execRole: string): boolean {
  return identities.some((one) => one.kind === 'Role' && one.metadata.name === execRole);
}

function templateOf({ hookTemplate }: HookUse, { templates, account }: HookIdentityInput): HookTemplate | undefined {
  const reference = mapOf(hookTemplate);
  const namespace = textOf(reference['namespace']);
  const named = resolvedReference(
    { name: textOf(reference['name']) ?? '', ...(namespace === undefined ? {} : { namespace }) },
    account.namespace,
  );
  return templates.find(({ metadata }) => metadata.name === named.name && metadata.namespace === named.namespace);
}

function ownAccount({ runtimeSettings }: HookUse, namespace: string): readonly AccountName[] {
  const name = textOf(mapOf(mapOf(runtimeSettings)['pod'])['serviceAccountName']);
  return name === undefined ? [] : [{ namespace, name }];
}
