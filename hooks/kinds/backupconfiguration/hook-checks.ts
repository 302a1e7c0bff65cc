/** Whether each hook can do what its HookTemplate says (kubestash-api.md §1.10; faults.md B69). A missing one is waited for elsewhere. */
import { hookFault } from '../../jobs/hook-template.ts';
import type { Check, CheckInput } from './check.ts';
import { firstFault } from './faults.ts';
import { hookTemplatesOf, referenced } from './permission-checks.ts';

export const hookChecks: readonly Check[] = [{ reason: 'InvalidHook', waits: true, fault: hookUnusable }];

function hookUnusable({ effective, observed }: CheckInput): string | undefined {
  return firstFault(effective.sessions, (session, index) =>
    firstFault(hookTemplatesOf(session, observed), ({ use, reference, pointer }) => {
      const template = referenced(observed.hookTemplates, reference);
      const fault = template === undefined ? undefined : hookFault(use, template);
      return fault === undefined ? undefined : `/spec/sessions/${index}/${pointer}: ${fault}`;
    }),
  );
}
