/**
 * Substitution of `${variable}` in Functions, Addons and BackupBlueprints with KubeStash's rules (kubestash-api.md §3.1):
 * the envsubst forms `${v}`, `${v:-d}` `${v:=d}` `${v=d}`, `${v^}` `${v^^}` `${v,}` `${v,,}`, `${#v}`, `${v:pos:length}`,
 * `${v#p}` `${v##p}` `${v%p}` `${v%%p}`, `${v/a/b}` `${v//a/b}` `${v/#a/b}` `${v/%a/b}`. `$$` stands for a
 * literal `$`; a `$` before anything else is one too.
 * A variable that is present but empty counts as present: its default does not apply. Without default a missing one is an error.
 */
import { ok, refused, type Parsed } from './result.ts';
import { applyForm } from './variable-forms.ts';

export type Variables = Readonly<Record<string, string>>;

/** A default may hold variables, whose defaults may hold variables; deeper nesting is a mistake. */
const MAX_DEPTH = 16;
const MAX_TEXT = 1024 * 1024;
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*/;

/** The text with every variable replaced. The error names the variable, or the expression that cannot be read. */
export function substituteText(text: string, variables: Variables): Parsed<string> {
  return expand(text, variables, 0);
}

/**
 * A JSON value with every variable in its texts and keys replaced. The error starts with the JSON pointer of the text.
 * Values are data: a substituted quote or brace changes no structure, and a variable's own `${…}` is not expanded again.
 */
export function substitute<Value>(value: Value, variables: Variables): Parsed<Value> {
  const result = walk(value, variables, '');
  return result as Parsed<Value>;
}

function walk(value: unknown, variables: Variables, pointer: string): Parsed<unknown> {
  if (typeof value === 'string') {
    const result = value.includes('$') ? substituteText(value, variables) : ok(value);
    return result.ok ? result : refused(`${pointer === '' ? '' : `${pointer}: `}${result.error}`);
  }
  if (Array.isArray(value)) return walkList(value, variables, pointer);
  if (typeof value === 'object' && value !== null) return walkMap(value, variables, pointer);
  return ok(value);
}

function walkList(list: readonly unknown[], variables: Variables, pointer: string): Parsed<unknown> {
  const items: unknown[] = [];
  for (const [index, item] of list.entries()) {
    const result = walk(item, variables, `${pointer}/${index}`);
    if (!result.ok) return result;
    items.push(result.value);
  }
  return ok(items);
}

function walkMap(map: object, variables: Variables, pointer: string): Parsed<unknown> {
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(map)) {
    const here = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const name = walk(key, variables, here);
    if (!name.ok) return name;
    const result = walk(item, variables, here);
    if (!result.ok) return result;
    entries.push([String(name.value), result.value]);
  }
  return ok(Object.fromEntries(entries));
}

function expand(text: string, variables: Variables, depth: number): Parsed<string> {
  if (depth > MAX_DEPTH) return refused(`defaults inside defaults are nested deeper than ${MAX_DEPTH}`);
  let result = '';
  let from = 0;
  for (;;) {
    const start = text.indexOf('$', from);
    if (start < 0) return bounded(result + text.slice(from));
    result += text.slice(from, start);
    if (text[start + 1] !== '{') {
      result += '$';
      from = start + (text[start + 1] === '$' ? 2 : 1);
      continue;
    }
    const end = closingBrace(text, start + 2);
    if (end < 0) return refused(`${JSON.stringify(text.slice(start, start + 40))} has no closing brace`);
    const expanded = expandExpression(text.slice(start + 2, end), variables, depth);
    if (!expanded.ok) return expanded;
    result += expanded.value;
    if (result.length > MAX_TEXT) return bounded(result);
    from = end + 1;
  }
}

function expandExpression(expression: string, variables: Variables, depth: number): Parsed<string> {
  const shown = `\${${expression.slice(0, 40)}}`;
  if (expression.startsWith('#')) return lengthOf(expression.slice(1), variables, shown);
  const name = nameIn(expression);
  if (name === '') return refused(`${shown} names no variable`);
  const form = expression.slice(name.length);
  const value = valueOf(name, variables);
  const fallback = defaultOf(form);
  if (value === undefined) return fallback === undefined ? missing(name) : expand(fallback, variables, depth + 1);
  if (fallback !== undefined || form === '') return ok(value);
  const argument = expand(form, variables, depth + 1);
  return argument.ok ? applyForm(value, argument.value, shown) : argument;
}

function lengthOf(name: string, variables: Variables, shown: string): Parsed<string> {
  if (name === '' || nameIn(name) !== name) return refused(`${shown} is no known form`);
  const value = valueOf(name, variables);
  return value === undefined ? missing(name) : ok(String([...value].length));
}

/** `-` may stand inside a name, but `${name-}` is a name and a form that does not exist. */
function nameIn(expression: string): string {
  return NAME.exec(expression)?.[0]?.replace(/[-.]+$/, '') ?? '';
}

function valueOf(name: string, variables: Variables): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

function missing(name: string): Parsed<string> {
  return refused(`variable ${name} is not set and has no default; set it in params, or write \${${name}:=default}`);
}

function defaultOf(form: string): string | undefined {
  return /^(?::=|:-|=)/.test(form) ? form.replace(/^(?::=|:-|=)/, '') : undefined;
}

/** Index of the brace that closes the expression which starts at `from`, nested ones skipped; -1 without one. */
function closingBrace(text: string, from: number): number {
  let depth = 0;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '}') {
      if (depth === 0) return index;
      depth -= 1;
    } else if (text.startsWith('${', index)) {
      depth += 1;
    }
  }
  return -1;
}

function bounded(text: string): Parsed<string> {
  return text.length <= MAX_TEXT ? ok(text) : refused('the text grows beyond 1 MiB when its variables are replaced');
}
