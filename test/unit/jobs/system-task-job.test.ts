import assert from 'node:assert/strict';
import { systemTaskJob, systemTaskSpec, type SystemTaskInput } from '../../../hooks/jobs/system-task-job.ts';
import { moverJob, restated } from '../../../hooks/jobs/mover-job.ts';
import { catalog } from './fixtures.ts';
import { storedForm } from './stored-form.ts';

const INIT: SystemTaskInput = {
  name: 'init-main',
  namespace: 'storage',
  labels: { 'app.kubernetes.io/component': 'kubestash-initializer' },
  order: {
    task: 'init-storage',
    storage: { namespace: 'storage', name: 'main', place: { provider: 'local', mountPath: '/safe' } },
    clusterUid: 'c',
  },
  run: 0,
  related: catalog(),
  serviceAccountName: 'mover-main',
};
const VOLUME = {
  volumes: [{ name: 'metastash-storage', hostPath: { path: '/x' } }],
  volumeMounts: [{ name: 'metastash-storage', mountPath: '/safe' }],
};
const SECRET = {
  volumes: [{ name: 's', secret: { secretName: 'k', optional: true } }],
  volumeMounts: [{ name: 's', mountPath: '/s' }],
};

function podOf(input: SystemTaskInput): Readonly<Record<string, unknown>> {
  const result = systemTaskSpec(input);
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  const template = result.value['template'] as { readonly spec: Readonly<Record<string, unknown>> };
  return template.spec;
}

function containerOf(input: SystemTaskInput): Readonly<Record<string, unknown>> {
  const [container] = podOf(input)['containers'] as readonly Readonly<Record<string, unknown>>[];
  assert.ok(container);
  return container;
}

describe('the Job of a system task', () => {
  it('runs the mover of the catalog with the task as its only argument, beside its report', () => {
    const result = systemTaskJob(INIT);
    assert.ok(result.ok);
    assert.deepEqual(
      result.value.map((one) => `${one.kind} ${one.metadata.name}`),
      ['Job init-main', 'TaskReport init-main'],
    );
    const container = containerOf(INIT);
    assert.equal(container['image'], 'metastash/mover:v0.1.0');
    assert.deepEqual(container['args'], ['init-storage']);
    assert.equal(
      JSON.stringify(result.value).includes('\\"report\\":{\\"namespace\\":\\"storage\\",\\"name\\":\\"init-main\\"}'),
      true,
    );
  });

  it('waits for the Function of the mover', () => {
    const result = systemTaskJob({ ...INIT, related: {} });
    assert.deepEqual(result, {
      ok: false,
      error: {
        reason: 'WaitingForFunction',
        message: 'Function metastash-mover does not exist; apply the catalog or correct the Addon that names it',
        waits: true,
      },
    });
  });

  it('may write a local storage, and needs no rights for anything else', () => {
    assert.deepEqual(podOf({ ...INIT, mounts: [VOLUME, SECRET] })['securityContext'], { runAsGroup: 0, runAsUser: 0 });
    assert.equal((podOf({ ...INIT, mounts: [SECRET] })['securityContext'] as { runAsUser: number }).runAsUser, 65534);
  });

  it('takes the settings of the storage', () => {
    const runtimeSettings = { pod: { securityContext: { fsGroup: 65534 }, serviceAccountName: 'irsa' } };
    const pod = podOf({ ...INIT, mounts: [VOLUME], runtimeSettings });
    assert.deepEqual(pod['securityContext'], { fsGroup: 65534 });
    assert.equal(pod['serviceAccountName'], 'irsa');
  });

  it('takes the Pod template of a trigger', () => {
    const podTemplate = { spec: { resources: { requests: { cpu: '1000m' } }, nodeSelector: { disk: 'ssd' } } };
    assert.deepEqual(containerOf({ ...INIT, podTemplate })['resources'], { requests: { cpu: '1' } });
    assert.deepEqual(podOf({ ...INIT, podTemplate })['nodeSelector'], { disk: 'ssd' });
  });

  it('of a CronJob has no report to write', () => {
    const env = containerOf(INIT)['env'] as readonly { readonly name: string; readonly value?: string }[];
    const task = JSON.parse(env.find((one) => one.name === 'METASTASH_TASK')?.value ?? '') as object;
    assert.equal('report' in task, false);
  });

  it('is desired in the form that the API server stores', () => {
    const result = systemTaskJob({
      ...INIT,
      mounts: [VOLUME, SECRET],
      runtimeSettings: { container: { resources: {} } },
    });
    assert.ok(result.ok);
    for (const object of result.value) assert.deepEqual(storedForm(object), object);
  });
});

describe('mover Jobs', () => {
  const job = {
    name: 'j',
    namespace: 'demo',
    labels: {},
    image: 'i',
    args: [],
    task: { version: 1, ...INIT.order } as never,
    run: 2,
    settings: { serviceAccountName: 's' },
  };

  it('let a user’s volume take the place of the scratch volume of the same name', () => {
    const own = { name: 'kubestash-tmp-volume', persistentVolumeClaim: { claimName: 'c' } };
    const [made] = moverJob({ ...job, volumes: [own] });
    const spec = made?.['spec'] as { readonly template: { readonly spec: { readonly volumes: readonly object[] } } };
    assert.deepEqual(spec.template.spec.volumes, [own]);
  });

  it('are restated by identity alone', () => {
    const [made] = moverJob(job);
    assert.ok(made);
    assert.deepEqual(restated(made), {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j', namespace: 'demo' },
    });
  });
});
