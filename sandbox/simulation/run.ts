/** One seed: safety with its faults, then their end and time to settle, a probe, and a day of silence. */
import { ApiError } from '../api-server/api.ts';
import { mapOf, listOf, textOf } from '../api-server/values.ts';
import type { Manifest } from '../cluster/manifests.ts';
import { keyOf } from '../metacontroller/live-updates.ts';
import { drawnFaults, neededFaults, planned, type Need } from './faults/catalogue.ts';
import { adviceTaken } from './faults/advice.ts';
import { appliedAgain } from './faults/user-faults.ts';
import { watched } from './invariants/catalogue.ts';
import type { Violation } from './invariants/invariant.ts';
import { phaseOf } from './invariants/snapshots.ts';
import { randomOf } from './random.ts';
import { scanEveryHours } from './scan-pace.ts';
import type { Scenario } from './scenario.ts';
import type { TraceLine } from './trace.ts';
import { drawnWorkload } from './workload.ts';
import { worldOf, type World } from './world.ts';

const DAY = 86_400;
/** Longer than every bound of faults.md §4: time-outs, retries, the 1,000 s back-off, 30 min stale locks. */
const SETTLING = 5 * 3600;
const PROBE = 3 * 3600;

export interface Outcome {
  readonly violations: readonly Violation[];
  readonly digest: string;
  readonly lines: readonly TraceLine[];
  readonly hits: ReadonlyMap<string, number>;
  /** `kind phase fault`, as far as they were seen together. */
  readonly covered: ReadonlySet<string>;
  readonly virtualSeconds: number;
  readonly hookCalls: number;
  readonly sessions: number;
}

/** The scenario of a seed. */
export function scenarioOf(seed: string, minimumDays = 30, needs: readonly Need[] = []): Scenario {
  const random = randomOf(seed);
  const how = random.fork('world');
  const days = minimumDays + how.below(3);
  const workload = drawnWorkload(random.fork('workload'), days);
  return {
    seed,
    days,
    applied: workload.applied,
    faults: [
      ...drawnFaults(random.fork('faults'), days, workload.ticks),
      ...neededFaults(random.fork('needs'), workload.ticks, needs),
    ],
    world: {
      skipsQuiet: !how.chance(0.001),
      throughJson: how.chance(0.001),
      requestMs: how.chance(0.3) ? how.between(1, 50) : 0,
      watchDelayMs: how.chance(0.5) ? how.between(1, 2000) : 0,
      queueMs: queueMsOf(how),
      scanHours: how.chance(0.1) ? 24 : 24 * 6,
      slownessMs: how.chance(0.2) ? how.between(1, 20) * 60_000 : 0,
    },
  };
}

/** Some at once, as an idle Metacontroller does, most as late as its limit of five requests a second makes it. */
function queueMsOf(how: ReturnType<typeof randomOf>): number {
  if (how.chance(0.1)) return 0;
  return how.chance(0.2) ? how.between(50, 2000) : how.between(3000, 12_000);
}

/** Runs the scenario to its end or to its first violation. */
export async function played(scenario: Scenario, options: { readonly keepsTrace?: boolean } = {}): Promise<Outcome> {
  scanEveryHours(scenario.world.scanHours ?? 24);
  const length = scenario.days * DAY + SETTLING + PROBE + DAY;
  const world = worldOf(scenario, { horizon: length + DAY, keepsTrace: options.keepsTrace ?? false });
  const seen = counted(world);
  const watch = watched(world);
  const isOver = (): boolean => watch.violations.length > 0;
  for (const { at, manifest } of scenario.applied) world.clock.after(at * 1000, () => appliedOnce(world, manifest));
  const ends = scenario.faults.map((fault) => planned(world, fault));
  const workload = randomOf(scenario.seed).fork('changes');
  changeSources(world, workload, scenario.days * DAY);
  await world.run(scenario.days * DAY, isOver);
  if (!isOver()) {
    for (const end of ends) end();
    world.weather.writesToKill = undefined;
    world.fates.length = 0;
    world.trace.add('fault', 'all faults end');
    // A user who sees that something is amiss does what the conditions say, and syncs again.
    world.clock.after(3600_000, () => {
      adviceTaken(world);
      appliedAgain(world);
    });
    await world.run(SETTLING, isOver);
  }
  if (!isOver()) {
    const probes = probed(world);
    await world.run(PROBE, isOver);
    for (const probe of probes) {
      const found = world.api.get(probe);
      if (found) watch.atProbe(found);
    }
    pauseAll(world);
    await world.run(3600, isOver);
    watch.atRest();
  }
  if (!isOver()) {
    await world.run(DAY, isOver);
    watch.atEnd();
  }
  world.stop();
  return {
    violations: watch.violations,
    digest: world.trace.digest(),
    lines: world.trace.lines,
    hits: world.hits,
    covered: seen.covered,
    virtualSeconds: world.seconds(),
    hookCalls: seen.calls(),
    sessions: seen.sessions(),
  };
}

/** What is refused, as in a namespace that a fault has deleted meanwhile, GitOps applies again later. */
function appliedOnce(world: World, manifest: Manifest): void {
  try {
    world.apply(manifest);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    world.trace.add('says', `${manifest.kind} ${manifest.metadata.name} is refused: ${error.message}`);
  }
}

/** One session by hand of every configuration: it must succeed. */
function probed(world: World): readonly { apiVersion: string; kind: string; namespace: string; name: string }[] {
  const core = 'core.kubestash.com/v1alpha1';
  return world.api.list(core, 'BackupConfiguration').flatMap((configuration) => {
    const { namespace = '', name } = configuration.metadata;
    const [session] = listOf(mapOf(configuration['spec'])['sessions']).map(mapOf);
    const probe = { apiVersion: core, kind: 'BackupSession', namespace, name: `probe-${name}` };
    world.api.create({
      apiVersion: core,
      kind: 'BackupSession',
      metadata: { name: probe.name, namespace },
      spec: {
        invoker: { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name },
        session: textOf(session?.['name']),
        retryLeft: 0,
      },
    });
    return [probe];
  });
}

/** Silence can only be asked for without ticks. */
function pauseAll(world: World): void {
  for (const configuration of world.api.list('core.kubestash.com/v1alpha1', 'BackupConfiguration'))
    world.api.patch(keyOf(configuration), { spec: { paused: true } });
}

/** The workloads write now and then. */
function changeSources(world: World, random: ReturnType<typeof randomOf>, length: number): void {
  for (let at = random.between(0, DAY); at < length; at += random.between(3600, 4 * DAY)) {
    const [pick, serial] = [random.below(1000), random.below(1_000_000)];
    world.clock.after(at * 1000, () => {
      const volume = [...world.volumes.values()][pick % Math.max(1, world.volumes.size)];
      const remove = pick % 7 === 0 && (volume?.files.size ?? 0) > 2;
      volume?.change(world.clock.now(), `data/file-${pick % 5}`, remove ? undefined : `content-${serial}`);
    });
  }
}

function counted(world: World): { covered: Set<string>; calls: () => number; sessions: () => number } {
  const covered = new Set<string>();
  let [calls, sessions] = [0, 0];
  world.observers.push({
    onAsked: () => void (calls += 1),
    onEvent: ({ type, object }) => {
      if (object.kind === 'BackupSession' && type === 'ADDED') sessions += 1;
      if (!/kubestash|metastash/.test(object.apiVersion)) return;
      for (const fault of world.hits.keys()) covered.add(`${object.kind} ${phaseOf(object) || '-'} ${fault}`);
    },
  });
  return { covered, calls: () => calls, sessions: () => sessions };
}
