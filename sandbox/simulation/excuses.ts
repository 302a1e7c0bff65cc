/** Facts that lift single rules: what no design survives, or what a user asked for. Faults set them. */
export interface Excuses {
  /** Objects whose status or labels a user changed. */
  readonly touched: Set<string>;
  /** A process that the cluster no longer knows may still write: its restic snapshot comes beside the next attempt's. */
  hasZombies: boolean;
  /** What an outcome was read from was deleted by somebody else, perhaps before a lagging cache showed that it was published. */
  evidenceLost: boolean;
  /** Backup data was taken away on purpose. */
  dataLost: boolean;
}
