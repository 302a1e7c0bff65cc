import assert from 'node:assert/strict';
import { isAllowed, refusalOf, type Attempt } from '../../sandbox/api-server/rbac.ts';
import { createApiServer, type SandboxApiServer } from '../../sandbox/api-server/server.ts';
import { virtualClock } from '../../sandbox/clocks/virtual.ts';

const RBAC = 'rbac.authorization.k8s.io';
const ACCOUNT = { namespace: 'demo', name: 'mover' };
const GET: Attempt = { verb: 'get', group: '', resource: 'secrets', namespace: 'vault', name: 'pw' };
const READ_PW = { apiGroups: [''], resources: ['secrets'], resourceNames: ['pw'], verbs: ['get'] };
const MOVER = { kind: 'ServiceAccount', name: 'mover', namespace: 'demo' };

interface Given {
  readonly kind?: 'Role' | 'ClusterRole';
  readonly rules?: readonly object[];
  readonly bindingKind?: 'RoleBinding' | 'ClusterRoleBinding';
  readonly namespace?: string;
  readonly subjects?: readonly object[];
  readonly roleName?: string;
}

function server({ kind = 'Role', rules = [READ_PW], bindingKind = 'RoleBinding', ...given }: Given): SandboxApiServer {
  const api = createApiServer(virtualClock(0));
  const { namespace = 'vault', subjects = [MOVER], roleName = 'r' } = given;
  for (const name of ['vault', 'demo']) api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const apiVersion = `${RBAC}/v1`;
  api.create({ apiVersion, kind, metadata: { name: 'r', ...(kind === 'Role' ? { namespace } : {}) }, rules });
  const place = bindingKind === 'RoleBinding' ? { namespace } : {};
  const roleRef = { apiGroup: RBAC, kind, name: roleName };
  api.create({ apiVersion, kind: bindingKind, metadata: { name: 'b', ...place }, roleRef, subjects });
  return api;
}

describe("the sandbox's authorizer", () => {
  const cases: readonly [name: string, given: Given, attempt: Attempt, allowed: boolean][] = [
    ['a bound Role allows what it names', {}, GET, true],
    ['another name is another Secret', {}, { ...GET, name: 'other' }, false],
    ['a rule by name is no list', {}, { ...GET, verb: 'list' }, false],
    ['another verb', {}, { ...GET, verb: 'patch' }, false],
    ['another group', {}, { ...GET, group: 'x' }, false],
    ['a Role counts in its own namespace only', { namespace: 'demo' }, GET, false],
    ['a binding to a Role that is not there', { roleName: 'gone' }, GET, false],
    ['another account', { subjects: [{ ...MOVER, name: 'other' }] }, GET, false],
    ['an account of that name in another namespace', { subjects: [{ ...MOVER, namespace: 'vault' }] }, GET, false],
    [
      'the group of all accounts of a namespace',
      { subjects: [{ kind: 'Group', name: 'system:serviceaccounts:demo' }] },
      GET,
      true,
    ],
    [
      'that group of another namespace',
      { subjects: [{ kind: 'Group', name: 'system:serviceaccounts:vault' }] },
      GET,
      false,
    ],
    ['the account as a user', { subjects: [{ kind: 'User', name: 'system:serviceaccount:demo:mover' }] }, GET, true],
    ['no names are all names', { rules: [{ ...READ_PW, resourceNames: undefined }] }, { ...GET, name: 'other' }, true],
    ['a ClusterRole through a RoleBinding', { kind: 'ClusterRole' }, GET, true],
    [
      'a ClusterRole everywhere',
      { kind: 'ClusterRole', bindingKind: 'ClusterRoleBinding' },
      { ...GET, namespace: 'demo' },
      true,
    ],
    ['a ClusterRole through a RoleBinding elsewhere', { kind: 'ClusterRole', namespace: 'demo' }, GET, false],
  ];
  for (const [name, given, attempt, allowed] of cases) {
    it(`${name}: ${allowed ? 'allowed' : 'refused'}`, () => {
      assert.equal(isAllowed(server(given), ACCOUNT, attempt), allowed);
    });
  }

  it('refuses in the words of the API server', () => {
    assert.equal(
      refusalOf(ACCOUNT, GET),
      'secrets "pw" is forbidden: User "system:serviceaccount:demo:mover" cannot get resource "secrets" in API group "" in the namespace "vault"',
    );
    assert.match(
      refusalOf(ACCOUNT, {
        verb: 'create',
        group: 'core.kubestash.com',
        resource: 'backupsessions',
        namespace: 'demo',
      }),
      /^backupsessions\.core\.kubestash\.com is forbidden: User .* cannot create resource "backupsessions" in API group "core\.kubestash\.com"/,
    );
  });
});
