/** IANA time zones as a CronJob takes them: Go's names, in Go's spelling. */
import { remembered } from './remembered.ts';
import { ok, refused, type Parsed } from './result.ts';

/** Go reads zone files by name, so letter case counts there, unlike in ICU. */
const SPELLING = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/;

/** The zone's name if both the API server and this process know it. */
export function checkTimeZone(timeZone: unknown): Parsed<string> {
  const shown = JSON.stringify(timeZone) ?? 'nothing';
  if (typeof timeZone !== 'string' || timeZone === '' || timeZone === 'Local') {
    return refused(`time zone ${shown} is not possible; write an IANA name, for example Europe/Berlin or UTC`);
  }
  const known = timeZone.length <= 64 && SPELLING.test(timeZone) ? resolved(timeZone) : undefined;
  if (known === undefined || (known !== timeZone && known.toLowerCase() === timeZone.toLowerCase())) {
    return refused(
      `time zone ${shown.slice(0, 70)} is unknown; write an IANA name with its capitals, for example Europe/Berlin or UTC`,
    );
  }
  return ok(timeZone);
}

/** Milliseconds to add to an instant to get the zone's wall clock, whole seconds. */
export function offsetOf(timeZone: string, instant: number): number {
  if (timeZone === 'UTC') return 0;
  const parts = formatterOf(timeZone).formatToParts(instant);
  const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = utcMilliseconds(field('year'), field('month'), field('day'));
  return (
    wall + (field('hour') * 3600 + field('minute') * 60 + field('second')) * 1000 - Math.floor(instant / 1000) * 1000
  );
}

/** Making one costs more than the rest of a sync. Throws for a zone that does not exist. */
const formatterOf = remembered(
  (timeZone) =>
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }),
);

/** Midnight UTC of a civil date: days are counted from 1 March, so that the leap day ends the year. */
function utcMilliseconds(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return (shifted * 365 + leapDays + dayOfYear - 719_468) * 86_400_000;
}

function resolved(timeZone: string): string | undefined {
  if (timeZone === 'UTC') return timeZone;
  try {
    return formatterOf(timeZone).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
