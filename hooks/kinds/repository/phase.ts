/** The phase of a Repository (kubestash-api.md §1.2): Ready once its directory is claimed, unless its storage turned it out. */

export interface PhaseFacts {
  /** A mover has claimed the directory and stored `repository.yaml` there. */
  readonly isInitialized: boolean;
  /** False where the BackupStorage's usagePolicy no longer admits the namespace: it takes no further backup, however well prepared. */
  readonly isAdmitted: boolean;
}

/** The phase of these facts. A storage that is away for a while does not change it; condition Ready tells of that. */
export function repositoryPhase({ isInitialized, isAdmitted }: PhaseFacts): 'Ready' | 'NotReady' {
  return isInitialized && isAdmitted ? 'Ready' : 'NotReady';
}
