import assert from 'node:assert/strict';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { quantity } from '../../sandbox/api-server/typed.ts';
import { mapOf, type JsonMap } from '../../sandbox/api-server/values.ts';
import { testCluster, type TestCluster } from './cluster-of-tests.ts';

const TEMPLATE = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'img' }] } };
const JOB_KEY = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'default', name: 'j' };

function create({ api }: TestCluster, apiVersion: string, kind: string, body: object): StoredObject {
  return api.create({ apiVersion, kind, metadata: { name: 'j', namespace: 'default' }, ...body });
}

const CHANGES: readonly (readonly [name: string, patch: object, allowed: boolean])[] = [
  ['its template', { template: { spec: { containers: [{ name: 'main', image: 'other' }] } } }, false],
  ['its selector', { selector: { matchLabels: { a: 'b' } } }, false],
  ['its completions', { completions: 2 }, false],
  ['its completion mode', { completionMode: 'Indexed' }, false],
  ['suspend', { suspend: true }, true],
  ['parallelism', { parallelism: 2 }, true],
  ['its deadline', { activeDeadlineSeconds: 60 }, true],
  ['its time to live', { ttlSecondsAfterFinished: 60 }, true],
  ['its backoff limit', { backoffLimit: 0 }, true],
];

describe('a Job', () => {
  for (const [name, spec, allowed] of CHANGES) {
    it(`${allowed ? 'may' : 'may not'} change ${name}`, () => {
      const cluster = testCluster();
      create(cluster, 'batch/v1', 'Job', { spec: { template: TEMPLATE } });
      const change = (): unknown => cluster.api.patch(JOB_KEY, { spec });
      if (allowed) assert.doesNotThrow(change);
      else assert.throws(change, /^ApiError: Job\.batch "j" is invalid: spec\..*field is immutable/s);
    });
  }

  it('gets the labels and the selector that tie its Pods to it', () => {
    const stored = create(testCluster(), 'batch/v1', 'Job', { spec: { template: TEMPLATE } });
    const spec = mapOf(stored['spec']);
    const { uid } = stored.metadata;
    assert.deepEqual(spec['selector'], { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } });
    const labels = {
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': 'j',
      'controller-uid': uid,
      'job-name': 'j',
    };
    assert.deepEqual(mapOf(mapOf(spec['template'])['metadata'])['labels'], labels);
  });

  it('needs a restart policy that ends', () => {
    const template = { spec: { containers: TEMPLATE.spec.containers } };
    assert.throws(
      () => create(testCluster(), 'batch/v1', 'Job', { spec: { template } }),
      /restartPolicy: Required value/,
    );
  });

  it('orphans its Pods when it is deleted without a word about them', () => {
    const { api, pass } = testCluster();
    const job = api.create({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j', namespace: 'default' },
      spec: { template: TEMPLATE },
    });
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: job.metadata.uid, controller: true };
    api.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'default', ownerReferences: [owner] },
      spec: TEMPLATE.spec,
    });
    api.delete(JOB_KEY);
    pass(10);
    const [pod] = api.list('v1', 'Pod');
    assert.equal(api.get(JOB_KEY), undefined);
    assert.deepEqual(
      [pod?.metadata.name, pod?.metadata.ownerReferences, pod?.metadata.deletionTimestamp],
      ['p', undefined, undefined],
    );
  });
});

const CANONICAL: readonly (readonly [written: string | number, stored: string])[] = [
  ['1000m', '1'],
  ['0.5', '500m'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['100Mi', '100Mi'],
  ['1000k', '1M'],
  [2, '2'],
  ['0', '0'],
];

describe('a built-in kind', () => {
  for (const [written, stored] of CANONICAL) {
    it(`stores the quantity ${written} as ${stored}`, () => assert.equal(quantity(written), stored));
  }

  it('drops null, empty lists and empty maps, keeps empty structs, and prunes unknown fields', () => {
    const cluster = testCluster();
    const volumes = [{ name: 'v', emptyDir: {} }];
    const spec = { ...TEMPLATE.spec, affinity: null, tolerations: [], nodeSelector: {}, volumes };
    const stored = create(cluster, 'batch/v1', 'CronJob', {
      spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: { spec } } } },
      odd: 1,
    });
    const jobTemplate = mapOf(mapOf(stored['spec'])['jobTemplate']);
    const pod = mapOf(mapOf(mapOf(jobTemplate['spec'])['template'])['spec']);
    assert.equal(stored['odd'], undefined);
    for (const field of ['affinity', 'tolerations', 'nodeSelector']) assert.ok(!(field in pod), field);
    assert.deepEqual([pod['volumes'], pod['securityContext']], [volumes, {}]);
  });

  it('turns stringData into data', () => {
    const stored = create(testCluster(), 'v1', 'Secret', { stringData: { a: 'b' }, data: { c: 'ZA==' } });
    assert.deepEqual(
      [stored['data'], stored['stringData'], stored['type']],
      [{ a: 'Yg==', c: 'ZA==' }, undefined, 'Opaque'],
    );
  });

  const refused: readonly (readonly [
    name: string,
    apiVersion: string,
    kind: string,
    body: JsonMap,
    patch: object,
    says: RegExp,
  ])[] = [
    [
      'data of an immutable ConfigMap',
      'v1',
      'ConfigMap',
      { data: { a: 'b' }, immutable: true },
      { data: { a: 'c' } },
      /data: Forbidden/,
    ],
    [
      'the roleRef of a RoleBinding',
      'rbac.authorization.k8s.io/v1',
      'RoleBinding',
      { roleRef: { kind: 'Role', name: 'a' } },
      { roleRef: { name: 'b' } },
      /cannot change roleRef/,
    ],
    [
      'the class of a claim',
      'v1',
      'PersistentVolumeClaim',
      { spec: { storageClassName: 'a', accessModes: ['ReadWriteOnce'] } },
      { spec: { storageClassName: 'b' } },
      /spec is immutable after creation/,
    ],
  ];
  for (const [name, apiVersion, kind, body, patch, says] of refused) {
    it(`refuses to change ${name}`, () => {
      const cluster = testCluster();
      create(cluster, apiVersion, kind, body);
      assert.throws(() => cluster.api.patch({ apiVersion, kind, namespace: 'default', name: 'j' }, patch), says);
    });
  }

  it('keeps a running Pod until its node lets it go', () => {
    const cluster = testCluster();
    const key = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'j' };
    create(cluster, 'v1', 'Pod', { spec: { ...TEMPLATE.spec, nodeName: 'n', terminationGracePeriodSeconds: 90 } });
    cluster.api.delete(key);
    assert.equal(cluster.api.get(key)?.metadata.deletionTimestamp, '2026-01-01T00:01:30Z');
    cluster.api.delete(key, { gracePeriodSeconds: 0 });
    assert.equal(cluster.api.get(key), undefined);
  });
});
