/**
 * Hook calls as Metacontroller made them in whole stories on a virtual clock: backups and restores that succeed, and movers
 * that fail, hang, never start or die. The properties hold for every one of them, not for requests that a test thought of.
 */
import { startVirtualCluster, type HookCall, type VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import type { PlayedOutcome } from '../../sandbox/node/played-mover.ts';
import { applyAll, BACKUPS, QUICKSTART, QUICKSTART_RESTORE, RESTORES } from '../world/virtual-stories.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const MINUTE = 60;

const OUTCOMES: readonly PlayedOutcome[] = [
  {
    outcome: 'fails',
    error: { code: 'RepositoryLocked', message: 'Another process holds the lock.', retryable: true },
  },
  { outcome: 'fails', error: { code: 'WrongPassword', message: 'The password does not fit.', retryable: false } },
  { outcome: 'never-starts' },
  { outcome: 'hangs' },
  { outcome: 'dies' },
  { outcome: 'dies-at-work' },
];

let recorded: readonly HookCall[] | undefined;

/** Every distinct question of the stories, with the first answer to it; the same list for every test of a run. */
export function recordedCalls(): readonly HookCall[] {
  recorded ??= distinct([...story(everythingWorks), ...OUTCOMES.flatMap((outcome) => story(moversGoWrong, outcome))]);
  return recorded;
}

function distinct(calls: readonly HookCall[]): readonly HookCall[] {
  const known = new Map<string, HookCall>();
  for (const call of calls) {
    const key = `${call.row.kind}/${call.hook}\n${call.body}`;
    if (!known.has(key)) known.set(key, call);
  }
  return [...known.values()];
}

function story(tell: (cluster: VirtualCluster) => void, outcome?: PlayedOutcome): readonly HookCall[] {
  let wrong = false;
  const cluster = startVirtualCluster({
    outcomeOf: (task) =>
      wrong && outcome && ['backup', 'restore', 'upload'].includes(task.task) ? outcome : { outcome: 'succeeds' },
  });
  try {
    if (outcome) {
      applyAll(cluster, [QUICKSTART]);
      cluster.run(10 * MINUTE);
      wrong = true;
    }
    tell(cluster);
    return cluster.calls;
  } finally {
    cluster.stop();
  }
}

function everythingWorks(cluster: VirtualCluster): void {
  applyAll(cluster, BACKUPS);
  cluster.run(10 * MINUTE);
  applyAll(cluster, RESTORES);
  cluster.run(20 * MINUTE);
  const configurations = cluster.api.list(CORE, 'BackupConfiguration');
  for (const { apiVersion, kind, metadata } of configurations)
    cluster.api.delete({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? '' });
  cluster.run(10 * MINUTE);
  cluster.api.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'attic' });
  cluster.run(10 * MINUTE);
}

/** One backup by hand and one restore, both with movers that do not do their work. */
function moversGoWrong(cluster: VirtualCluster): void {
  const invoker = { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'library' };
  cluster.api.create({
    apiVersion: CORE,
    kind: 'BackupSession',
    metadata: { name: 'by-hand', namespace: 'demo' },
    spec: { invoker, session: 'nightly', retryLeft: 1 },
  });
  applyAll(cluster, [QUICKSTART_RESTORE]);
  cluster.run(100 * MINUTE);
}
