/** The first step of a Go template (text/template): text and actions told apart, and an action's words. */
import { ok, refused, type Parsed } from './result.ts';

/** Text to copy, or the words of one `{{ … }}`. */
export type Piece =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'action'; readonly tokens: readonly Token[] };

export interface Token {
  readonly kind: 'text' | 'number' | 'variable' | 'field' | 'word' | 'sign';
  /** The value of a text, the name of anything else; a field path keeps its dots: `.Status.Phase`. */
  readonly value: string;
}

/** The pieces of a template, blanks trimmed as `{{-` and `-}}` say, comments dropped. */
export function piecesOf(template: string): Parsed<readonly Piece[]> {
  const pieces: Piece[] = [];
  let from = 0;
  let trimNext = false;
  for (;;) {
    const start = template.indexOf('{{', from);
    const text = template.slice(from, start < 0 ? undefined : start);
    const kept = trimNext ? text.trimStart() : text;
    if (start < 0) return ok([...pieces, { kind: 'text', text: kept }]);
    const end = endOfAction(template, start + 2);
    if (end < 0) return refused(`${shown(template.slice(start))} has no closing braces`);
    const inner = template.slice(start + 2, end);
    const trimsBefore = /^-\s/.test(inner);
    trimNext = /\s-$/.test(inner);
    pieces.push({ kind: 'text', text: trimsBefore ? kept.trimEnd() : kept });
    const tokens = tokensOf(inner.slice(trimsBefore ? 1 : 0, trimNext ? -1 : undefined));
    if (!tokens.ok) return tokens;
    if (tokens.value.length > 0) pieces.push({ kind: 'action', tokens: tokens.value });
    from = end + 2;
  }
}

/** A piece of a template in a message, bounded. */
export function shown(text: string): string {
  return JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 39)}…`);
}

/** Braces inside quotes and comments close nothing. */
function endOfAction(template: string, from: number): number {
  const inside = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*[\s\S]*?\*\/|\}\}/g;
  inside.lastIndex = from;
  for (let match = inside.exec(template); match !== null; match = inside.exec(template)) {
    if (match[0] === '}}') return match.index;
  }
  return -1;
}

const FORMS: readonly (readonly [kind: Token['kind'] | 'nothing', form: RegExp])[] = [
  ['nothing', /\s+|\/\*[\s\S]*?\*\//y],
  ['text', /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y],
  ['number', /[+-]?\d+(?:\.\d+)?(?![\w.])/y],
  ['variable', /\$[A-Za-z_]?\w*(?:\.[A-Za-z_]\w*)*/y],
  ['field', /(?:\.[A-Za-z_]\w*)+|\./y],
  ['word', /[A-Za-z_]\w*/y],
  ['sign', /:=|[=|()]/y],
];

function tokensOf(action: string): Parsed<readonly Token[]> {
  const tokens: Token[] = [];
  let from = 0;
  while (from < action.length) {
    const found = tokenAt(action, from);
    if (found === undefined) return refused(`cannot read ${shown(action.slice(from))} in {{${action.slice(0, 40)}}}`);
    const { kind, text } = found;
    if (kind !== 'nothing') {
      const value = kind === 'text' ? unquoted(text) : text;
      if (value === undefined) return refused(`${shown(text)} is no text that Go would read`);
      tokens.push({ kind, value });
    }
    from += text.length;
  }
  return ok(tokens);
}

function tokenAt(
  action: string,
  from: number,
): { readonly kind: Token['kind'] | 'nothing'; readonly text: string } | undefined {
  for (const [kind, form] of FORMS) {
    form.lastIndex = from;
    const text = form.exec(action)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** A Go string literal's value; undefined for an escape that Go does not have. */
function unquoted(literal: string): string | undefined {
  if (literal.startsWith('`')) return literal.slice(1, -1);
  const isWrong = /\\(?!["\\abfnrtv]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})/.test(literal.replaceAll('\\\\', ''));
  if (isWrong) return undefined;
  return literal
    .slice(1, -1)
    .replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/g, (_whole, code: string) =>
      code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? code),
    );
}
