import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import type { PolicyRule } from '../../hooks/kube/service-account.ts';
import { rightsOf } from './rights.ts';

const CRDS = new URL('../../crds/', import.meta.url);
const ROLES = new URL('../../kustomize/base/user-roles.yaml', import.meta.url);

interface Crd {
  readonly spec: { readonly group: string; readonly scope: string; readonly names: { readonly plural: string } };
}
interface ClusterRole {
  readonly metadata: { readonly name: string };
  readonly rules: readonly PolicyRule[];
}

const crds = readdirSync(CRDS)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => (parse(readFileSync(new URL(name, CRDS), 'utf8')) as Crd).spec);
const roles = parseAllDocuments(readFileSync(ROLES, 'utf8')).map((document) => document.toJS() as ClusterRole);

function grantedBy(name: string): readonly string[] {
  const role = roles.find((one) => one.metadata.name === name);
  assert.ok(role);
  return rightsOf(role.rules);
}

function each(of: readonly Crd['spec'][], verbs: readonly string[]): readonly string[] {
  return of.flatMap(({ group, names }) => verbs.map((verb) => `${group}/${names.plural} ${verb}`)).sort();
}

describe('roles for users', () => {
  it('let viewers see every kind', () => {
    assert.deepEqual(grantedBy('metastash-view'), each(crds, ['get', 'list', 'watch']));
  });

  it('let editors write every namespaced kind but TaskReports, which only movers and the host write', () => {
    const theirs = crds.filter(({ group, scope }) => scope === 'Namespaced' && group !== 'metastash.dev');
    const verbs = ['create', 'delete', 'deletecollection', 'patch', 'update'];
    assert.deepEqual(grantedBy('metastash-edit'), each(theirs, verbs));
  });
});
