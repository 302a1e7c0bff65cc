/**
 * What keeps a BackupConfiguration from being carried out, as one ordered list: the first refusal wins and becomes
 * `ValidationPassed=False`. Missing objects are no refusal: the status names them and everything waits (law 7).
 */
import type { Problem } from '../../domain/result.ts';
import { backendChecks } from './backend-checks.ts';
import type { Check, CheckInput } from './check.ts';
import { hookChecks } from './hook-checks.ts';
import { permissionChecks } from './permission-checks.ts';
import { repositoryChecks } from './repository-checks.ts';
import { sessionChecks } from './session-checks.ts';
import { targetChecks } from './target-checks.ts';

export const CHECKS: readonly Check[] = [
  ...targetChecks, // what is backed up
  ...backendChecks, // where to
  ...sessionChecks, // when and how
  ...repositoryChecks, // into which directories
  ...permissionChecks, // whether others allow it
  ...hookChecks, // what runs before and after
];

/** The first thing that is wrong, or undefined. */
export function firstProblem(input: CheckInput): Problem | undefined {
  for (const { reason, waits = false, fault } of CHECKS) {
    const message = fault(input);
    if (message !== undefined) return { reason, message, waits };
  }
  return undefined;
}
