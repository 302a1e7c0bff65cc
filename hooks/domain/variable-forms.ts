/** What a `${variable<form>}` does to a value that is present: case, substring, trim and replace of the envsubst grammar. */
import { ok, refused, type Parsed } from './result.ts';

type Form = (value: string, argument: string, shown: string) => Parsed<string>;

/** By leading characters, longer ones first. */
const FORMS: readonly (readonly [lead: string, form: Form])[] = [
  ['^^', (value, rest, shown) => (rest === '' ? ok(value.toUpperCase()) : unknown(shown))],
  ['^', (value, rest, shown) => (rest === '' ? ok(firstLetter(value, true)) : unknown(shown))],
  [',,', (value, rest, shown) => (rest === '' ? ok(value.toLowerCase()) : unknown(shown))],
  [',', (value, rest, shown) => (rest === '' ? ok(firstLetter(value, false)) : unknown(shown))],
  [':', substring],
  ['##', (value, pattern) => ok(trimmedStart(value, pattern, true))],
  ['#', (value, pattern) => ok(trimmedStart(value, pattern, false))],
  ['%%', (value, pattern) => ok(trimmedEnd(value, pattern, true))],
  ['%', (value, pattern) => ok(trimmedEnd(value, pattern, false))],
  ['/', (value, form) => ok(replaced(value, form))],
];

/** The value after `form` (what follows the variable's name); `shown` is the expression for the message. */
export function applyForm(value: string, form: string, shown: string): Parsed<string> {
  const known = FORMS.find(([lead]) => form.startsWith(lead));
  return known === undefined ? unknown(shown) : known[1](value, form.slice(known[0].length), shown);
}

function unknown(shown: string): Parsed<string> {
  return refused(`${shown} is no known form; to give a default write \${name:=default}`);
}

function firstLetter(value: string, upper: boolean): string {
  const [first = '', ...rest] = value;
  return (upper ? first.toUpperCase() : first.toLowerCase()) + rest.join('');
}

function substring(value: string, form: string, shown: string): Parsed<string> {
  const match = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(form);
  if (match === null) return unknown(shown);
  const start = Number(match[1]);
  const letters = [...value];
  return ok(letters.slice(start, match[2] === undefined ? undefined : start + Number(match[2])).join(''));
}

function trimmedStart(value: string, pattern: string, longest: boolean): string {
  const lengths = Array.from({ length: value.length + 1 }, (_, index) => (longest ? value.length - index : index));
  const cut = lengths.find((length) => matchesGlob(value.slice(0, length), pattern));
  return cut === undefined ? value : value.slice(cut);
}

function trimmedEnd(value: string, pattern: string, longest: boolean): string {
  const starts = Array.from({ length: value.length + 1 }, (_, index) => (longest ? index : value.length - index));
  const cut = starts.find((start) => matchesGlob(value.slice(start), pattern));
  return cut === undefined ? value : value.slice(0, cut);
}

/** `a/b` first, `/a/b` all, `#a/b` at the start, `%a/b` at the end; texts are literal. */
function replaced(value: string, form: string): string {
  const mode = '/#%'.includes(form[0] ?? ' ') ? form[0] : '';
  const body = mode === '' ? form : form.slice(1);
  const slash = body.indexOf('/');
  const search = slash < 0 ? body : body.slice(0, slash);
  const replacement = slash < 0 ? '' : body.slice(slash + 1);
  if (search === '') return value;
  switch (mode) {
    case '/':
      return value.split(search).join(replacement);
    case '#':
      return value.startsWith(search) ? replacement + value.slice(search.length) : value;
    case '%':
      return value.endsWith(search) ? value.slice(0, value.length - search.length) + replacement : value;
    default:
      return value.replace(search, () => replacement);
  }
}

/** Whether the whole text matches a glob of `*` and `?`; linear in text and pattern, so that no pattern can hang a hook. */
function matchesGlob(text: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let mark = 0;
  let position = 0;
  while (position < text.length) {
    if (pattern[at] === '*') {
      star = at;
      mark = position;
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === text[position]) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      at = star + 1;
      mark += 1;
      position = mark;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
