/**
 * Metacontroller with the ClusterRole of kustomize/components/metacontroller and nothing else, while a backup, a restore and
 * deletions run: nothing is refused, and what it never used is what is listed here, with the reason why it is granted.
 */
import assert from 'node:assert/strict';
import type { PolicyRule } from '../../hooks/kube/service-account.ts';
import type { Built } from '../cluster/kustomize/builds.ts';
import { apply, kubectl, list, reaches, storyOf, until } from '../e2e/kubectl.ts';
import { restoreSession } from '../e2e/scenario.ts';
import { rightsOf } from '../kustomize/rights.ts';
import { auditFromNow, counted, rightOf, type AuditedRequest } from './audit.ts';
import { METACONTROLLER_USER, startProcesses, type Processes } from './installation.ts';
import { installOverlay, makeCredentials, type Overlay } from './overlay.ts';
import { startPlayer, type Player } from './player.ts';
import { nameOfThisRun, settingNamed } from './setting.ts';
import { settle } from './waiting.ts';

const PLACE = nameOfThisRun('least-privilege');

/** Rights that this story does not use, and why they are granted. The first that fits counts. */
const UNUSED: readonly (readonly [RegExp, string])[] = [
  [
    /\/finalizers update$/,
    'asked for by the admission plugin OwnerReferencesPermissionEnforcement, where a cluster has it on',
  ],
  [
    /^\/(pods|persistentvolumeclaims|events) get$|^\/(pods|events) list$|taskreports\/status (patch|update)$|^\/pods\/exec |^\/secrets get$/,
    'in the Roles of movers: nobody may give what they do not have; Metacontroller itself never asks for it',
  ],
  [/^metacontroller\.k8s\.io\/.* get$|controllerrevisions|customresourcedefinitions/, 'read through caches'],
  [/ (get)$/, 'a read before a write after a conflict, which this story may not have'],
  [/daemonsets|replicasets|statefulsets|persistentvolumeclaims/, 'targets of other kinds'],
  [/ (update|delete)$/, 'drift, or the removal of what a changed spec no longer wants'],
  [/^\/events patch$/, 'a repeated Event is counted up'],
];

describe("Metacontroller's rights", function () {
  this.timeout(300_000);
  let overlay: Overlay;
  let processes: Processes;
  let player: Player;
  let used: readonly AuditedRequest[] = [];

  before(async () => {
    makeCredentials();
    overlay = await installOverlay('default');
    const audit = auditFromNow();
    processes = await startProcesses(overlay);
    player = await startPlayer();
    await story();
    used = audit().filter(({ user }) => user === METACONTROLLER_USER);
  });
  after(async () => {
    // Finalizers need Metacontroller.
    kubectl(['delete', 'namespace', PLACE, '--ignore-not-found', '--timeout=120s']);
    await player.stop();
    await processes.stop();
  });

  it('are enough: nothing that it asked for was refused', () => {
    assert.deepEqual(player.troubles, []);
    assert.deepEqual(counted(used.filter(({ code }) => code === 403).map(rightOf)), {});
    assert.ok(used.length > 100);
  });

  it('cover everything that it did', () => {
    const granted = grantedBy(overlay);
    const beyond = [...new Set(used.map(rightOf))].filter((right) => !granted.includes(right) && !isForEveryone(right));
    assert.deepEqual(beyond, []);
  });

  it('hold nothing without a reason', () => {
    const did = new Set(used.map(rightOf));
    const never = grantedBy(overlay).filter((right) => !did.has(right));
    const unexplained = never.filter((right) => !UNUSED.some(([pattern]) => pattern.test(right)));
    assert.deepEqual(unexplained, []);
    for (const [pattern, reason] of UNUSED) {
      const fits = never.filter((right) => UNUSED.find(([one]) => one.test(right))?.[0] === pattern);
      console.log(`      ${reason}: ${fits.join(', ') || '(all of it was used)'}`);
    }
  });

  async function story(): Promise<void> {
    const { objects } = settingNamed(PLACE);
    apply(objects);
    await reaches('backupconfiguration', { namespace: PLACE, name: 'saved' }, 'Ready', 120);
    const session = await until(
      'the first backup',
      60,
      () => list('backupsessions', PLACE)[0],
      () => storyOf(PLACE),
    );
    await reaches('backupsession', { namespace: PLACE, name: session.metadata.name }, 'Succeeded', 120);
    const target = { apiGroup: 'apps', kind: 'Deployment', name: 'app' };
    apply([restoreSession({ namespace: PLACE, target, storage: {}, addon: 'workload-addon' }, 'back')]);
    await reaches('restoresession', { namespace: PLACE, name: 'back' }, 'Succeeded', 120);
    kubectl(['delete', 'backupconfiguration', 'saved', '-n', PLACE, '--timeout=60s']);
    kubectl(['delete', 'repository', 'kept', '-n', PLACE, '--timeout=60s']);
    await settle();
  }
});

function grantedBy({ objects }: Overlay): readonly string[] {
  const roles = objects.filter((one) => one.kind === 'ClusterRole' && one.metadata.name === 'metastash-metacontroller');
  return roles.flatMap((role) => rightsOf((role as Built & { readonly rules: readonly PolicyRule[] }).rules));
}

/** What system:authenticated may do anyway. */
function isForEveryone(right: string): boolean {
  return /selfsubject/.test(right);
}
