/**
 * Cron schedules as Kubernetes' CronJob takes them (robfig/cron v3, five fields), checked before a CronJob exists, and
 * the next run that such a CronJob will have.
 *
 * Daylight saving, as robfig/cron does it: a time inside the skipped hour does not run that day, a time inside the
 * repeated hour runs twice. (It loses a day in Australia/Lord_Howe, whose shift is half an hour; that is not copied.)
 * croner finds the wall-clock times; the mapping to instants is done here for that reason.
 */
import { Cron } from 'croner';
import { remembered } from './remembered.ts';
import { canonicalFields } from './schedule-fields.ts';
import { ok, refused, type Parsed } from './result.ts';
import { checkTimeZone, offsetOf } from './time-zone.ts';

export const DEFAULT_TIME_ZONE = 'UTC';

export interface Schedule {
  /** As the user wrote it, for the CronJob. */
  readonly text: string;
  /** Five fields without names, `?` and open steps. */
  readonly fields: string;
  readonly timeZone: string;
}

const HOUR_MS = 3_600_000;
const WINDOW_MS = 10 * 24 * HOUR_MS;
/** A week of days, and the one after. */
const RUNS_LOOKED_AT = 8;

/** By offset, as a zone's name costs a formatter. A Cron that is only asked for its next run keeps nothing of the question. */
const matcherOf = remembered((fields) => new Cron(fields, { mode: '5-part', utcOffset: 0 }));
const fieldsOf = remembered(canonicalFields);

/** A schedule that has a next run. The error says which field is wrong, or which form is not supported and what to write. */
export function parseSchedule(text: unknown, timeZone: unknown = DEFAULT_TIME_ZONE): Parsed<Schedule> {
  if (typeof text !== 'string' || text.trim() === '') {
    return refused('the schedule is empty; write five cron fields, for example "0 3 * * *"');
  }
  const fields = fieldsOf(text);
  if (!fields.ok) return fields;
  const zone = checkTimeZone(timeZone);
  if (!zone.ok) return zone;
  if (mayNeverCome(fields.value) && wallRunAfter(fields.value, 0) === undefined) {
    return refused(`${JSON.stringify(text)} names a day that never comes; check day of month and month`);
  }
  return ok({ text, fields: fields.value, timeZone: zone.value });
}

/** Only a day of the month in given months can be one that no year has; looking for the next run costs too much to do it always. */
function mayNeverCome(fields: string): boolean {
  const [, , day, month] = fields.split(' ');
  return day !== '*' && month !== '*';
}

/** The first run after an instant (milliseconds since the epoch); undefined if none comes within croner's horizon. */
export function nextRunAfter(schedule: Schedule, after: number): number | undefined {
  let from = after;
  let inclusive = false;
  for (;;) {
    const offset = offsetOf(schedule.timeZone, inclusive ? from : from + 1);
    const wall = wallRunAfter(schedule.fields, from + offset - (inclusive ? 1 : 0));
    if (wall === undefined) return undefined;
    const candidate = wall - offset;
    const change = nextOffsetChange(schedule.timeZone, inclusive ? from : from + 1, candidate, offset);
    if (change === undefined) return candidate;
    from = change;
    inclusive = true;
  }
}

/** The longest time between two of the first runs after an instant, where it is longer than `limitMs`; milliseconds. */
export function pauseLongerThan(schedule: Schedule, limitMs: number, after: number): number | undefined {
  if (pauseBound(schedule) <= limitMs) return undefined;
  let longest = 0;
  let before = nextRunAfter(schedule, after);
  for (let run = 0; run < RUNS_LOOKED_AT && before !== undefined; run += 1) {
    const next = nextRunAfter(schedule, before);
    longest = Math.max(longest, next === undefined ? 0 : next - before);
    before = next;
  }
  return longest > limitMs ? longest : undefined;
}

/** Told by the fields alone, as looking for runs costs too much to do it in every sync; an hour more where clocks change. */
function pauseBound({ fields }: Schedule): number {
  const [, , day, month, weekday] = fields.split(' ');
  if (day !== '*' || month !== '*') return Infinity;
  return (weekday === '*' ? 24 : 7 * 24) * HOUR_MS + HOUR_MS;
}

/** The next wall-clock match after a wall-clock time; both are counted as if they were UTC, where no hour is skipped. */
function wallRunAfter(fields: string, wall: number): number | undefined {
  return matcherOf(fields).nextRun(new Date(wall))?.getTime();
}

/** The first instant in (from, until] at which the zone's offset is no longer `offset`. */
function nextOffsetChange(timeZone: string, from: number, until: number, offset: number): number | undefined {
  if (timeZone === DEFAULT_TIME_ZONE) return undefined;
  let low = from;
  while (low < until) {
    const high = Math.min(until, low + WINDOW_MS);
    if (offsetOf(timeZone, high) !== offset) return firstChange(timeZone, low, high, offset);
    low = high;
  }
  return undefined;
}

function firstChange(timeZone: string, low: number, high: number, offset: number): number {
  let before = low;
  let after = high;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetOf(timeZone, middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}
