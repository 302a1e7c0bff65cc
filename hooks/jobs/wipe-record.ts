/** How far a deletion that takes data along is, as the status of a Repository or BackupStorage remembers it (wiping.ts). */
import { mapOf, textOf } from '../kube/json-values.ts';
import type { KubeObject } from '../kube/objects.ts';
import { taskRecordFrom, type TaskRecord } from './task-run.ts';

/** What status remembers, in `metastash.wipe`, with the record of the Job's attempts. */
export interface WipeRecord extends Partial<TaskRecord> {
  readonly step: 'noted' | 'requested' | 'over';
  /** A mover was at work when the deletion came. */
  readonly isBusy?: true;
  /** Since when none is. */
  readonly quietSince?: string;
}

const STEPS: readonly WipeRecord['step'][] = ['noted', 'requested', 'over'];

/** The record as status holds it, which may be anything. */
export function wipeRecordFrom({ status }: KubeObject): WipeRecord | undefined {
  const map = mapOf(mapOf(mapOf(status)['metastash'])['wipe']);
  const step = STEPS.find((one) => one === map['step']);
  if (step === undefined) return undefined;
  const quietSince = textOf(map['quietSince']);
  return {
    ...taskRecordFrom(map),
    step,
    ...(map['isBusy'] === true ? { isBusy: true } : {}),
    ...(quietSince === undefined ? {} : { quietSince }),
  };
}
