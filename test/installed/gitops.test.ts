/**
 * What Argo CD and Flux do to manifests, on a real API server under the real Metacontroller: applying again is no change, their
 * tracking stays on what they applied, and a prune takes objects but no record of a backup.
 */
import assert from 'node:assert/strict';
import { apply, differenceTo, kubectl, list, reaches, storyOf, until } from '../e2e/kubectl.ts';
import { startProcesses, type Processes } from './installation.ts';
import { installOverlay, makeCredentials } from './overlay.ts';
import { startPlayer, type Player } from './player.ts';
import { manifestsAt, QUICKSTART } from '../world/virtual-stories.ts';
import type { Manifest } from '../../sandbox/cluster/manifests.ts';
import { nameOfThisRun } from './setting.ts';
import { settle } from './waiting.ts';

const PLACE = nameOfThisRun('gitops');
const KEPT = 'repositories,snapshots.storage.kubestash.com';
const MADE = `${KEPT},backupsessions,taskreports,jobs,cronjobs,leases,serviceaccounts,roles,rolebindings`;
/** Tasks of movers that take data away. */
const TAKING = ['wipe', 'forget', 'prune'];
/** Argo CD deletes in the foreground unless told otherwise, Flux in the background. */
const PRUNED = [
  ['Argo CD', 'foreground', ['backupconfiguration/gallery']],
  ['Flux', 'background', ['backupstorage/storage', 'retentionpolicy/two-months', 'secret/encrypt-secret']],
  ['Argo CD', 'foreground', ['statefulset/library', 'backupstorage/storage', 'backupconfiguration/library']],
  ['Flux', 'background', ['backupconfiguration/library', 'backupconfiguration/gallery', 'deployment/gallery']],
] as const;
const TRACKING = {
  labels: {
    'app.kubernetes.io/instance': 'backups',
    'kustomize.toolkit.fluxcd.io/name': 'backups',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  },
  annotations: { 'argocd.argoproj.io/tracking-id': 'backups:any', 'argocd.argoproj.io/sync-wave': '1' },
};

/** The whole quickstart as a tool applies it, in a namespace of this run: with what the tool finds objects by. */
function manifests(): string {
  const items = manifestsAt(QUICKSTART).map((one) => {
    const { kind, metadata, ...rest } = JSON.parse(JSON.stringify(one).replaceAll('"demo"', `"${PLACE}"`)) as Manifest;
    return { ...rest, kind, metadata: { ...metadata, ...TRACKING } };
  });
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
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
    await allAreReady();
    await until(
      'the first backups',
      120,
      () =>
        list('backupsessions', PLACE).filter(({ status }) => status?.phase === 'Succeeded').length === 2 || undefined,
      () => storyOf(PLACE),
    );
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

  for (const [tool, cascade, pruned] of PRUNED) {
    it(`keeps Repositories and Snapshots when ${tool} prunes ${pruned.join(', ')}, and has all back at the next apply`, async () => {
      const before = record();
      assert.equal(before.length, 4);
      for (const object of pruned) {
        kubectl(['delete', object, '-n', PLACE, `--cascade=${cascade}`, '--timeout=60s']);
        assert.deepEqual(record(), before, object);
      }
      await settle();
      assert.deepEqual(record(), before);
      const taking = list('taskreports', PLACE).filter(({ spec }) => TAKING.includes(String(spec?.['task'])));
      assert.deepEqual(taking, []);
      apply(manifests());
      await allAreReady();
      const after = record();
      for (const one of before) assert.ok(after.includes(one), one);
    });
  }
});

/** Repositories and Snapshots by uid: the same objects, not others of the same name. */
function record(): readonly string[] {
  return list(KEPT, PLACE).map(({ kind, metadata }) => `${kind} ${metadata.uid}`);
}

async function allAreReady(): Promise<void> {
  for (const name of ['library', 'gallery'])
    await reaches('backupconfiguration', { namespace: PLACE, name }, 'Ready', 120);
}
