import assert from 'node:assert/strict';
import { matchesSelector, usagePolicyAdmits, type LabelSelector } from '../../../hooks/kube/label-selector.ts';
import type { ObjectMap } from '../../../hooks/kube/metacontroller.ts';
import { clusterUidOf, isTerminating, namespaceNamed, secondOwner } from '../../../hooks/kube/namespaces.ts';
import type { KubeObject } from '../../../hooks/kube/objects.ts';
import {
  hasGroup,
  isDeleting,
  KIND,
  kindOf,
  objectNamed,
  objectsOf,
  resolvedReference,
} from '../../../hooks/kube/references.ts';

function object(kind: string, name: string, extra: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, uid: `uid-${name}`, creationTimestamp: '2026-01-01T00:00:00Z' },
    ...extra,
  };
}

const related: ObjectMap = {
  [KIND.namespace]: { 'kube-system': object('Namespace', 'kube-system'), demo: object('Namespace', 'demo') },
  [KIND.addon]: {},
  [KIND.job]: { 'demo/b': object('Job', 'b'), 'demo/a': object('Job', 'a') },
};

describe('lookups in the host’s maps', () => {
  it('tell a missing group from an empty one', () => {
    assert.equal(hasGroup(related, KIND.addon), true);
    assert.equal(hasGroup(related, KIND.function), false);
    assert.equal(hasGroup(related, 'toString'), false);
    assert.deepEqual(objectsOf(related, KIND.addon), []);
    assert.deepEqual(objectsOf(related, KIND.function), []);
  });

  it('give objects in one order, whatever the order of the map', () => {
    assert.deepEqual(
      objectsOf(related, KIND.job).map((one) => one.metadata.name),
      ['a', 'b'],
    );
  });

  it('find objects by namespace and name, and nothing by inherited names', () => {
    assert.equal(objectNamed(related, KIND.job, 'a', 'demo')?.metadata.uid, 'uid-a');
    assert.equal(objectNamed(related, KIND.job, 'a', 'other'), undefined);
    assert.equal(objectNamed(related, KIND.namespace, 'demo')?.metadata.uid, 'uid-demo');
    assert.equal(objectNamed(related, KIND.namespace, 'constructor'), undefined);
  });

  it('fill in the namespace of a reference that has none', () => {
    assert.deepEqual(resolvedReference({ name: 'a' }, 'own'), { name: 'a', namespace: 'own' });
    assert.deepEqual(resolvedReference({ name: 'a', namespace: '' }, 'own'), { name: 'a', namespace: 'own' });
    assert.deepEqual(resolvedReference({ name: 'a', namespace: 'b' }, 'own'), { name: 'a', namespace: 'b' });
  });

  it('name the group of an object and see that it is deleting', () => {
    const job = { ...object('Job', 'a'), apiVersion: 'batch/v1' };
    assert.equal(kindOf(job), KIND.job);
    assert.equal(isDeleting(job), false);
    assert.equal(
      isDeleting({ ...job, metadata: { ...job.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      true,
    );
  });
});

describe('Namespaces', () => {
  it('tell who the cluster is and give an owner that never goes', () => {
    assert.equal(clusterUidOf(related), 'uid-kube-system');
    assert.equal(clusterUidOf({}), undefined);
    assert.deepEqual(secondOwner('u'), { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system', uid: 'u' });
  });

  it('refuse new objects once they terminate', () => {
    const demo = object('Namespace', 'demo');
    assert.equal(isTerminating(namespaceNamed(related, 'demo')), false);
    assert.equal(isTerminating(undefined), false);
    assert.equal(isTerminating({ ...demo, status: { phase: 'Terminating' } }), true);
    assert.equal(
      isTerminating({ ...demo, metadata: { ...demo.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      true,
    );
  });
});

describe('label selectors', () => {
  const labels = { app: 'web', tier: 'front' };
  const expression = (operator: string, values?: readonly string[], key = 'app'): LabelSelector => ({
    matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }],
  });
  const cases: readonly (readonly [
    title: string,
    selector: LabelSelector | undefined,
    verdict: boolean | undefined,
  ])[] = [
    ['a missing one matches nothing', undefined, false],
    ['an empty one matches everything', {}, true],
    ['equal labels match', { matchLabels: { app: 'web' } }, true],
    ['another value does not', { matchLabels: { app: 'db' } }, false],
    ['inherited keys are no labels', { matchLabels: { toString: 'x' } }, false],
    ['In holds the value', expression('In', ['web', 'db']), true],
    ['In of a missing key does not match', expression('In', ['web'], 'gone'), false],
    ['NotIn of a missing key matches', expression('NotIn', ['web'], 'gone'), true],
    ['NotIn of the value does not', expression('NotIn', ['web']), false],
    ['Exists', expression('Exists'), true],
    ['DoesNotExist', expression('DoesNotExist'), false],
    ['In without values cannot be read', expression('In'), undefined],
    ['Exists with values cannot be read', expression('Exists', ['x']), undefined],
    ['an unknown operator cannot be read', expression('Gt', ['1']), undefined],
  ];
  for (const [title, selector, verdict] of cases) {
    it(title, () => {
      assert.equal(matchesSelector(selector, labels), verdict);
    });
  }

  it('that cannot be read deny in a usage policy', () => {
    const policy = (selector: LabelSelector): object => ({ allowedNamespaces: { from: 'Selector', selector } });
    const consumer = { name: 'other', labels };
    assert.equal(usagePolicyAdmits(policy(expression('Gt', ['1'])), 'own', consumer), false);
    assert.equal(usagePolicyAdmits(policy({ matchLabels: { app: 'web' } }), 'own', consumer), true);
    assert.equal(usagePolicyAdmits(policy({ matchLabels: { app: 'web' } }), 'own', { name: 'other' }), false);
    assert.equal(usagePolicyAdmits(undefined, 'own', { name: 'own' }), true);
  });
});
