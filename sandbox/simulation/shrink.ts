/** From a failing scenario to a small one that fails in the same way: fewer faults, then fewer objects, then a plainer world. */
import { played, type Outcome } from './run.ts';
import type { Scenario } from './scenario.ts';

export interface Shrunk {
  readonly scenario: Scenario;
  readonly outcome: Outcome;
  /** Scenarios that were tried. */
  readonly tried: number;
}

/** Shrinks within so many tries. `id` is the invariant that must be violated first. */
export async function shrunk(scenario: Scenario, first: Outcome, id: string, mostTries: number): Promise<Shrunk> {
  let best: Shrunk = { scenario, outcome: first, tried: 0 };
  let tried = 0;
  const fails = async (candidate: Scenario): Promise<boolean> => {
    if (tried >= mostTries) return false;
    tried += 1;
    const outcome = await played(candidate).catch(() => undefined);
    if (outcome?.violations[0]?.id !== id) return false;
    best = { scenario: candidate, outcome, tried };
    return true;
  };
  await withoutParts('faults', fails, () => best.scenario);
  await withoutParts('applied', fails, () => best.scenario);
  for (const change of PLAINER) await fails({ ...best.scenario, world: { ...best.scenario.world, ...change } });
  const days = Math.max(1, Math.ceil((best.outcome.violations[0]?.at ?? 0) / 86_400));
  if (days < best.scenario.days) await fails({ ...best.scenario, days });
  return { ...best, tried };
}

const PLAINER = [
  { slownessMs: 0 },
  { requestMs: 0 },
  { watchDelayMs: 0 },
  { throughJson: false },
  { skipsQuiet: true },
];

/** Leaves out halves, quarters, … and at last single parts, as long as it still fails. */
async function withoutParts(
  field: 'faults' | 'applied',
  fails: (candidate: Scenario) => Promise<boolean>,
  present: () => Scenario,
): Promise<void> {
  for (let size = Math.ceil(present()[field].length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < present()[field].length;) {
      const parts = present()[field];
      const rest = [...parts.slice(0, from), ...parts.slice(from + size)];
      if (!(await fails({ ...present(), [field]: rest }))) from += size;
    }
  }
}
