import assert from 'node:assert/strict';
import {
  moverIdentity,
  moverRules,
  observerRules,
  role,
  roleBinding,
  secretRules,
  serviceAccount,
  triggerRules,
} from '../../../hooks/kube/service-account.ts';

const NAME = { namespace: 'demo', name: 'mover-repo' };
const RBAC = 'rbac.authorization.k8s.io';

describe('the identity of movers', () => {
  it('is an account, a Role and a binding in the form that the API server stores', () => {
    const [account, ownRole, binding] = moverIdentity(NAME, moverRules(), [{ namespace: 'demo', name: 'a-user' }]);
    const labels = { 'app.kubernetes.io/managed-by': 'kubestash.com' };
    assert.deepEqual(account, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'mover-repo', namespace: 'demo', labels },
    });
    assert.deepEqual(ownRole, {
      apiVersion: `${RBAC}/v1`,
      kind: 'Role',
      metadata: { name: 'mover-repo', namespace: 'demo', labels },
      rules: [
        { apiGroups: ['metastash.dev'], resources: ['taskreports'], verbs: ['get'] },
        { apiGroups: ['metastash.dev'], resources: ['taskreports/status'], verbs: ['patch', 'update'] },
        { apiGroups: [''], resources: ['events'], verbs: ['create'] },
      ],
    });
    assert.match(String(binding?.metadata.name), /^mover-repo-[0-9a-f]{8}$/);
    assert.deepEqual(
      { ...binding, metadata: undefined },
      {
        apiVersion: `${RBAC}/v1`,
        kind: 'RoleBinding',
        metadata: undefined,
        roleRef: { apiGroup: RBAC, kind: 'Role', name: 'mover-repo' },
        subjects: [
          { kind: 'ServiceAccount', name: 'a-user', namespace: 'demo' },
          { kind: 'ServiceAccount', name: 'mover-repo', namespace: 'demo' },
        ],
      },
    );
  });

  it('binds another Role under another name, since a roleRef cannot change', () => {
    const one = roleBinding(NAME, [NAME]).metadata.name;
    assert.notEqual(one, roleBinding({ ...NAME, name: 'other' }, [NAME]).metadata.name);
    assert.equal(one, roleBinding(NAME, [{ namespace: 'else', name: 'x' }]).metadata.name);
  });

  it('states the same bytes in whatever order accounts and Secrets come, each once', () => {
    const a = { namespace: 'demo', name: 'a' };
    const b = { namespace: 'demo', name: 'b' };
    assert.deepEqual(roleBinding(NAME, [b, a, b]), roleBinding(NAME, [a, b]));
    assert.deepEqual(secretRules(['y', 'x', 'y']), [
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['x', 'y'], verbs: ['get'] },
    ]);
  });

  it('never grants every Secret: no name, no rule', () => {
    assert.deepEqual(secretRules([]), []);
  });

  it('lets a trigger make BackupSessions and nothing else', () => {
    assert.deepEqual(triggerRules(), [
      { apiGroups: ['core.kubestash.com'], resources: ['backupsessions'], verbs: ['create', 'get'] },
    ]);
  });

  it('lets observers read and never write', () => {
    const verbs = observerRules().flatMap((rule) => rule.verbs);
    assert.deepEqual([...new Set(verbs)].sort(), ['get', 'list']);
  });

  it('carries labels and, where there are some, annotations', () => {
    const account = serviceAccount(NAME, { a: 'b' }, { 'eks.amazonaws.com/role-arn': 'arn' });
    assert.deepEqual(account.metadata.annotations, { 'eks.amazonaws.com/role-arn': 'arn' });
    assert.equal(account.metadata.labels?.['a'], 'b');
    assert.equal('annotations' in role(NAME, []).metadata, false);
  });
});
