/** Task names as users write them: KubeStash's examples say `LogicalBackup` and `logical-backup` (kubestash-api.md §5.1). */

/** Whether two spellings name the same task: letter case and `-` do not count. */
export function isSameTask(one: string, other: string): boolean {
  return taskKey(one) === taskKey(other);
}

/** What spellings of one task have in common. */
function taskKey(name: string): string {
  return name.toLowerCase().replaceAll('-', '');
}

/** Whether a task takes VolumeSnapshots, or makes claims of them: `volume-snapshot`, `VolumeSnapshotRestore` and the like. */
export function isVolumeSnapshotTask(name: string): boolean {
  return taskKey(name).startsWith('volumesnapshot');
}
