/**
 * What lies behind every storage of a played world, and what a mover's task makes of it: the ends that the real mover
 * comes to (mover/tasks/), without restic and without bytes. Ids are digests of what was backed up, so that two runs of
 * one world are equal.
 */
import { createHash } from 'node:crypto';
import type {
  BackedUpPath,
  ReportError,
  ReportResult,
  RestoredPath,
  ScannedRepository,
  ScanResult,
  StoredSnapshot,
  StoredSnapshots,
} from '../../hooks/domain/report.ts';
import type {
  BackupTask,
  DirectoryOwner,
  ForgetTask,
  RepositoryAccess,
  RestoreTask,
  StorageAccess,
  Task,
  UploadTask,
  WipeTask,
} from '../../hooks/domain/task.ts';
import { commandFrom } from '../../mover/command.ts';
import type { JsonObject } from '../../mover/decode.ts';
import { namedCount } from '../../mover/tasks/named-count.ts';
import { finishedManifest } from '../../mover/tasks/snapshot-manifest.ts';
import { resticSnapshotsOf, storedSnapshotFrom } from '../../mover/tasks/stored-snapshot.ts';
import { storedRepositoryFrom } from '../../mover/tasks/stored-repository.ts';
import { PAGE_MANIFESTS } from '../../mover/tasks/sync.ts';
import { hostPathsFrom } from '../../mover/tasks/backup-paths.ts';
import { Fault, faultOf, type FaultCode } from '../../mover/faults.ts';

/** How a played task ended. */
export interface PlayedEnd {
  readonly result?: ReportResult;
  readonly error?: ReportError;
}

/** The bytes behind the storages, which outlive every cluster. */
export interface PlayedBackend {
  /** What the task comes to; tasks that look at the cluster instead of a storage are not known here. */
  ended(task: Task, work: PlayedWork): PlayedEnd;
}

/** What a mover has beside its task document. */
export interface PlayedWork {
  readonly args: readonly string[];
  readonly now: number;
  /** What is mounted where the storage shall be; two storages of one mountPath may be two volumes. */
  readonly volume: string;
}

interface Directory {
  owner: DirectoryOwner | undefined;
  /** `repository.yaml`. */
  manifest?: JsonObject;
  /** Snapshot manifests by name. */
  readonly manifests: Map<string, JsonObject>;
  /** restic snapshot ids by restic path. */
  readonly snapshots: Map<string, Set<string>>;
}

interface StoredTask {
  readonly storage: StorageAccess;
  readonly repository: RepositoryAccess;
}

interface PlayedRefusal {
  readonly error: ReportError;
}

const FILES = 12;
const BYTES_PER_FILE = 1024;

/** An empty backend. */
export function playedBackend(): PlayedBackend {
  const storages = new Map<string, Map<string, Directory>>();
  const directoriesOf = (access: StorageAccess, volume: string): Map<string, Directory> => {
    const place = `${volume} ${JSON.stringify(access.place)}`;
    const known = storages.get(place) ?? new Map<string, Directory>();
    storages.set(place, known);
    return known;
  };
  const directoryOf = ({ storage, repository }: StoredTask, volume: string): Directory => {
    const path = repository.directory;
    const directories = directoriesOf(storage, volume);
    const known = directories.get(path) ?? { owner: undefined, manifests: new Map(), snapshots: new Map() };
    directories.set(path, known);
    return known;
  };

  function ended(task: Task, work: PlayedWork): PlayedEnd {
    switch (task.task) {
      case 'init-storage': {
        const directories = directoriesOf(task.storage, work.volume);
        return {
          result: { storage: { created: directories.size === 0, repositories: [...directories.keys()].sort() } },
        };
      }
      case 'init-repository':
        return claimed(directoryOf(task, work.volume), task.owner, task.manifest as JsonObject);
      case 'backup':
        return backedUp(directoryOf(task, work.volume), task, work);
      case 'restore':
        return restored(directoryOf(task, work.volume), task);
      case 'upload':
        return uploaded(directoryOf(task, work.volume), task);
      case 'forget':
        return forgotten(directoryOf(task, work.volume), task);
      case 'prune':
        return { result: { pruned: { resticPaths: task.resticPaths, freedBytes: 0 } } };
      case 'check':
        return { result: { checked: { resticPaths: task.resticPaths, damaged: [] } } };
      case 'wipe':
        return wiped(directoriesOf(task.storage, work.volume), task);
      default:
        return looked(task, work);
    }
  }

  /** Tasks that change nothing. */
  function looked(task: Task, work: PlayedWork): PlayedEnd {
    switch (task.task) {
      case 'scan':
        return { result: { scanned: scannedIn(directoriesOf(task.storage, work.volume), task.clusterUid) } };
      case 'sync':
        return { result: { stored: pageOf(directoryOf(task, work.volume), task.after) } };
      default:
        return refused('TaskInvalid', `${task.task} is nothing that a storage can answer`);
    }
  }
  return { ended };
}

function uploaded({ manifests }: Directory, task: UploadTask): PlayedEnd {
  const named = task.manifests.map((one) => [(one as { metadata: { name: string } }).metadata.name, one] as const);
  for (const [name, manifest] of named) manifests.set(name, manifest as JsonObject);
  return { result: { uploaded: { snapshots: named.map(([name]) => name) } } };
}

function claimed(directory: Directory, owner: DirectoryOwner, manifest: JsonObject): PlayedEnd {
  const { owner: found } = directory;
  if (found && (found.namespace !== owner.namespace || found.name !== owner.name)) {
    return refused('DirectoryOwned', `The directory belongs to Repository ${found.namespace}/${found.name}`);
  }
  const takenOver = found !== undefined && found.clusterUid !== owner.clusterUid;
  directory.owner = owner;
  directory.manifest = manifest;
  return {
    result: { repository: { created: found === undefined, takenOver, snapshotsFound: directory.manifests.size } },
  };
}

function backedUp(directory: Directory, task: BackupTask, { args, now }: PlayedWork): PlayedEnd {
  const hostPaths = pathsOf(task, args);
  if ('error' in hostPaths) return hostPaths;
  const stored = directory.snapshots.get(task.resticPath) ?? new Set<string>();
  directory.snapshots.set(task.resticPath, stored);
  const paths = hostPaths.paths.map((hostPath) => pathOf(task, hostPath, now));
  for (const { snapshotID } of paths) stored.add(snapshotID);
  const repositoryBytes = stored.size * FILES * BYTES_PER_FILE;
  const result = { paths, repositoryBytes };
  if (!task.manifest) return { result: { backup: result } };
  const manifest = finishedManifest(task.manifest as JsonObject, task, result);
  directory.manifests.set(task.snapshot.name, JSON.parse(JSON.stringify(manifest)) as JsonObject);
  return { result: { backup: { ...result, manifestUploaded: true } } };
}

function pathsOf(task: BackupTask, args: readonly string[]): { readonly paths: readonly string[] } | PlayedRefusal {
  const command = commandFrom(args);
  if (!('name' in command)) {
    return refused('TaskInvalid', 'usageError' in command ? command.usageError : 'argv asks for help');
  }
  try {
    return { paths: hostPathsFrom(command.paths, task.mountPaths) };
  } catch (thrown) {
    return { error: reported(faultOf(thrown)) };
  }
}

function pathOf(task: BackupTask, hostPath: string, now: number): BackedUpPath {
  const at = new Date(now).toISOString();
  const identity = [task.snapshot.uid, task.component, hostPath, task.storage.name].join('\n');
  const bytes = FILES * BYTES_PER_FILE;
  return {
    hostPath,
    snapshotID: createHash('sha256').update(identity).digest('hex'),
    snapshotTime: at,
    sizeBytes: bytes,
    uploadedBytes: bytes,
    files: FILES,
    directories: 1,
    startedAt: at,
    finishedAt: at,
  };
}

function scannedIn(directories: ReadonlyMap<string, Directory>, clusterUid: string): ScanResult {
  const repositories = [...directories]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([directory, { owner, manifests, snapshots, manifest }]): ScannedRepository => {
      const stored = storedRepositoryFrom(manifest ?? {});
      const held = [...snapshots.values()].reduce((sum, ids) => sum + ids.size, 0);
      return {
        directory,
        sizeBytes: held * FILES * BYTES_PER_FILE,
        snapshots: manifests.size,
        claimedBy: owner === undefined ? 'nobody' : owner.clusterUid === clusterUid ? 'here' : 'elsewhere',
        ...(typeof stored === 'string' ? { error: `repository.yaml ${stored}` } : stored),
      };
    });
  const totalBytes = repositories.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { repositories, count: repositories.length, totalBytes };
}

/** As the real mover reads it, by its own rules. */
function pageOf(directory: Directory, after: string | undefined): StoredSnapshots {
  const names = [...directory.manifests.keys()].sort().filter((name) => after === undefined || name > after);
  const page = names.slice(0, PAGE_MANIFESTS);
  const unreadable: string[] = [];
  const snapshots: StoredSnapshot[] = [];
  for (const name of page) {
    const read = storedSnapshotFrom(directory.manifests.get(name) ?? {});
    if (typeof read === 'string') unreadable.push(`${name} ${read}`);
    else snapshots.push(withLost(directory, read));
  }
  return {
    snapshots,
    ...(unreadable.length > 0 ? { unreadable: namedCount(unreadable) } : {}),
    total: directory.manifests.size,
    ...(page.length < names.length ? { next: page.at(-1) ?? '' } : {}),
  };
}

function withLost(directory: Directory, snapshot: StoredSnapshot): StoredSnapshot {
  const lost = resticSnapshotsOf(snapshot).filter(({ path, id }) => directory.snapshots.get(path)?.has(id) !== true);
  return lost.length === 0 ? snapshot : { ...snapshot, lost: lost.map(({ path, id }) => `${path}: ${id}`) };
}

function restored(directory: Directory, task: RestoreTask): PlayedEnd {
  const stored = directory.snapshots.get(task.resticPath);
  const missing = task.points.find(({ id }) => !stored?.has(id));
  if (missing || task.points.length === 0) {
    return refused('SnapshotNotFound', `${task.resticPath} holds no restic snapshot ${missing?.id ?? ''}`);
  }
  const paths = task.points.map(({ id, hostPath }): RestoredPath => ({
    hostPath,
    snapshotID: id,
    filesExpected: FILES,
    filesRestored: FILES,
    bytesRestored: FILES * BYTES_PER_FILE,
  }));
  return { result: { restore: { paths } } };
}

function forgotten(directory: Directory, task: ForgetTask): PlayedEnd {
  let removed = 0;
  for (const { resticPath, ids } of task.snapshots.flatMap((one) => one.components)) {
    for (const id of ids) if (directory.snapshots.get(resticPath)?.delete(id)) removed += 1;
  }
  for (const { name } of task.snapshots) directory.manifests.delete(name);
  return { result: { forgotten: { snapshots: task.snapshots.map((one) => one.uid), removed } } };
}

function wiped(directories: Map<string, Directory>, task: WipeTask): PlayedEnd {
  const { repository, clusterUid } = task;
  const owned = [...directories].filter(([path, { owner }]) =>
    repository === undefined ? owner?.clusterUid === clusterUid : path === repository.directory,
  );
  for (const [path] of owned) directories.delete(path);
  return { result: { wiped: { objects: owned.length, bytes: 0 } } };
}

/** An end in the words of the mover's own catalogue. */
export function refused(code: FaultCode, what: string): PlayedRefusal {
  return { error: reported(new Fault(code, what)) };
}

function reported({ code, message, retryable }: Fault): ReportError {
  return { code, message, retryable };
}
