import assert from 'node:assert/strict';
import { identityOf, type IdentityInput } from '../../../hooks/jobs/identity.ts';
import { workload } from './fixtures.ts';

const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' };
const UNPRIVILEGED = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const NO_CAPABILITIES = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

function target(pod: object, container: object) {
  const spec = {
    securityContext: pod,
    containers: [
      { name: 'proxy', securityContext: { runAsUser: 9 }, volumeMounts: [{ name: 'logs', mountPath: '/logs' }] },
      { name: 'app', securityContext: container, volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    ],
  };
  return workload('Deployment', { template: { spec } });
}

function identity(input: Partial<IdentityInput>) {
  return identityOf({ purpose: 'backup', namespaceLabels: {}, ...input });
}

describe('the identity of a mover', () => {
  it('is root that may read everything for a backup, and nothing more', () => {
    assert.deepEqual(identity({}), {
      pod: { runAsGroup: 0, runAsUser: 0 },
      container: { allowPrivilegeEscalation: false, capabilities: { add: ['DAC_OVERRIDE'], drop: ['ALL'] } },
    });
  });

  it('is root that may give files their owners back for a restore', () => {
    assert.deepEqual(identity({ purpose: 'restore' }).container, {
      allowPrivilegeEscalation: false,
      capabilities: { add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'], drop: ['ALL'] },
    });
  });

  it('needs no rights where no data is touched', () => {
    const plain = { pod: { ...UNPRIVILEGED, runAsGroup: 65534, runAsUser: 65534 }, container: NO_CAPABILITIES };
    assert.deepEqual(identity({ purpose: 'plain' }), plain);
    assert.deepEqual(identity({ purpose: 'plain', namespaceLabels: RESTRICTED }), plain);
  });

  it('is that of the container which mounts the data in a restricted namespace, and says what stays unread', () => {
    const own = target({ fsGroup: 2000, runAsUser: 1 }, { runAsUser: 1000, runAsGroup: 3000 });
    assert.deepEqual(identity({ namespaceLabels: RESTRICTED, workload: own, volumes: ['data'] }), {
      pod: { ...UNPRIVILEGED, fsGroup: 2000, fsGroupChangePolicy: 'OnRootMismatch', runAsGroup: 3000, runAsUser: 1000 },
      container: NO_CAPABILITIES,
      note: {
        type: 'FullDataAccess',
        status: 'False',
        reason: 'RestrictedNamespace',
        message:
          'the namespace enforces the restricted Pod Security level, so the mover runs as uid 1000 and cannot read files of other users; ' +
          'set jobTemplate.spec.securityContext to choose another identity',
      },
    });
  });

  it('is nobody in a restricted namespace when the target says nothing, and changes no group of its files', () => {
    const found = identity({
      purpose: 'restore',
      namespaceLabels: RESTRICTED,
      workload: target({}, {}),
      volumes: ['data'],
    });
    assert.deepEqual(found.pod, { ...UNPRIVILEGED, runAsGroup: 65534, runAsUser: 65534 });
    assert.match(
      found.note?.message ?? '',
      /runs as uid 65534 and cannot give back the owners of files of other users/,
    );
  });

  it('never takes root’s ids over into a restricted namespace', () => {
    const found = identity({
      namespaceLabels: RESTRICTED,
      workload: target({ runAsUser: 0, fsGroup: 0 }, {}),
      volumes: ['data'],
    });
    assert.deepEqual(found.pod, { ...UNPRIVILEGED, runAsGroup: 65534, runAsUser: 65534 });
  });

  it('gives a restricted mover of a storage’s own files a group that may write them', () => {
    const found = identity({ purpose: 'storage', namespaceLabels: RESTRICTED });
    assert.deepEqual(found.pod, {
      ...UNPRIVILEGED,
      fsGroup: 65534,
      fsGroupChangePolicy: 'OnRootMismatch',
      runAsGroup: 65534,
      runAsUser: 65534,
    });
    assert.equal(found.note, undefined);
  });

  it('is the user’s own, word by word', () => {
    const ownPod = { runAsUser: 5, fsGroup: 6 };
    const ownContainer = { runAsNonRoot: true };
    assert.deepEqual(identity({ namespaceLabels: RESTRICTED, ownPod, ownContainer }), {
      pod: ownPod,
      container: ownContainer,
    });
    assert.deepEqual(identity({ ownContainer }), { container: ownContainer });
  });

  it('keeps a container confined that the user says nothing about', () => {
    assert.deepEqual(identity({ ownPod: { runAsUser: 0 } }).container, {
      allowPrivilegeEscalation: false,
      capabilities: { add: ['DAC_OVERRIDE'], drop: ['ALL'] },
    });
    assert.deepEqual(identity({ ownPod: { runAsUser: 5 }, namespaceLabels: RESTRICTED }).container, NO_CAPABILITIES);
  });
});
