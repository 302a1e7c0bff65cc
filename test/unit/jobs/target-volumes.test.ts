import assert from 'node:assert/strict';
import { targetVolumesOf, type TargetVolumesInput } from '../../../hooks/jobs/target-volumes.ts';
import { deployment, statefulSet, workload } from './fixtures.ts';

function volumes(input: Partial<TargetVolumesInput>) {
  const result = targetVolumesOf({ workload: deployment(), component: 'dump', access: 'read', ...input });
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return result.value;
}

function problem(input: Partial<TargetVolumesInput>): object {
  const result = targetVolumesOf({ workload: deployment(), component: 'dump', access: 'read', ...input });
  assert.ok(!result.ok);
  return { reason: result.error.reason, message: result.error.message };
}

function podOf(volumeList: readonly object[], volumeMounts: readonly object[], kind = 'Deployment') {
  return workload(kind, { template: { spec: { volumes: volumeList, containers: [{ name: 'app', volumeMounts }] } } });
}

const claim = (name: string): object => ({ name, persistentVolumeClaim: { claimName: name } });

describe('volumes of a target', () => {
  it('are its lasting ones at the path of the first container that mounts them, read-only for a backup', () => {
    assert.deepEqual(volumes({}), {
      volumes: [{ name: 'source-data', persistentVolumeClaim: { claimName: 'source-pvc' } }],
      volumeMounts: [{ name: 'source-data', mountPath: '/source/data', readOnly: true }],
      mountPaths: ['/source/data'],
      defaultPaths: ['/source/data'],
      claims: ['source-pvc'],
    });
  });

  it('can be written by a restore', () => {
    assert.deepEqual(volumes({ access: 'write' }).volumeMounts, [{ name: 'source-data', mountPath: '/source/data' }]);
  });

  it('of a StatefulSet are the claims of the component’s ordinal', () => {
    const found = volumes({ workload: statefulSet(), component: 'dump-pod-2' });
    assert.deepEqual(found.claims, ['source-data-web-2']);
    assert.deepEqual(found.mountPaths, ['/source/data']);
  });

  it('of a StatefulSet in an old Snapshot are found by its old component name', () => {
    assert.deepEqual(volumes({ workload: statefulSet(), component: 'pod-1' }).claims, ['source-data-web-1']);
  });

  it('of a bare claim are mounted by its Addon', () => {
    assert.deepEqual(volumes({ workload: workload('PersistentVolumeClaim', {}) }).volumes, []);
  });

  it('carry the subPath that the target uses', () => {
    const target = podOf([claim('data')], [{ name: 'data', mountPath: '/data/', subPath: 'sub' }]);
    assert.deepEqual(volumes({ workload: target, access: 'write' }).volumeMounts, [
      { name: 'data', mountPath: '/data', subPath: 'sub' },
    ]);
    const chosen = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
    assert.equal(volumes({ workload: target, chosen }).volumeMounts[0]?.subPath, 'sub');
    const elsewhere = { volumeMounts: [{ name: 'data', mountPath: '/other' }] };
    assert.equal(volumes({ workload: target, chosen: elsewhere }).volumeMounts[0]?.subPath, undefined);
  });

  it('below another volume are saved with it, not twice', () => {
    const target = podOf(
      [claim('data'), claim('logs')],
      [
        { name: 'logs', mountPath: '/data/logs' },
        { name: 'data', mountPath: '/data' },
      ],
    );
    const found = volumes({ workload: target });
    assert.deepEqual(found.mountPaths, ['/data/logs', '/data']);
    assert.deepEqual(found.defaultPaths, ['/data']);
  });

  it('on a host count for a DaemonSet, or when they are named', () => {
    const host = [{ name: 'host', hostPath: { path: '/var/data' } }];
    const mounts = [{ name: 'host', mountPath: '/data' }];
    assert.deepEqual(volumes({ workload: podOf(host, mounts, 'DaemonSet'), component: 'dump-node' }).mountPaths, [
      '/data',
    ]);
    assert.deepEqual(
      volumes({ workload: podOf(host, mounts), chosen: { volumeMounts: mounts } as never }).volumes,
      host,
    );
    assert.deepEqual(problem({ workload: podOf(host, mounts) }), {
      reason: 'NoVolumes',
      message:
        'Deployment web mounts no volume that can be saved; name one in addon.tasks[].targetVolumes, or back up another target',
    });
  });

  it('that show Secrets through CSI are left out unless named', () => {
    const secrets = { name: 's', csi: { driver: 'secrets-store.csi.k8s.io' } };
    const mounts = [
      { name: 's', mountPath: '/secrets' },
      { name: 'data', mountPath: '/data' },
    ];
    assert.deepEqual(volumes({ workload: podOf([secrets, claim('data')], mounts) }).mountPaths, ['/data']);
    assert.deepEqual(
      volumes({ workload: podOf([secrets], mounts), chosen: { volumeMounts: [mounts[0]] } as never }).volumes,
      [secrets],
    );
  });

  it('may be defined by the user beside the target', () => {
    const own = { name: 'mine', nfs: { server: 's', path: '/' } };
    const chosen = { volumes: [own], volumeMounts: [{ name: 'mine', mountPath: '/mine' }] };
    assert.deepEqual(volumes({ chosen }).volumes, [own]);
  });

  const wrong: readonly (readonly [input: Partial<TargetVolumesInput>, reason: string, message: string])[] = [
    [
      { chosen: { volumeMounts: [{ name: 'gone', mountPath: '/data' }] } },
      'VolumeNotFound',
      'targetVolumes mounts volume gone, which Deployment web does not have; it has: source-data, config, scratch',
    ],
    [
      { chosen: { volumeMounts: [{ name: 'scratch', mountPath: '/data' }] } },
      'VolumeNotMountable',
      'volume scratch of Deployment web (emptyDir) lives and dies with its Pod; no other Pod can mount it',
    ],
    [
      { chosen: { volumeMounts: [{ name: 'source-data', mountPath: 'data' }] } },
      'MountPathInvalid',
      'targetVolumes: volume source-data needs an absolute mountPath below /',
    ],
    [
      {
        chosen: {
          volumeMounts: [
            { name: 'source-data', mountPath: '/data' },
            { name: 'config', mountPath: '/data/' },
          ],
        },
      },
      'MountPathTaken',
      'Deployment web mounts two volumes at /data; choose one in targetVolumes.volumeMounts',
    ],
    [
      { workload: podOf([claim('data')], [{ name: 'data', mountPath: '/data', subPathExpr: '$(POD_NAME)' }]) },
      'SubPathExprUnsupported',
      'volume data is mounted with subPathExpr "$(POD_NAME)", which only the Pod can resolve; list the volume in targetVolumes.volumeMounts with its subPath',
    ],
    [
      { workload: statefulSet(), component: 'dump' },
      'ComponentUnknown',
      'component dump names no ordinal of StatefulSet web; expected dump-pod-<number>',
    ],
  ];
  for (const [input, reason, message] of wrong) {
    it(`are refused: ${message}`, () => {
      assert.deepEqual(problem(input), { reason, message });
    });
  }
});
