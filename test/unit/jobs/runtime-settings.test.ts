import assert from 'node:assert/strict';
import { settingsOfAddon, settingsOfStorage } from '../../../hooks/jobs/runtime-settings.ts';

type AddonLayers = Parameters<typeof settingsOfAddon>[0];

function settings(layers: AddonLayers) {
  const result = settingsOfAddon(layers);
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return result.value;
}

describe('runtime settings', () => {
  it('are those of the Function, then of the addon, then of the jobTemplate', () => {
    const found = settings({
      function: { resources: { limits: { cpu: '1', memory: '1Gi' } }, env: [{ name: 'A', value: '1' }] },
      addon: { resources: { limits: { cpu: '2' } }, env: [{ name: 'B', value: '2' }] },
      jobTemplate: { spec: { resources: { limits: { cpu: '3000m' } }, env: [{ name: 'A', value: '3' }] } },
    });
    assert.deepEqual(found.container, { resources: { limits: { cpu: '3', memory: '1Gi' } } });
    assert.deepEqual(found.env, [
      { name: 'A', value: '3' },
      { name: 'B', value: '2' },
    ]);
  });

  it('keep the Pod’s and the container’s security contexts apart', () => {
    const found = settings({
      addon: { securityContext: { runAsUser: 1 } },
      jobTemplate: { spec: { securityContext: { fsGroup: 2 }, containerSecurityContext: { runAsUser: 3 } } },
    });
    assert.deepEqual(found.pod, { securityContext: { fsGroup: 2 } });
    assert.deepEqual(found.container, { securityContext: { runAsUser: 3 } });
  });

  it('take Pod fields, labels, volumes and the account of a jobTemplate, and no field that is ours', () => {
    const spec = {
      serviceAccountName: 'mine',
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'spot', operator: 'Exists' }],
      volumes: [{ name: 'ca', configMap: { name: 'ca' } }],
      volumeMounts: [{ name: 'ca', mountPath: '/ca' }],
      restartPolicy: 'Always',
      containers: [{ name: 'evil' }],
      args: ['--evil'],
    };
    assert.deepEqual(
      settings({ jobTemplate: { metadata: { labels: { team: 'a' }, annotations: { b: 'c' } }, spec } }),
      {
        podLabels: { team: 'a' },
        podAnnotations: { b: 'c' },
        pod: { nodeSelector: { disk: 'ssd' }, tolerations: [{ key: 'spot', operator: 'Exists' }] },
        container: {},
        env: [],
        volumes: spec.volumes,
        volumeMounts: spec.volumeMounts,
        serviceAccountName: 'mine',
      },
    );
  });

  it('tell niceness through the environment', () => {
    const found = settings({ addon: { nice: { adjustment: 5 }, ionice: { class: 2, classData: 7 } } });
    assert.deepEqual(found.env, [
      { name: 'NICE_ADJUSTMENT', value: '5' },
      { name: 'IONICE_CLASS', value: '2' },
      { name: 'IONICE_CLASS_DATA', value: '7' },
    ]);
  });

  const wrong: readonly (readonly [layers: AddonLayers, reason: string, message: string])[] = [
    [
      { jobTemplate: { spec: { hostNetwork: true } } },
      'SettingForbidden',
      'jobTemplate.spec.hostNetwork is not possible: movers tell their restic locks apart by host name',
    ],
    [
      { jobTemplate: { spec: { env: [{ name: 'RESTIC_REPOSITORY', value: 'x' }] } } },
      'EnvironmentForbidden',
      'addon.jobTemplate.spec.env sets RESTIC_REPOSITORY, which the mover sets itself; storage settings belong into the BackupStorage and its Secret',
    ],
    [
      { addon: { env: [{ name: 'LD_PRELOAD', value: 'x' }] } },
      'EnvironmentForbidden',
      'addon.jobTemplate.spec.env sets LD_PRELOAD, which the mover sets itself; storage settings belong into the BackupStorage and its Secret',
    ],
    [
      { jobTemplate: { spec: { resources: { requests: { cpu: 'lots' } } } } },
      'ResourcesInvalid',
      'resources.requests.cpu: "lots" is no quantity; write for example 500m, 2 or 1Gi',
    ],
    [
      { jobTemplate: { spec: { resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } } } },
      'ResourcesInvalid',
      'resources.requests.memory is 2Gi, above its limit of 1Gi; lower the request',
    ],
  ];
  for (const [layers, reason, message] of wrong) {
    it(`are refused: ${message}`, () => {
      assert.deepEqual(settingsOfAddon(layers), { ok: false, error: { reason, message, waits: false } });
    });
  }

  for (const name of ['PATH', 'AWS_PROFILE', 'METASTASH_TASK', 'TZ', 'POD_NAME', 'NODE_OPTIONS', 'GOOGLE_PROJECT_ID']) {
    it(`may not set ${name}`, () => {
      assert.equal(settingsOfAddon({ addon: { env: [{ name, value: 'x' }] } }).ok, false);
    });
  }

  it('may set what only looks like it', () => {
    assert.equal(
      settingsOfAddon({
        addon: {
          env: [
            { name: 'MY_PATH', value: 'x' },
            { name: 'HTTPS_PROXY', value: 'x' },
          ],
        },
      }).ok,
      true,
    );
  });

  it('of a storage reach its Jobs', () => {
    const result = settingsOfStorage(
      {
        pod: { podLabels: { a: 'b' }, securityContext: { fsGroup: 65534 }, serviceAccountName: 'irsa' },
        container: { resources: { limits: { cpu: 2 } } },
      },
      { resources: { limits: { memory: '64Mi' } } },
    );
    assert.ok(result.ok);
    assert.deepEqual(result.value.pod, { securityContext: { fsGroup: 65534 } });
    assert.deepEqual(result.value.container, { resources: { limits: { memory: '64Mi', cpu: '2' } } });
    assert.deepEqual(result.value.podLabels, { a: 'b' });
    assert.equal(result.value.serviceAccountName, 'irsa');
  });

  it('of a storage cannot take the mover’s token away', () => {
    assert.deepEqual(settingsOfStorage({ pod: { automountServiceAccountToken: false } }, undefined), {
      ok: false,
      error: {
        reason: 'SettingForbidden',
        message: 'automountServiceAccountToken cannot be false: a mover reports through the API server',
        waits: false,
      },
    });
  });
});
