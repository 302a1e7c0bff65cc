/**
 * What Argo CD and Flux do to manifests, on a real API server under the real Metacontroller: applying again is no change, their
 * tracking stays on what they applied, and a prune takes objects but no record of a backup.
 */
import assert from 'node:assert/strict';
import { apply, differenceTo, kubectl, list, reaches, storyOf, until } from '../e2e/kubectl.ts';
import { startProcesses, type Processes } from './installation.ts';
import { installOverlay, makeCredentials } from './overlay.ts';
import { startPlayer, type Player } from './player.ts';
import { nameOfThisRun, settingNamed } from './setting.ts';
import { settle } from './waiting.ts';

const PLACE = nameOfThisRun('gitops');
const KEPT = 'repositories,snapshots.storage.kubestash.com';
const MADE = `${KEPT},backupsessions,taskreports,jobs,cronjobs,leases,serviceaccounts,roles,rolebindings`;
const TRACKING = {
  labels: {
    'app.kubernetes.io/instance': 'backups',
    'kustomize.toolkit.fluxcd.io/name': 'backups',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  },
  annotations: { 'argocd.argoproj.io/tracking-id': 'backups:any', 'argocd.argoproj.io/sync-wave': '1' },
};

/** The manifests as a tool applies them: with what it finds them by. */
function manifests(): string {
  const { objects } = settingNamed(PLACE);
  const tracked = (objects as readonly { readonly metadata: object }[]).map((one) => ({
    ...one,
    metadata: { ...one.metadata, ...TRACKING },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: tracked });
}

describe('GitOps', function () {
  this.timeout(300_000);
  let processes: Processes;
  let player: Player;

  before(async () => {
    makeCredentials();
    processes = await startProcesses(await installOverlay('default'));
    player = await startPlayer();
    apply(manifests());
    await reaches('backupconfiguration', { namespace: PLACE, name: 'saved' }, 'Ready', 120);
    const session = await until(
      'the first backup',
      60,
      () => list('backupsessions', PLACE)[0],
      () => storyOf(PLACE),
    );
    await reaches('backupsession', { namespace: PLACE, name: session.metadata.name }, 'Succeeded', 120);
    await settle();
  });
  after(async () => {
    // Finalizers need Metacontroller.
    kubectl(['delete', 'namespace', PLACE, '--ignore-not-found', '--timeout=120s']);
    await player.stop();
    await processes.stop();
  });

  for (const [tool, flags] of [
    ['kubectl', []],
    ['Argo CD by the client', ['--field-manager=argocd-controller']],
    ['Argo CD by the server', ['--server-side', '--force-conflicts', '--field-manager=argocd-controller']],
    ['Flux', ['--server-side', '--force-conflicts', '--field-manager=kustomize-controller']],
  ] as const) {
    it(`finds no drift as ${tool}`, () => {
      assert.equal(differenceTo(manifests(), ...flags), '');
    });
  }

  it('leaves what tools track objects by off everything that is made', () => {
    const made = list(MADE, PLACE);
    assert.ok(made.length > 10);
    const keys = [...Object.keys(TRACKING.labels), ...Object.keys(TRACKING.annotations)];
    for (const { kind, metadata } of made) {
      const { labels = {}, annotations = {} } = metadata as { labels?: object; annotations?: object };
      const found = keys.filter((key) => key in labels || key in annotations);
      assert.deepEqual(found, [], `${kind} ${metadata.name}`);
    }
  });

  it('keeps Repositories and Snapshots when configuration, storage and policy are pruned, one after the other', async () => {
    const names = (): readonly string[] => list(KEPT, PLACE).map(({ kind, metadata }) => `${kind} ${metadata.uid}`);
    const before = names();
    assert.equal(before.length, 2);
    for (const object of [
      'backupconfiguration/saved',
      'backupstorage/storage',
      'retentionpolicy/keep-all',
      'deployment/app',
    ]) {
      kubectl(['delete', object, '-n', PLACE, '--timeout=60s']);
      await settle(2000);
      assert.deepEqual(names(), before, object);
    }
    const wipes = list('taskreports', PLACE).filter(({ spec }) =>
      ['wipe', 'forget', 'prune'].includes(String(spec?.['task'])),
    );
    assert.deepEqual(wipes, []);
  });

  it('has them back under the configuration when the same manifests are applied again', async () => {
    const before = list(KEPT, PLACE).map(({ metadata }) => metadata.uid);
    apply(manifests());
    await reaches('backupconfiguration', { namespace: PLACE, name: 'saved' }, 'Ready', 120);
    const after = list(KEPT, PLACE).map(({ metadata }) => metadata.uid);
    for (const uid of before) assert.ok(after.includes(uid));
  });
});
