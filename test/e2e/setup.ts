/** Installs once for all files, and removes afterwards what was made. */
import { install, type Installation } from './installation.ts';
import { kubectl, list } from './kubectl.ts';
import { checkNeeds, HOST } from './needs.ts';
import { removeVolumes } from './volumes.ts';

/** Namespaces that the tests make; they must not exist before. */
export const NAMESPACES = [
  ...['demo', 'by-hand', 'on-s3', 'guarded', 'interrupted', 'refused', 'no-room', 'foreign', 'short-lived'],
  ...['deleted-pod', 'killed', 'powerless', 'cut-off', 'everywhere', 'shuffled-0', 'shuffled-1'],
  ...['vault', 'blog', 'attic', 'street', 'hooked', 'unplaceable'],
  ...['deleted-background', 'deleted-foreground', 'deleted-orphan'],
] as const;

const SAID = {
  metacontroller: 'the real Metacontroller',
  sandbox: "the sandbox's host on the real API server: there is no metacontroller on PATH, or E2E_HOST=sandbox",
} as const;

let current: Installation | undefined;

/** What was installed. Throws outside a run. */
export function installation(): Installation {
  if (!current) throw new Error('nothing is installed: run these tests with --config .mocharc.e2e.yaml');
  return current;
}

export async function mochaGlobalSetup(): Promise<void> {
  checkNeeds(NAMESPACES);
  process.stdout.write(`\n  hooks are called by ${SAID[HOST]}\n`);
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
