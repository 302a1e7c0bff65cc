import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubeObject } from '../../../hooks/kube/objects.ts';
import { ordinalsOf, targetKindOf, workloadOf, type TargetKind } from '../../../hooks/kube/workload.ts';

function kindNamed(kind: string): TargetKind {
  const found = targetKindOf({ kind, name: 'x' });
  assert.ok(found.ok);
  return found.value;
}

function target(spec: unknown, status?: unknown): KubeObject {
  const metadata = { name: 'web', namespace: 'demo', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec, status };
}

describe('kinds of targets', () => {
  it('are found in their canonical group, also where the reference leaves the group out', () => {
    assert.equal(kindNamed('Deployment').resource, 'deployments');
    const claim = targetKindOf({ apiGroup: '', kind: 'PersistentVolumeClaim', name: 'x' });
    assert.ok(claim.ok);
    assert.equal(claim.value.key, 'PersistentVolumeClaim.v1');
  });

  const unsupported = [
    [{ apiGroup: 'kubedb.com', kind: 'MySQL', name: 'db' }, 'target db is a MySQL.kubedb.com, which'],
    [{ apiGroup: 'extensions', kind: 'Deployment', name: 'd' }, 'target d is a Deployment.extensions, which'],
    [{ kind: 'Pod', name: 'p' }, 'target p is a Pod, which'],
    [{ name: 'n' }, 'target n is a , which'],
  ] as const;
  for (const [reference, start] of unsupported) {
    it(`that are not ours are refused: ${start}`, () => {
      assert.deepEqual(targetKindOf(reference), {
        ok: false,
        error: {
          reason: 'TargetKindUnsupported',
          message: `${start} cannot be backed up; possible are Deployment, ReplicaSet, StatefulSet, DaemonSet, PersistentVolumeClaim`,
          waits: false,
        },
      });
    });
  }
});

describe('a target', () => {
  it('is read into what decisions need', () => {
    const workload = workloadOf(
      target(
        {
          replicas: 3,
          ordinals: { start: 2 },
          selector: { matchLabels: { app: 'web' } },
          template: {
            metadata: { labels: { app: 'web' } },
            spec: {
              securityContext: { fsGroup: 7 },
              tolerations: [{ key: 'spot', operator: 'Exists' }],
              volumes: [{ name: 'config', configMap: { name: 'c' } }],
              containers: [
                {
                  name: 'a',
                  volumeMounts: [{ name: 'data', mountPath: '/data', subPath: 's' }],
                  securityContext: { runAsUser: 5 },
                },
                { name: 'b', volumeMounts: [{ name: 'data', mountPath: '/b', subPathExpr: '$(X)' }] },
              ],
            },
          },
          volumeClaimTemplates: [{ metadata: { name: 'data' } }],
        },
        { readyReplicas: 2 },
      ),
      kindNamed('StatefulSet'),
    );
    assert.deepEqual(workload, {
      kind: 'StatefulSet',
      apiGroup: 'apps',
      namespace: 'demo',
      name: 'web',
      uid: 'u',
      selector: { app: 'web' },
      template: {
        labels: { app: 'web' },
        volumes: [{ name: 'config', configMap: { name: 'c' } }],
        mounts: [
          { container: 'a', name: 'data', mountPath: '/data', subPath: 's' },
          { container: 'b', name: 'data', mountPath: '/b', subPathExpr: '$(X)' },
        ],
        securityContext: { fsGroup: 7 },
        containerSecurityContexts: { a: { runAsUser: 5 }, b: {} },
        tolerations: [{ key: 'spot', operator: 'Exists' }],
      },
      replicas: 3,
      readyReplicas: 2,
      claimTemplates: ['data'],
      startOrdinal: 2,
    });
    assert.deepEqual(ordinalsOf(workload), [2, 3, 4]);
  });

  it('that says nothing about replicas wants one', () => {
    assert.equal(workloadOf(target({}), kindNamed('StatefulSet')).replicas, 1);
    assert.deepEqual(ordinalsOf(workloadOf(target({ replicas: 0 }), kindNamed('StatefulSet'))), []);
  });

  it('of kind DaemonSet counts its ready Pods by its own field', () => {
    assert.equal(workloadOf(target({}, { numberReady: 4 }), kindNamed('DaemonSet')).readyReplicas, 4);
  });

  it('of kind PersistentVolumeClaim has no Pods', () => {
    const claim = workloadOf(target({ accessModes: ['ReadWriteOnce'] }), kindNamed('PersistentVolumeClaim'));
    assert.equal(claim.template, undefined);
    assert.equal(claim.replicas, 0);
  });

  it('is read without throwing, whatever stands in it', () => {
    const kinds = fc.constantFrom('Deployment', 'StatefulSet', 'DaemonSet', 'PersistentVolumeClaim');
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), kinds, (spec, status, kind) => {
        const workload = workloadOf(target(spec, status), kindNamed(kind));
        assert.ok(workload.replicas >= 0 && workload.readyReplicas >= 0);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (containers, volumes) => {
        const spec = {
          template: { spec: { containers, volumes, tolerations: containers } },
          volumeClaimTemplates: volumes,
        };
        assert.ok(Array.isArray(workloadOf(target(spec), kindNamed('Deployment')).template?.mounts));
      }),
    );
  });
});
