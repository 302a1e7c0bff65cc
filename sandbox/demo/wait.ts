/** Waiting for the world to reach a state, with the progress of running movers shown meanwhile. */
import type { ApiServer, StoredObject } from '../api-server/api.ts';
import type { Progress, Screen } from './screen.ts';

const LOOK_MS = 100;

interface Report extends StoredObject {
  readonly spec: { readonly task: string };
  readonly status?: {
    readonly phase?: string;
    readonly progress?: { readonly percent: number; readonly bytesDone: number; readonly filesDone: number };
  };
}

export class NotReached extends Error {}

export interface Wait {
  readonly what: string;
  readonly seconds: number;
  readonly reached: () => boolean;
  /** What to say if it never comes: why it is stuck, as the objects themselves tell it. */
  readonly otherwise: () => string;
}

/** Resolves when `reached` holds; throws NotReached with the objects' own words after `seconds`. */
export async function waitFor(api: ApiServer, screen: Screen | undefined, wait: Wait): Promise<void> {
  const deadline = Date.now() + wait.seconds * 1000;
  while (!wait.reached()) {
    if (Date.now() > deadline)
      throw new NotReached(`${wait.what} did not happen within ${wait.seconds} s: ${wait.otherwise()}`);
    screen?.progress(barsOf(api));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  screen?.progress(barsOf(api));
}

function barsOf(api: ApiServer): readonly Progress[] {
  const reports = api.list('metastash.dev/v1alpha1', 'TaskReport') as readonly Report[];
  return reports
    .filter((report) => ['backup', 'restore'].includes(report.spec.task) && report.status?.phase !== undefined)
    .map((report) => ({
      name: report.metadata.name,
      percent: report.status?.phase === 'Succeeded' ? 100 : (report.status?.progress?.percent ?? 0),
      text: report.status?.phase ?? '',
    }));
}

/** Phase and the message of the condition Ready: what an object says of itself. */
export function wordsOf(object: StoredObject | undefined): string {
  if (!object) return 'it does not exist';
  const status = object.status as
    { phase?: string; conditions?: readonly { type: string; message?: string }[] } | undefined;
  const ready = status?.conditions?.find((one) => one.type === 'Ready');
  return `${object.kind} ${object.metadata.name} is ${status?.phase ?? 'without a phase'}${ready?.message ? `: ${ready.message}` : ''}`;
}
