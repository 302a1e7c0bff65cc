/**
 * The phase of a BackupConfiguration, KubeStash's own, first match wins (kubestash-api.md §1.5). Condition Ready asks for more:
 * Repositories and Addons too, so that who waits for it gets backups.
 */

export interface PhaseFacts {
  /** The target is there; true where there is none to look for. */
  readonly targetFound: boolean;
  /** Of each backend: its storage and retention policy are there and usable. */
  readonly backendsReady: readonly boolean[];
  /** Every session has its CronJob. */
  readonly hasSchedulers: boolean;
}

export type ConfigurationPhase = 'Invalid' | 'Ready' | 'NotReady';

/** The phase of these facts; `refused` for a spec that cannot be carried out. */
export function configurationPhase(facts: PhaseFacts | 'refused'): ConfigurationPhase {
  if (facts === 'refused') return 'Invalid';
  return facts.targetFound && facts.backendsReady.every((ready) => ready) && facts.hasSchedulers ? 'Ready' : 'NotReady';
}
