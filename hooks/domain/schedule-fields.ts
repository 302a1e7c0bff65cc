/** The five cron fields in robfig/cron v3's grammar, which Kubernetes uses, made canonical for croner. */
import { all, ok, refused, type Parsed } from './result.ts';

interface FieldKind {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly FieldKind[] = [
  { label: 'minute', min: 0, max: 59 },
  { label: 'hour', min: 0, max: 23 },
  { label: 'day of month', min: 1, max: 31 },
  {
    label: 'month',
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { label: 'day of week', min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Five fields of numbers, ranges and steps. `?` becomes `*`, names become numbers, `5/15` becomes `5-59/15`. */
export function canonicalFields(text: string): Parsed<string> {
  const trimmed = text.trim();
  if (trimmed.length > 200) return refused('the schedule is longer than 200 characters');
  if (/TZ=/i.test(trimmed))
    return refused(
      `${JSON.stringify(trimmed)} sets a time zone inside the schedule; schedules mean UTC, so leave it out and write the time in UTC`,
    );
  if (trimmed.startsWith('@')) return macro(trimmed);
  const parts = trimmed.split(/\s+/);
  if (parts.length !== FIELDS.length) return refused(wrongCount(trimmed, parts.length));
  const fields = all(FIELDS.map((kind, index) => fieldFrom(parts[index] ?? '', kind)));
  return fields.ok ? ok(fields.value.join(' ')) : fields;
}

function macro(text: string): Parsed<string> {
  if (text.startsWith('@every')) {
    return refused(
      `${JSON.stringify(text)} drifts with each restart; write a step instead, for example "*/30 * * * *"`,
    );
  }
  if (text === '@reboot') return refused('"@reboot" means nothing for a CronJob; write five cron fields');
  const fields = Object.hasOwn(MACROS, text.toLowerCase()) ? MACROS[text.toLowerCase()] : undefined;
  return fields === undefined
    ? refused(`${JSON.stringify(text)} is no schedule; known words are ${Object.keys(MACROS).join(', ')}`)
    : ok(fields);
}

function wrongCount(text: string, count: number): string {
  const hint =
    count === 6
      ? 'drop the seconds in front'
      : count === 7
        ? 'drop seconds and year'
        : 'write minute, hour, day of month, month, day of week';
  return `${JSON.stringify(text)} has ${count} field${count === 1 ? '' : 's'}, a CronJob takes five; ${hint}`;
}

function fieldFrom(text: string, kind: FieldKind): Parsed<string> {
  const items = all(text.split(',').map((item) => itemFrom(item.toLowerCase(), kind)));
  if (!items.ok) return items;
  // One star in a list makes the whole field a star there, which matters for the day fields: both must match then.
  return ok(items.value.includes('*') ? '*' : items.value.join(','));
}

function itemFrom(item: string, kind: FieldKind): Parsed<string> {
  const match = /^(\*|\?|[a-z0-9]+(?:-[a-z0-9]+)?)(?:\/(\d{1,4}))?$/.exec(item);
  const range = match === null ? undefined : rangeOf(match[1] ?? '', kind, match[2] !== undefined);
  if (match === null || range === undefined) return refused(wrongItem(item, kind));
  const step = match[2] === undefined ? 1 : Number(match[2]);
  if (step === 0) return refused(`${kind.label} ${JSON.stringify(item)} has a step of 0; write at least 1`);
  if (range[0] > range[1]) {
    return refused(`${kind.label} ${JSON.stringify(item)} runs backwards; write the smaller value first`);
  }
  return ok(step === 1 && /^[*?]/.test(item) ? '*' : rangeText(range, step));
}

/** A step beyond the range leaves its first value only. */
function rangeText([low, high]: readonly [number, number], step: number): string {
  if (step > high - low) return String(low);
  return step === 1 ? `${low}-${high}` : `${low}-${high}/${step}`;
}

function rangeOf(text: string, kind: FieldKind, hasStep: boolean): readonly [number, number] | undefined {
  if (text === '*' || text === '?') return [kind.min, kind.max];
  const [first = '', second] = text.split('-');
  const low = valueOf(first, kind);
  const high = second === undefined ? (hasStep ? kind.max : low) : valueOf(second, kind);
  return low === undefined || high === undefined ? undefined : [low, high];
}

function valueOf(text: string, kind: FieldKind): number | undefined {
  const named = kind.names?.indexOf(text) ?? -1;
  if (named >= 0) return named + kind.min;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= kind.min && value <= kind.max ? value : undefined;
}

function wrongItem(item: string, kind: FieldKind): string {
  const names = kind.names === undefined ? '' : ` or ${kind.names[0]} to ${kind.names.at(-1)}`;
  const sunday = kind.label === 'day of week' && item.includes('7') ? '; Sunday is 0' : '';
  return `${kind.label} ${JSON.stringify(item)} is not possible: values are ${kind.min} to ${kind.max}${names}, with - for ranges and / for steps${sunday}`;
}
