/** One check of a BackupConfiguration: what it may look at, and what it says. */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { Effective } from './effective.ts';
import type { Observed } from './observe.ts';

export interface CheckInput {
  readonly configuration: BackupConfiguration;
  readonly effective: Effective;
  readonly observed: Observed;
}

export interface Check {
  /** Reason of Ready and Stalled. */
  readonly reason: string;
  /** Whether another object's change can cure it. */
  readonly waits?: boolean;
  /** One sentence that begins with the JSON pointer of what is wrong; undefined where nothing is. */
  readonly fault: (input: CheckInput) => string | undefined;
}
