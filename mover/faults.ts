/**
 * Everything that can go wrong in a mover, by code. The code becomes the reason of a condition, so it is part of the API;
 * docs/mover.md lists all of them and a test keeps the two equal.
 */

import { isKubeError } from './kube/kube-error.ts';

interface FaultKind {
  /** Whether another attempt without human help can end better. */
  readonly retryable: boolean;
  /** What the user does next; appended to every message. */
  readonly next: string;
}

export const FAULTS = {
  TaskInvalid: { retryable: false, next: 'Hooks and mover must be of the same release.' },
  ReportTaken: {
    retryable: false,
    next: 'Another Pod of this Job does the work; this one stopped before it touched data.',
  },
  ReportUnavailable: {
    retryable: true,
    next: 'Check that the TaskReport exists and that the mover may patch its status.',
  },
  ClusterUnavailable: { retryable: true, next: 'Check the API server and the permissions of the ServiceAccount.' },
  Interrupted: { retryable: true, next: 'The Pod was told to stop; the next attempt goes on from what is stored.' },
  SecretNotFound: { retryable: true, next: 'Create the Secret, or correct its name in the manifest.' },
  SecretForbidden: { retryable: true, next: 'It is tried again; docs/security.md says who may give what.' },
  SecretKeyMissing: { retryable: true, next: 'Add the key to the Secret.' },
  SecretValueInvalid: { retryable: true, next: 'Correct the value of this key in the Secret.' },
  StorageNotMounted: {
    retryable: true,
    next: 'Mount the volume of the local backend; MetaStash never creates its mount path.',
  },
  BucketNotFound: { retryable: true, next: 'Create the bucket or correct its name; MetaStash never creates buckets.' },
  StorageForbidden: { retryable: true, next: 'Check the credentials in the storage Secret and what they may do.' },
  StorageUnreachable: { retryable: true, next: 'Check endpoint, network and proxy; it will be tried again.' },
  StorageThrottled: {
    retryable: true,
    next: 'It is tried again later; lower maxConnections of the BackupStorage, or ask the provider for a higher limit.',
  },
  StorageMetadataInvalid: {
    retryable: false,
    next: 'Look at the named file on the backend; move it away if it is not ours.',
  },
  DirectoryOwned: {
    retryable: false,
    next: 'Use another directory, or remove the owner file if that Repository is gone for good.',
  },
  DirectoryNotClaimed: {
    retryable: true,
    next: 'Is this the right bucket or path? Its Repository was initialised elsewhere.',
  },
  RepositoryMissing: {
    retryable: false,
    next: 'Check that the backend holds what it held before; nothing was created.',
  },
  RepositoryHalfMade: {
    retryable: false,
    next: 'Data without a readable config: look at the directory before anything writes there.',
  },
  RepositoryLocked: { retryable: true, next: 'It is waited for; a lock is removed only when it is stale.' },
  WrongPassword: {
    retryable: false,
    next: 'Put the password that the repository was made with back into the encryption Secret.',
  },
  ResticNotFound: { retryable: false, next: 'Install restic 0.18 or newer, or set METASTASH_RESTIC to its path.' },
  ResticTooOld: { retryable: false, next: 'Install restic 0.18 or newer.' },
  ResticFailed: { retryable: true, next: 'The words after the colon are restic’s own.' },
  ResticCrashed: { retryable: true, next: 'It was killed or ran out of memory; look at the limits of the container.' },
  ResticHung: { retryable: true, next: 'It was stopped; check the network to the backend and the node.' },
  SnapshotUnconfirmed: { retryable: true, next: 'The next attempt looks it up by its tag before it writes another.' },
  ForgetIncomplete: {
    retryable: true,
    next: 'It is tried again; check that the credentials may delete objects and that no object lock holds them.',
  },
  SnapshotNotFound: { retryable: false, next: 'Choose a Snapshot whose data is still in the repository.' },
  PathInvalid: { retryable: false, next: 'Name absolute directories of the mounted volumes.' },
  PatternInvalid: { retryable: false, next: 'Correct the pattern in the parameters of the task.' },
  TagInvalid: { retryable: false, next: 'Use a name without commas and control characters.' },
  SourceNotFound: { retryable: false, next: 'Name a path that exists in the mounted volumes.' },
  SourceUnreadable: { retryable: false, next: 'Run the backup as a user who may read these files, or exclude them.' },
  PathOutsideTarget: {
    retryable: false,
    next: 'Mount a volume of the target at this path, or restore the components that it has.',
  },
  NothingRestored: { retryable: false, next: 'Check the include and exclude patterns.' },
  RestoreIncomplete: {
    retryable: false,
    next: 'Look at space and permissions of the target volume, then restore again.',
  },
  OwnershipLost: { retryable: false, next: 'Restore as uid 0 with CHOWN and FOWNER, or as the owner of the files.' },
  ScratchFull: {
    retryable: true,
    next: 'Give the scratch volume more room, or switch the cache off with enableCache: "false".',
  },
  StorageFull: { retryable: true, next: 'Make room on the backend.' },
  WipeIncomplete: {
    retryable: true,
    next: 'It is tried again; check that the credentials may delete objects and that nothing writes there.',
  },
  HookPodNotFound: { retryable: true, next: 'Correct the selector, owner or containerName of the HookTemplate.' },
  HookCommandFailed: { retryable: false, next: 'The words after the colon are the command’s own.' },
  HookRequestFailed: {
    retryable: false,
    next: 'Check host, port and path of the HookTemplate, and what the server says.',
  },
  HookRequestInvalid: { retryable: false, next: 'Correct the action of the HookTemplate.' },
  HookTimeout: { retryable: false, next: 'Give it more time with timeout, or look at what it waits for.' },
  TickUnknown: { retryable: false, next: 'Create a BackupSession by hand instead.' },
  InternalError: { retryable: true, next: 'Please report it with the log of this Pod.' },
} as const satisfies Record<string, FaultKind>;

export type FaultCode = keyof typeof FAULTS;

/** A failure with a code of the catalogue: what was wrong and where, then what to do next. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly retryable: boolean;

  constructor(code: FaultCode, what: string, cause?: unknown) {
    super(`${what.replace(/[.\s]+$/, '')}. ${FAULTS[code].next}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = FAULTS[code].retryable;
  }
}

/** Whether this is a Fault. By name: a lazily loaded module may have the class from another copy of this file. */
export function isFault(thrown: unknown): thrown is Fault {
  return thrown instanceof Error && thrown.name === 'Fault';
}

/**
 * Any thrown thing as a Fault; a refusal of the API server is `ClusterUnavailable`, what has no
 * code becomes `InternalError` with its message.
 */
export function faultOf(thrown: unknown): Fault {
  if (isFault(thrown)) return thrown;
  if (isKubeError(thrown))
    return new Fault('ClusterUnavailable', `The API server refused or failed: ${thrown.message}`, thrown);
  return new Fault('InternalError', thrown instanceof Error ? thrown.message : String(thrown), thrown);
}

/** The code that Node gives its system errors (`ENOENT`), if it is one. */
export function systemCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
