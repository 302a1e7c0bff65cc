/** Every file that holds health rules, made from one table. */
import { stringify } from 'yaml';
import { luaHealthOf } from './argocd-lua.ts';
import { healthCheckOf } from './flux-cel.ts';
import { HEALTH_KINDS } from './kinds.ts';

const MADE = 'Made from kustomize/health/kinds.ts by `npx tsx kustomize/health/write.ts`; a test holds it to that.';

/** Path below kustomize/ to text. */
export function healthFiles(): ReadonlyMap<string, string> {
  const lua = HEALTH_KINDS.map((kind) => ({ ...kind, script: luaHealthOf(kind) }));
  const scripts = lua.map(({ group, kind, script }): [string, string] => [
    `components/argocd-health/resource_customizations/${group}/${kind}/health.lua`,
    script,
  ]);
  const data = lua.map(({ group, kind, script }) => [`resource.customizations.health.${group}_${kind}`, script]);
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm' },
    data: Object.fromEntries(data),
  };
  const patch = [{ op: 'add', path: '/spec/healthCheckExprs', value: HEALTH_KINDS.map(healthCheckOf) }];
  return new Map([
    ...scripts,
    ['components/argocd-health/argocd-cm.yaml', yaml(configMap)],
    ['components/flux/health-check-exprs.yaml', yaml(patch)],
  ]);
}

function yaml(value: unknown): string {
  return `# ${MADE}\n${stringify(value, { lineWidth: 0, singleQuote: true })}`;
}
