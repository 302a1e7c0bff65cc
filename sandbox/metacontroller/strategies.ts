/** Update methods by kind; the version of a rule is ignored, an unlisted kind is never updated. */
import type { ApiReads } from '../api-server/api.ts';
import { groupOf } from '../api-server/errors.ts';
import { listOf, mapOf, textOf } from '../api-server/values.ts';
import type { UpdateMethod } from './children.ts';

export type Strategies = (apiVersion: string, kind: string) => UpdateMethod;

/** The strategies of `childResources` or `attachments`. Throws Error for a resource that does not exist. */
export function strategies(api: ApiReads, rules: unknown): Strategies {
  const methods = new Map<string, UpdateMethod>();
  for (const rule of listOf(rules).map(mapOf)) {
    const method = mapOf(rule['updateStrategy'])['method'];
    if (!isMethod(method) || method === 'OnDelete') continue;
    const apiVersion = textOf(rule['apiVersion']);
    const resource = api.resource(apiVersion, textOf(rule['resource']));
    if (!resource) throw new Error(`can't find child resource "${textOf(rule['resource'])}" in ${apiVersion}`);
    methods.set(`${groupOf(apiVersion)} ${resource.kind}`, method);
  }
  return (apiVersion, kind) => methods.get(`${groupOf(apiVersion)} ${kind}`) ?? 'OnDelete';
}

function isMethod(value: unknown): value is UpdateMethod {
  return (
    value === 'OnDelete' ||
    value === 'Recreate' ||
    value === 'InPlace' ||
    value === 'RollingRecreate' ||
    value === 'RollingInPlace'
  );
}
