/** What these tests cannot do without. Nothing is skipped: they fail, and say what is missing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isThere } from '../e2e/kubectl.ts';
import { AUDIT_LOG } from './audit.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Throws one error that lists everything missing. */
export function mochaGlobalSetup(): void {
  const facts: readonly (readonly [boolean, string])[] = [
    [Boolean(process.env['KUBECONFIG']), 'KUBECONFIG of a cluster that nothing else uses; it needs no node'],
    [existsSync(AUDIT_LOG), 'AUDIT_LOG: the log that its API server writes under test/installed/audit-policy.yaml'],
    ...['kubectl', 'metacontroller', 'openssl', 'curl'].map((name) => [isThere(name), `${name} on PATH`] as const),
    [existsSync(join(ROOT, 'build/hooks.js')), 'build/hooks.js: make build'],
  ];
  const missing = facts.filter(([there]) => !there).map(([, what]) => what);
  if (missing.length > 0) throw new Error(`these tests cannot run:\n  - ${missing.join('\n  - ')}`);
}
