/** Progress over several restic runs as one: percent moves on from run to run, bytes and files add up. */
import type { MoverContext } from '../context.ts';
import type { ResticProgress } from '../restic/progress.ts';

export interface OverallProgress {
  /** Progress of the present run. */
  readonly report: (progress: ResticProgress) => void;
  /** The present run is done. */
  readonly next: () => void;
}

/** Progress of `runs` restic runs, one after the other. */
export function overallProgress(runs: number, context: Pick<MoverContext, 'progress' | 'now'>): OverallProgress {
  const startMs = context.now().getTime();
  let done = 0;
  let present: ResticProgress | undefined;
  const before = { bytes: 0, files: 0 };
  return {
    report: (progress) => {
      present = progress;
      context.progress({
        percent: Math.floor(((done + progress.share) / runs) * 100),
        bytesDone: before.bytes + progress.bytesDone,
        bytesTotal: before.bytes + progress.bytesTotal,
        filesDone: before.files + progress.filesDone,
        filesTotal: before.files + progress.filesTotal,
        secondsElapsed: Math.round((context.now().getTime() - startMs) / 1000),
        ...(progress.secondsRemaining === undefined ? {} : { secondsRemaining: progress.secondsRemaining }),
      });
    },
    next: () => {
      done += 1;
      before.bytes += present?.bytesTotal ?? 0;
      before.files += present?.filesTotal ?? 0;
      present = undefined;
    },
  };
}
