/**
 * Manifests of Snapshots with several components, stored on the backend by an upload Job in batches; a single component's
 * mover stores it itself. What was stored is published in `status.metastash.uploaded` until each Snapshot's own hook has
 * seen it there and set condition SnapshotMetadataUploaded.
 */
import { ok, type Outcome } from '../../domain/result.ts';
import type { ReportError } from '../../domain/report.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { systemTaskJob } from '../../jobs/system-task-job.ts';
import { conditionOf } from '../../kube/conditions.ts';
import { ANNOTATION, COMPONENT } from '../../kube/labels.ts';
import { mapOf, textsOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { uniqueName } from '../../kube/names.ts';
import { isDeleting } from '../../kube/references.ts';
import type { Access } from './access.ts';
import { jobPlace } from './job-place.ts';
import { manifestOf } from './manifest.ts';
import { moverAccountName } from './mover-account.ts';
import type { Observed } from './observe.ts';
import { failedRecord, followTask, type TaskRecord, type TaskRun } from '../../jobs/task-run.ts';

export interface Upload {
  /** Stored Snapshots whose own status does not say so yet; sorted. */
  readonly uploaded: readonly string[];
  /** The batch under way, as status remembers it. */
  readonly record: (TaskRecord & { readonly snapshots: readonly string[] }) | undefined;
  readonly run: TaskRun | undefined;
  readonly warnings: readonly string[];
}

/** The task document goes into one environment variable, which Linux bounds at 128 KiB. */
const MAX_BATCH_CHARACTERS = 60_000;
const MAX_BATCH = 20;

/** Which manifests are stored, which are being stored, and the Job for the next ones. */
export function uploadOf(observed: Observed, access: Outcome<Access>, mayMake: boolean, now: Instant): Upload {
  const metastash = observed.repository.status?.metastash ?? {};
  const unsaid = observed.snapshots.filter(isUnsaid);
  const known = new Set(unsaid.map((one) => one.metadata.name));
  const uploaded = textsOf(metastash['uploaded']).filter((name) => known.has(name));
  const recorded = mapOf(metastash['upload']);
  const open = unsaid.filter((one) => !uploaded.includes(one.metadata.name));
  const { names, batch, warnings } = batchOf(open, textsOf(recorded['snapshots']));
  if (batch.length === 0) return { uploaded, record: undefined, run: undefined, warnings };
  const run = followTask(
    {
      task: 'upload',
      recorded,
      nameOf: (attempt) => uniqueName(['upload', observed.repository.metadata.name], seedOf(observed, names, attempt)),
      make: (name, attempt) => (mayMake ? uploadJob(observed, access, batch, { name, run: attempt }) : ok([])),
      place: jobPlace(observed),
    },
    observed.children,
    now,
  );
  return outcomeOf({ run, names, uploaded, warnings }, new Set(batch.map((one) => one.metadata.name)), now);
}

interface Course {
  readonly run: TaskRun;
  readonly names: readonly string[];
  readonly uploaded: readonly string[];
  readonly warnings: readonly string[];
}

function outcomeOf({ run, names, uploaded, warnings }: Course, open: ReadonlySet<string>, now: Instant): Upload {
  const record = { ...run.record, snapshots: names };
  if (run.end === undefined) {
    const { lastError } = run.record;
    return { uploaded, record, run, warnings: lastError ? [...warnings, warningOf(lastError)] : warnings };
  }
  if ('error' in run.end) return { uploaded, record, run, warnings: [...warnings, warningOf(run.end.error)] };
  const stored = textsOf(run.end.result.uploaded?.snapshots).filter((name) => open.has(name));
  const all = [...new Set([...uploaded, ...stored])].sort();
  const rest = names.filter((name) => open.has(name) && !stored.includes(name));
  if (rest.length === 0) return { uploaded: all, record: undefined, run, warnings };
  const error: ReportError = {
    code: 'NotStored',
    message: `the mover did not store ${rest.join(', ')}`,
    retryable: true,
  };
  const failed = { ...failedRecord(run.record, error, now), snapshots: rest };
  return { uploaded: all, record: failed, run, warnings: [...warnings, warningOf(error)] };
}

function warningOf(error: ReportError): string {
  return `Snapshot manifests could not be stored on the backend (${error.code}: ${error.message}); it is tried again. The data itself is not affected.`;
}

/** A good Snapshot whose manifest is not known to be stored. Imported ones came from there. */
function isUnsaid(snapshot: Snapshot): boolean {
  const { status, metadata } = snapshot;
  if (status?.phase !== 'Succeeded' || isDeleting(snapshot)) return false;
  if (metadata.annotations?.[ANNOTATION.imported] !== undefined) return false;
  return conditionOf(status, 'SnapshotMetadataUploaded')?.status !== 'True';
}

interface Batch {
  /** What the attempt is known by; those no longer open stay in it, or its Job would be taken for another one. */
  readonly names: readonly string[];
  readonly batch: readonly Snapshot[];
  readonly warnings: readonly string[];
}

/** The recorded batch while any of it is open, else the next one by name, as much as one Job can carry. */
function batchOf(open: readonly Snapshot[], recorded: readonly string[]): Batch {
  const before = open.filter((one) => recorded.includes(one.metadata.name));
  if (before.length > 0) return { names: recorded, batch: before, warnings: [] };
  const batch: Snapshot[] = [];
  const warnings: string[] = [];
  let characters = 0;
  for (const snapshot of open) {
    const { name } = snapshot.metadata;
    const length = JSON.stringify(manifestOf(snapshot)).length;
    if (length > MAX_BATCH_CHARACTERS) {
      warnings.push(
        `The manifest of Snapshot ${name} is too large to be stored on the backend; its data is not affected.`,
      );
      continue;
    }
    if (batch.length === MAX_BATCH || characters + length > MAX_BATCH_CHARACTERS) break;
    batch.push(snapshot);
    characters += length;
  }
  return { names: batch.map((one) => one.metadata.name), batch, warnings };
}

/** Batch and attempt are in the name: the same work meets its own Job again, other work another one. */
function seedOf(observed: Observed, names: readonly string[], run: number): string {
  return [observed.repository.metadata.uid, run, ...names].join('/');
}

function uploadJob(
  observed: Observed,
  access: Outcome<Access>,
  batch: readonly Snapshot[],
  attempt: { readonly name: string; readonly run: number },
): ReturnType<typeof systemTaskJob> {
  if (!access.ok) return access;
  const { storage, storageMount, repositoryMount } = access.value;
  return systemTaskJob({
    ...jobPlace(observed, COMPONENT.uploader),
    ...attempt,
    order: {
      task: 'upload',
      storage: storageMount.access,
      repository: repositoryMount.access,
      manifests: batch.map(manifestOf),
    },
    serviceAccountName: moverAccountName(observed.repository),
    mounts: [storageMount, repositoryMount],
    runtimeSettings: storage.spec.runtimeSettings,
  });
}
