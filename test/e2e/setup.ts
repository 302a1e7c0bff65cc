/** Installs once for all files, and removes afterwards what was made. */
import { install, type Installation } from './installation.ts';
import { kubectl, list } from './kubectl.ts';
import { checkNeeds } from './needs.ts';
import { removeVolumes } from './volumes.ts';

/** Namespaces that the tests make; they must not exist before. */
export const NAMESPACES = ['demo', 'by-hand', 'on-s3', 'guarded', 'interrupted', 'refused', 'short-lived'] as const;

let current: Installation | undefined;

/** What was installed. Throws outside a run. */
export function installation(): Installation {
  if (!current) throw new Error('nothing is installed: run these tests with --config .mocharc.e2e.yaml');
  return current;
}

export async function mochaGlobalSetup(): Promise<void> {
  checkNeeds(NAMESPACES);
  current = await install();
}

export async function mochaGlobalTeardown(): Promise<void> {
  if (!current) return;
  const made = list('namespaces').map((one) => one.metadata.name);
  const mine = NAMESPACES.filter((name) => made.includes(name));
  if (mine.length > 0) kubectl(['delete', 'namespace', '--timeout=90s', ...mine]);
  removeVolumes();
  await current.stop();
}
