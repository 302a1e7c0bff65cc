/** What the owner of a Secret types to let a mover of another namespace read it: plain RBAC, for that one Secret. */
import type { ObjectName } from '../hooks/domain/task.ts';

/** How the API server names who it refuses (k8s.io/apiserver: pkg/endpoints/handlers/responsewriters, `forbiddenMessage`). */
const REFUSED_USER = /User "system:serviceaccount:([a-z0-9-]+):([a-z0-9.-]+)"/;
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** The ServiceAccount that a refusal of the API server speaks of; undefined where it names none. */
export function refusedAccount(refusal: string): ObjectName | undefined {
  const [, namespace, name] = REFUSED_USER.exec(refusal) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/**
 * The two commands. Undefined for a name that no Secret can have: such text comes from a manifest of somebody else, and must
 * not reach the shell of who is asked for consent.
 */
export function consentCommands(secret: ObjectName, account: ObjectName): string | undefined {
  if (![secret.namespace, secret.name, account.namespace, account.name].every((one) => OBJECT_NAME.test(one))) {
    return undefined;
  }
  const role = `read-${secret.name}`;
  return (
    `kubectl create role ${role} -n ${secret.namespace} --verb=get --resource=secrets --resource-name=${secret.name}; ` +
    `kubectl create rolebinding ${role}-${account.namespace}-${account.name} -n ${secret.namespace} --role=${role} ` +
    `--serviceaccount=${account.namespace}:${account.name}`
  );
}

/** What is told of a Secret that may not be read; with its owner's commands where the API server's refusal tells who was refused. */
export function secretRefusal({ namespace, name }: ObjectName, refusal: string): string {
  const account = refusedAccount(refusal);
  const commands = account === undefined ? undefined : consentCommands({ namespace, name }, account);
  const who = account === undefined ? 'The mover' : `ServiceAccount ${account.namespace}/${account.name}`;
  const how = commands === undefined ? '' : `. Its owner can allow it with \`${commands}\``;
  return `${who} may not read Secret ${namespace}/${name}${how}`;
}
