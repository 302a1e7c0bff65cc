/** Installs once for all files, and removes afterwards what was made. */
import { AUDIT_LOG, auditFromNow, type AuditedRequest } from '../installed/audit.ts';
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
let audit: (() => readonly AuditedRequest[]) | undefined;

/** What was installed. Throws outside a run. */
export function installation(): Installation {
  if (!current) throw new Error('nothing is installed: run these tests with --config .mocharc.e2e.yaml');
  return current;
}

/** What the API server was asked since the run began, where AUDIT_LOG says where it writes that down. */
export function audited(): readonly AuditedRequest[] {
  if (!audit) throw new Error('AUDIT_LOG does not name the audit log of the API server in KUBECONFIG');
  return audit();
}

export async function mochaGlobalSetup(): Promise<void> {
  checkNeeds(NAMESPACES);
  process.stdout.write(`\n  hooks are called by ${SAID[HOST]}\n`);
  if (AUDIT_LOG) audit = auditFromNow();
  else process.stdout.write('  its rights are not compared with their use: AUDIT_LOG names no audit log\n');
  current = await install();
}

export async function mochaGlobalTeardown(): Promise<void> {
  if (!current) return;
  const made = list('namespaces').map((one) => one.metadata.name);
  const mine = NAMESPACES.filter((name) => made.includes(name));
  try {
    if (mine.length > 0) kubectl(['delete', 'namespace', '--timeout=90s', ...mine]);
    removeVolumes();
  } finally {
    await current.stop();
  }
}
