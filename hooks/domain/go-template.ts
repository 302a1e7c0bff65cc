/**
 * The part of Go's text/template that KubeStash's HookTemplates use (kubestash-api.md §4.4): fields of the summary, variables
 * and their assignment, pipelines, `if`/`else if`/`else`, and the functions of go-template-functions.ts. There is no loop, so a
 * template is done after as many steps as it has words; what is not known here is refused with its name, never left out.
 */
import { functionNamed, functionNames, isTrue, printed, type Value } from './go-template-functions.ts';
import { piecesOf, shown, type Piece, type Token } from './go-template-text.ts';
import { ok, refused, type Parsed } from './result.ts';

/** More than this is no message and no command. */
export const MAX_RENDERED = 64 * 1024;
const MAX_DEPTH = 32;

/** The template's text for this data. The error says which action cannot be carried out and why. */
export function rendered(template: string, data: Value): Parsed<string> {
  if (!template.includes('{{')) return ok(template);
  const pieces = piecesOf(template);
  if (!pieces.ok) return pieces;
  const run = new Rendering(pieces.value, data);
  const failure = run.block(true, 0);
  if (failure !== undefined) return refused(failure);
  return run.leftOver() ?? ok(run.text());
}

type Scope = Map<string, Value>;

/** One pass over the pieces; a class because reading position, scopes and output belong to one rendering alone. */
class Rendering {
  readonly #pieces: readonly Piece[];
  readonly #data: Value;
  readonly #scopes: Scope[] = [new Map()];
  #next = 0;
  #out = '';

  constructor(pieces: readonly Piece[], data: Value) {
    this.#pieces = pieces;
    this.#data = data;
  }

  text(): string {
    return this.#out;
  }

  /** Something after the end: an `else` or `end` that belongs to nothing. */
  leftOver(): Parsed<string> | undefined {
    const piece = this.#pieces[this.#next];
    return piece === undefined ? undefined : refused(`{{${wordsOf(piece)}}} has no {{if}} before it`);
  }

  /** Runs (or, with `live` false, skips) up to the `else` or `end` of the block. */
  block(live: boolean, depth: number): string | undefined {
    if (depth > MAX_DEPTH) return `{{if}} is nested deeper than ${MAX_DEPTH}`;
    for (let piece = this.#pieces[this.#next]; piece !== undefined; piece = this.#pieces[this.#next]) {
      if (piece.kind === 'action' && isWord(piece.tokens[0], 'else', 'end')) return undefined;
      this.#next += 1;
      const failure = piece.kind === 'text' ? this.#write(piece.text, live) : this.#action(piece.tokens, live, depth);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  #write(text: string, live: boolean): string | undefined {
    if (live) this.#out += text;
    return this.#out.length > MAX_RENDERED ? `the text grows beyond ${MAX_RENDERED / 1024} KiB` : undefined;
  }

  #action(tokens: readonly Token[], live: boolean, depth: number): string | undefined {
    if (isWord(tokens[0], 'if')) return this.#branches(tokens.slice(1), live, depth);
    if (isWord(tokens[0], 'range', 'with', 'define', 'template', 'block', 'break', 'continue')) {
      return `{{${tokens[0]?.value}}} is not supported; use if, else and end`;
    }
    if (!live) return undefined;
    const assigned = assignmentIn(tokens);
    if (assigned !== undefined) {
      const value = this.#pipeline(tokens.slice(2));
      return value.ok ? this.#assign(assigned.name, assigned.isNew, value.value) : value.error;
    }
    const value = this.#pipeline(tokens);
    return value.ok ? this.#write(printed(value.value), live) : value.error;
  }

  /** `if`, any number of `else if`, `else`, `end`; each block is a scope of its own. */
  #branches(condition: readonly Token[], live: boolean, depth: number): string | undefined {
    let words: readonly Token[] | undefined = condition;
    let done = !live;
    for (;;) {
      const chosen: Parsed<boolean> = done ? ok(false) : this.#holds(words);
      if (!chosen.ok) return chosen.error;
      this.#scopes.push(new Map());
      const failure = this.block(chosen.value, depth + 1);
      this.#scopes.pop();
      if (failure !== undefined) return failure;
      done ||= chosen.value;
      const piece = this.#pieces[this.#next];
      if (piece?.kind !== 'action') return '{{if}} has no {{end}}';
      this.#next += 1;
      if (isWord(piece.tokens[0], 'end')) return undefined;
      const next = nextBranch(piece.tokens, words === undefined);
      if (!next.ok) return next.error;
      words = next.value;
    }
  }

  #holds(words: readonly Token[] | undefined): Parsed<boolean> {
    if (words === undefined) return ok(true);
    const value = this.#pipeline(words);
    return value.ok ? ok(isTrue(value.value)) : value;
  }

  #assign(name: string, isNew: boolean, value: Value): string | undefined {
    const scope = isNew ? this.#scopes.at(-1) : this.#scopes.findLast((one) => one.has(name));
    if (scope === undefined) return `variable ${name} is not declared; write {{${name} := …}} first`;
    scope.set(name, value);
    return undefined;
  }

  /** `a | f x | g`: each value is the last argument of what follows. */
  #pipeline(tokens: readonly Token[], depth = 0): Parsed<Value> {
    if (depth > MAX_DEPTH) return refused(`parentheses are nested deeper than ${MAX_DEPTH}`);
    let value: Parsed<readonly Value[]> = ok([]);
    for (const command of split(tokens)) {
      const result: Parsed<Value> = this.#command(command, value.value, depth);
      if (!result.ok) return result;
      value = ok([result.value]);
    }
    return ok(value.value[0]);
  }

  #command(tokens: readonly Token[], piped: readonly Value[], depth: number): Parsed<Value> {
    const [first] = tokens;
    if (first === undefined) return refused('an action or a pipeline has no words');
    if (first.kind === 'word' && !Object.hasOwn(CONSTANTS, first.value)) {
      const run = functionNamed(first.value);
      if (run === undefined) {
        return refused(`function ${shown(first.value)} is not known; known are ${functionNames().join(', ')}`);
      }
      const args = this.#operands(tokens.slice(1), depth);
      if (!args.ok) return args;
      const result = run([...args.value, ...piped]);
      if (!result.ok) return refused(`${first.value} ${result.error}`);
      if (typeof result.value === 'string' && result.value.length > MAX_RENDERED) {
        return refused(`${first.value} makes a text of more than ${MAX_RENDERED / 1024} KiB`);
      }
      return result;
    }
    const values = this.#operands(tokens, depth);
    if (!values.ok) return values;
    if (values.value.length + piped.length > 1) return refused(`${shown(first.value)} is a value, not a function`);
    return ok(values.value[0]);
  }

  #operands(tokens: readonly Token[], depth: number): Parsed<readonly Value[]> {
    const values: Value[] = [];
    for (let index = 0; index < tokens.length; index += 1) {
      const token = tokens[index] as Token;
      const end = token.value === '(' && token.kind === 'sign' ? closing(tokens, index) : index;
      if (end < 0) return refused('a parenthesis is not closed');
      const value = end > index ? this.#pipeline(tokens.slice(index + 1, end), depth + 1) : this.#operand(token);
      if (!value.ok) return value;
      values.push(value.value);
      index = end;
    }
    return ok(values);
  }

  #operand({ kind, value }: Token): Parsed<Value> {
    if (kind === 'text') return ok(value);
    if (kind === 'number') return ok(Number(value));
    if (kind === 'field')
      return fieldOf(
        this.#data,
        value.split('.').filter((part) => part !== ''),
      );
    if (kind === 'word' && Object.hasOwn(CONSTANTS, value)) return ok(CONSTANTS[value]);
    if (kind !== 'variable') return refused(`cannot read ${shown(value)} as a value`);
    const [name = '', ...path] = value.split('.');
    if (name === '$') return fieldOf(this.#data, path);
    const scope = this.#scopes.findLast((one) => one.has(name));
    return scope === undefined ? refused(`variable ${name} is not declared`) : fieldOf(scope.get(name), path);
  }
}

const CONSTANTS: Readonly<Record<string, Value>> = { true: true, false: false, nil: undefined };

/** A struct has its fields and no other; a map answers nothing for a key that it has not. */
function fieldOf(value: Value, path: readonly string[]): Parsed<Value> {
  let here = value;
  for (const [index, field] of path.entries()) {
    if (here instanceof Map) here = (here as ReadonlyMap<string, Value>).get(field);
    else if (typeof here === 'object' && !Array.isArray(here) && Object.hasOwn(here, field)) {
      here = (here as Readonly<Record<string, Value>>)[field];
    } else {
      return refused(`there is no field .${path.slice(0, index + 1).join('.')}`);
    }
  }
  return ok(here);
}

/** The condition of `else if`; undefined for a plain `else`, which is the last. */
function nextBranch(tokens: readonly Token[], isAfterElse: boolean): Parsed<readonly Token[] | undefined> {
  if (isAfterElse) return refused('{{else}} follows {{else}}');
  if (isWord(tokens[1], 'if')) return ok(tokens.slice(2));
  return tokens.length > 1 ? refused(`cannot read {{${tokens.map((one) => one.value).join(' ')}}}`) : ok(undefined);
}

/** `$x := …` or `$x = …`. */
function assignmentIn([target, sign]: readonly Token[]):
  { readonly name: string; readonly isNew: boolean } | undefined {
  if (target?.kind !== 'variable' || sign?.kind !== 'sign') return undefined;
  return sign.value === ':=' || sign.value === '=' ? { name: target.value, isNew: sign.value === ':=' } : undefined;
}

function split(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const commands: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const sign = token.kind === 'sign' ? token.value : '';
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0;
    if (sign === '|' && depth === 0) commands.push([]);
    else commands.at(-1)?.push(token);
  }
  return commands;
}

function closing(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    const { kind, value } = tokens[index] as Token;
    depth += kind !== 'sign' ? 0 : value === '(' ? 1 : value === ')' ? -1 : 0;
    if (depth === 0) return index;
  }
  return -1;
}

function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.value);
}

function wordsOf(piece: Piece): string {
  return piece.kind === 'text' ? '' : piece.tokens.map((one) => one.value).join(' ');
}
