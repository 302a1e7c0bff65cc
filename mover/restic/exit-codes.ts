/** restic's exit codes as faults of ours (faults.md §5; restic doc/075_scripting.rst). Codes, never human text, decide. */
import { Fault } from '../faults.ts';
import type { ResticExit } from './process.ts';

export const EXIT = { done: 0, failed: 1, crashed: 2, incomplete: 3, noRepository: 10, locked: 11, wrongPassword: 12 };

/** The fault of a run that did not end well. `doing` is what was tried, for the message. */
export function exitFault(exit: ResticExit, doing: string): Fault {
  const words = exit.words === '' ? '' : `: ${oneLine(exit.words)}`;
  if (exit.signal !== undefined || exit.code === EXIT.crashed || exit.code === 137) {
    return new Fault('ResticCrashed', `restic ${doing} ended by ${exit.signal ?? `exit code ${exit.code}`}${words}`);
  }
  switch (exit.code) {
    case EXIT.noRepository:
      return new Fault('RepositoryMissing', `restic ${doing}: there is no restic repository${words}`);
    case EXIT.locked:
      return new Fault(
        'RepositoryLocked',
        `restic ${doing}: the restic repository is locked by another process${words}`,
      );
    case EXIT.wrongPassword:
      return new Fault('WrongPassword', `restic ${doing}: the password opens no key of the restic repository`);
    case 130:
    case 143:
      return new Fault('Interrupted', `restic ${doing} was stopped`);
    default:
      return (
        backendFault(words, doing) ??
        new Fault('ResticFailed', `restic ${doing} failed with exit code ${exit.code}${words}`)
      );
  }
}

/** The operating system's own words, which no release of restic rewords; only where a better code than "failed" is won. */
function backendFault(words: string, doing: string): Fault | undefined {
  if (THROTTLED.test(words)) return new Fault('StorageThrottled', `restic ${doing}${words}`);
  if (!words.includes('no space left on device')) return undefined;
  const scratch = words.includes('restic-temp-') || words.includes('restic-cache');
  return new Fault(scratch ? 'ScratchFull' : 'StorageFull', `restic ${doing}${words}`);
}

/** What S3, Azure and Google Cloud Storage answer when they are asked too much; restic gives up after 15 minutes of it. */
const THROTTLED = /SlowDown|TooManyRequests|ServerBusy|rateLimitExceeded|\b429\b|503 Slow Down/i;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 500 ? line : `${line.slice(0, 499)}…`;
}
