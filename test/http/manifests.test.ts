import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { hookNamesOf, pathOf } from '../../hooks/http/index-page.ts';
import { ROUTES, RULES_VERSION } from '../../hooks/routes.ts';

const FOLDER = new URL('../../metacontroller/', import.meta.url);
const CRDS = new URL('../../crds/', import.meta.url);

interface Hook {
  readonly version: string;
  readonly webhook: { readonly path: string };
}
interface Rule {
  readonly apiVersion: string;
  readonly resource: string;
}
interface Controller {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly parentResource?: Rule;
    readonly resources?: readonly Rule[];
    readonly childResources?: readonly Rule[];
    readonly attachments?: readonly Rule[];
    readonly hooks: Readonly<Record<string, Hook>>;
  };
}

const controllers = new Map<string, Controller>();
for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))) {
  const controller = parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Controller;
  if (/^(Composite|Decorator)Controller$/.test(controller.kind))
    controllers.set(file.slice(0, -'.yaml'.length), controller);
}

/** Plural to kind, from our CRDs; of Kubernetes' own kinds those that are children or parents. */
const KINDS = new Map<string, string>([
  ['batch/v1 jobs', 'Job'],
  ['batch/v1 cronjobs', 'CronJob'],
  ['v1 serviceaccounts', 'ServiceAccount'],
  ['v1 namespaces', 'Namespace'],
  ['coordination.k8s.io/v1 leases', 'Lease'],
  ['rbac.authorization.k8s.io/v1 roles', 'Role'],
  ['rbac.authorization.k8s.io/v1 rolebindings', 'RoleBinding'],
  ...readdirSync(CRDS)
    .filter((name) => name.endsWith('.yaml'))
    .map((name): [string, string] => {
      const { spec } = parse(readFileSync(new URL(name, CRDS), 'utf8')) as {
        spec: { group: string; names: { plural: string; kind: string }; versions: { name: string }[] };
      };
      return [`${spec.group}/${spec.versions[0]?.name} ${spec.names.plural}`, spec.names.kind];
    }),
]);

function kindOf({ apiVersion, resource }: Rule): string {
  const kind = KINDS.get(`${apiVersion} ${resource}`);
  assert.ok(kind, `no kind known for ${resource} of ${apiVersion}`);
  return kind;
}

describe('the route table and metacontroller/', () => {
  it('have the same names', () => {
    assert.deepEqual(ROUTES.map((row) => row.kind).sort(), [...controllers.keys()].sort());
  });

  for (const row of ROUTES) {
    it(`agree on ${row.kind}: parent, children, hooks and their paths`, () => {
      const controller = controllers.get(row.kind);
      assert.ok(controller);
      const { spec, kind, metadata } = controller;
      assert.deepEqual([metadata.name, kind], [row.kind, row.controllerKind]);
      const parents = spec.parentResource ? [spec.parentResource] : (spec.resources ?? []);
      assert.deepEqual(
        parents.map((rule) => ({ apiVersion: rule.apiVersion, kind: kindOf(rule) })),
        [row.parent],
      );
      const children = (spec.childResources ?? spec.attachments ?? []).map(
        (rule) => `${kindOf(rule)}.${rule.apiVersion}`,
      );
      assert.deepEqual([...children].sort(), [...row.children].sort());
      assert.deepEqual(
        Object.entries(spec.hooks)
          .map(([hook, { version, webhook }]) => [hook, version, webhook.path])
          .sort(),
        hookNamesOf(row)
          .map((hook) => [hook, 'v2', pathOf(RULES_VERSION, row.kind, hook)])
          .sort(),
      );
    });
  }
});
