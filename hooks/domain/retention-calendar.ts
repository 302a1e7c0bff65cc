/** The periods that keep rules count, as a table: which hour, day, ISO week, month and year an instant lies in. All UTC. */

export type Period = 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly';

const DAY_MS = 24 * 60 * 60_000;

/** Rule -> the period's name; two instants of one period have one name, and later periods never share it. */
export const PERIODS: Readonly<Record<Period, (at: number) => string>> = {
  hourly: (at) => `${iso(at, 13)}:00Z`,
  daily: (at) => iso(at, 10),
  weekly: isoWeek,
  monthly: (at) => iso(at, 7),
  yearly: (at) => iso(at, 4),
};

/** Order of the keep rules, as reasons list them. */
export const PERIOD_NAMES = Object.keys(PERIODS) as readonly Period[];

/** The minute of an instant, for people. */
export function minuteText(at: number): string {
  return `${iso(at, 16)}Z`;
}

/** ISO 8601: weeks begin on Monday, and a week belongs to the year that has its Thursday. */
function isoWeek(at: number): string {
  const date = new Date(at);
  const monday = (date.getUTCDay() + 6) % 7;
  const thursday = new Date(at + (3 - monday) * DAY_MS);
  const yearStart = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = 1 + Math.floor((thursday.getTime() - yearStart) / (7 * DAY_MS));
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

function iso(at: number, length: number): string {
  return new Date(at).toISOString().slice(0, length);
}
