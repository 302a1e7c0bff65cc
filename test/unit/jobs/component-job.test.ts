import assert from 'node:assert/strict';
import fc from 'fast-check';
import { componentJob } from '../../../hooks/jobs/component-job.ts';
import type { AddonInfo } from '../../../hooks/jobs/shapes.ts';
import {
  BACKUP,
  built,
  container,
  input,
  problem,
  RESTORE,
  STORAGE,
  taskOf,
  WORKLOAD_ADDON,
} from './component-job-input.ts';
import { catalog, firstTask, statefulSet, workload } from './fixtures.ts';

describe('the Job of a component', () => {
  it('runs the Function with its arguments filled in', () => {
    assert.deepEqual(container(built().job).args, [
      'backup',
      '--namespace=demo',
      '--backupsession=bc-nightly-1',
      '--enable-cache=true',
      '--scratch-dir=/kubestash-tmp',
      '--paths=/source/data',
      '--exclude=',
    ]);
  });

  it('mounts the target read-only, the storage and the scratch volume', () => {
    const { job } = built();
    assert.deepEqual(container(job).volumeMounts, [
      { name: 'source-data', mountPath: '/source/data', readOnly: true },
      { name: 'kubestash-tmp-volume', mountPath: '/kubestash-tmp' },
      { name: 'metastash-storage', mountPath: '/safe' },
    ]);
    assert.deepEqual(
      job.spec.template.spec.volumes.map((volume) => volume.name),
      ['source-data', 'kubestash-tmp-volume', 'metastash-storage'],
    );
  });

  it('hands over the task document with places, mount paths and the report to write', () => {
    const { job, report } = built();
    const task = taskOf(job);
    assert.equal(task['version'], 1);
    assert.deepEqual(task['report'], { namespace: 'demo', name: 'job-1' });
    assert.deepEqual(task['mountPaths'], ['/source/data']);
    assert.deepEqual(task['storage'], STORAGE.access);
    assert.equal(report.metadata.name, 'job-1');
    assert.deepEqual(report['spec'], { task: 'backup', jobName: 'job-1', run: 0, component: 'dump' });
  });

  it('says who it is by labels, and never retries by itself', () => {
    const { job } = built();
    assert.deepEqual(job.metadata.labels, {
      'kubestash.com/invoker-name': 'bc',
      'app.kubernetes.io/managed-by': 'kubestash.com',
      'metastash.dev/task': 'backup',
      'metastash.dev/component': 'dump',
    });
    assert.equal(job.spec.backoffLimit, 0);
    assert.equal(job.spec.template.spec.serviceAccountName, 'mover-repo');
  });

  it('of a StatefulSet’s ordinal mounts its claim beside its Pod and knows its number', () => {
    const { job } = built({ workload: statefulSet(), order: { ...BACKUP, component: 'dump-pod-2' } });
    assert.deepEqual(job.spec.template.spec.volumes[0], {
      name: 'source-data',
      persistentVolumeClaim: { claimName: 'source-data-web-2' },
    });
    const env = Object.fromEntries(container(job).env.map((one) => [one.name, one.value]));
    assert.equal(env['POD_ORDINAL'], '2');
    assert.equal(env['COMPONENT_NAME'], 'dump-pod-2');
    assert.match(JSON.stringify(job.spec.template.spec.affinity), /"statefulset.kubernetes.io\/pod-name":"web-2"/);
  });

  it('of a bare claim mounts it through the Addon', () => {
    const addon = { name: 'pvc-addon', tasks: [{ name: 'logical-backup' }] };
    const { job } = built({ addon, workload: workload('PersistentVolumeClaim', {}, {}, 'nfs-pvc') });
    assert.deepEqual(
      job.spec.template.spec.volumes.find((volume) => volume.name === 'kubestash-data-volume'),
      { name: 'kubestash-data-volume', persistentVolumeClaim: { claimName: 'nfs-pvc' } },
    );
    assert.deepEqual(taskOf(job)['mountPaths'], ['/kubestash-data']);
    assert.equal(container(job).volumeMounts.find((mount) => mount.mountPath === '/kubestash-data')?.readOnly, true);
    assert.ok(container(job).args.includes('--paths=/kubestash-data'));
  });

  it('of a restore writes to the target', () => {
    const addon = { name: 'workload-addon', tasks: [{ name: 'logical-backup-restore' }] };
    const { job } = built({ addon, order: RESTORE, variables: { restoreSession: 'rs', snapshot: 's' } });
    assert.deepEqual(container(job).volumeMounts[0], { name: 'source-data', mountPath: '/source/data' });
    assert.ok(container(job).args.includes('--restoresession=rs'));
  });

  it('puts the user’s cache volume in the place of the scratch volume', () => {
    const volumeClaimTemplate = {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const addonVolumes = [{ name: '${RESTIC_CACHE_VOLUME}', source: { volumeClaimTemplate } }];
    const { job } = built({ addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup', addonVolumes }] } });
    const caches = job.spec.template.spec.volumes.filter((volume) => volume.name === 'kubestash-tmp-volume');
    assert.deepEqual(caches, [{ name: 'kubestash-tmp-volume', ephemeral: { volumeClaimTemplate } }]);
    assert.deepEqual(taskOf(job)['mountPaths'], ['/source/data']);
  });

  it('is run by a user’s own Function with its image, command and variables', () => {
    const related = catalog(
      {
        kind: 'Function',
        metadata: { name: 'my-dump' },
        spec: {
          image: 'registry.example/${tool}:1',
          command: ['/bin/dump'],
          args: ['--into=${snapshot}', '--paths=${paths}'],
          workingDir: '/work',
          volumeMounts: [{ name: 'extra', mountPath: '/extra' }],
        },
      },
      { kind: 'Addon', metadata: { name: 'mine' }, spec: { backupTasks: [{ name: 'dump', function: 'my-dump' }] } },
    );
    const addon: AddonInfo = {
      name: 'mine',
      tasks: [{ name: 'dump', params: { tool: 'dumper', paths: '/source/data' } }],
      jobTemplate: { spec: { volumes: [{ name: 'extra', configMap: { name: 'c' } }] } },
    };
    const { job } = built({ addon, resolved: firstTask(addon, 'backup', related) });
    assert.equal(container(job).image, 'registry.example/dumper:1');
    assert.deepEqual(container(job).command, ['/bin/dump']);
    assert.deepEqual(container(job).args, ['--into=repo-bc-nightly-1', '--paths=/source/data']);
    assert.equal(container(job).workingDir, '/work');
    assert.ok(container(job).volumeMounts.some((mount) => mount.mountPath === '/extra'));
    assert.ok(job.spec.template.spec.volumes.some((volume) => volume.name === 'extra'));
  });

  it('takes the user’s account, identity, tolerations and labels', () => {
    const addon: AddonInfo = {
      ...WORKLOAD_ADDON,
      jobTemplate: {
        metadata: { labels: { team: 'a', 'metastash.dev/task': 'forged' } },
        spec: {
          serviceAccountName: 'irsa',
          securityContext: { runAsUser: 5 },
          tolerations: [{ key: 'spot', operator: 'Exists' }],
        },
      },
    };
    const { spec, metadata } = built({ addon }).job.spec.template;
    assert.equal(spec.serviceAccountName, 'irsa');
    assert.deepEqual(spec.securityContext, { runAsUser: 5 });
    assert.deepEqual(spec.tolerations, [{ key: 'spot', operator: 'Exists' }]);
    assert.deepEqual(metadata, {
      labels: {
        team: 'a',
        'kubestash.com/invoker-name': 'bc',
        'app.kubernetes.io/managed-by': 'kubestash.com',
        'metastash.dev/task': 'backup',
        'metastash.dev/component': 'dump',
      },
    });
  });

  it('says in a restricted namespace that data may stay unread', () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const metadata = { name: 'demo', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z', labels };
    const result = componentJob(input({ namespaceObject: { apiVersion: 'v1', kind: 'Namespace', metadata } }));
    assert.ok(result.ok);
    assert.deepEqual(
      result.value.notes.map((note) => note.reason),
      ['RestrictedNamespace'],
    );
    assert.deepEqual(componentJob(input()), { ok: true, value: { objects: [built().job, built().report], notes: [] } });
  });

  const wrong: readonly (readonly [overrides: Parameters<typeof input>[0], reason: string, message: string])[] = [
    [
      { addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup', params: { paths: '/other' } }] } },
      'PathNotMounted',
      'task logical-backup: path /other lies on none of the mounted volumes (/source/data); correct params.paths or targetVolumes',
    ],
    [
      { addon: { name: 'pvc-addon', tasks: [{ name: 'logical-backup' }] } },
      'VariableMissing',
      'Addon pvc-addon, task logical-backup: volumeTemplate/1/source/persistentVolumeClaim/claimName: variable PVC_NAME is not set and has no default; set it in params, or write ${PVC_NAME:=default}',
    ],
    [
      {
        workload: workload('PersistentVolumeClaim', {}, {}, 'nfs-pvc'),
        addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup', params: { paths: '/data' } }] },
      },
      'NoVolumes',
      'task logical-backup of Addon workload-addon mounts nothing of PersistentVolumeClaim nfs-pvc; use pvc-addon for a PersistentVolumeClaim and workload-addon for a workload',
    ],
    [
      { storage: { ...STORAGE, volumeMounts: [{ name: 'metastash-storage', mountPath: '/source/data/backups' }] } },
      'MountPathTaken',
      'the target is mounted at /source/data and the storage at /source/data/backups; one would hide or contain the other, so move one of them',
    ],
    [
      { storage: { ...STORAGE, volumes: [{ name: 'source-data', hostPath: { path: '/x' } }], volumeMounts: [] } },
      'MountPathTaken',
      'the target and the storage both have a volume source-data; rename one of them',
    ],
    [
      { addon: { ...WORKLOAD_ADDON, jobTemplate: { spec: { hostNetwork: true } } } },
      'SettingForbidden',
      'jobTemplate.spec.hostNetwork is not possible: movers tell their restic locks apart by host name',
    ],
  ];
  for (const [overrides, reason, message] of wrong) {
    it(`is not made: ${message}`, () => {
      assert.deepEqual(problem(overrides), { reason, message });
    });
  }

  it('is not made when the Function asks for a variable that nobody sets', () => {
    const related = catalog({
      kind: 'Function',
      metadata: { name: 'workload-backup' },
      spec: { image: 'i', args: ['--x=${nobody}'] },
    });
    assert.deepEqual(problem({ resolved: firstTask(WORKLOAD_ADDON, 'backup', related) }), {
      reason: 'VariableMissing',
      message:
        'Function workload-backup: /args/0: variable nobody is not set and has no default; set it in params, or write ${nobody:=default}',
    });
  });

  it('is a Job or a problem for whatever parameters a user writes, and the same one twice', () => {
    const values = fc.dictionary(
      fc.constantFrom('paths', 'exclude', 'include', 'x'),
      fc.oneof(fc.string(), fc.jsonValue()),
    );
    fc.assert(
      fc.property(values, (params) => {
        const addon = { name: 'workload-addon', tasks: [{ name: 'logical-backup', params }] };
        assert.deepEqual(componentJob(input({ addon })), componentJob(input({ addon })));
      }),
    );
  });
});
