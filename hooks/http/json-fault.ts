/**
 * Where JSON text is broken. JSON.parse of Node 20 names no position for most faults and quotes the text instead, which
 * could be a Secret's; so after it has refused, this finds the place. Linear, without recursion, only on that path.
 */

type Expectation = 'value' | 'first value or ]' | 'first key or }' | 'key' | ':' | ', or ]' | ', or }' | 'nothing more';

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** `line 3, column 14: expected ':'` for text that JSON.parse refuses. */
export function jsonFault(text: string): string {
  const { offset, expected } = firstFault(text);
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return `line ${line}, column ${column}: expected ${expected}${offset >= text.length ? ', found the end' : ''}`;
}

function firstFault(text: string): { readonly offset: number; readonly expected: string } {
  const open: ('{' | '[')[] = [];
  let expected: Expectation = 'value';
  let offset = 0;
  for (;;) {
    offset = matchEnd(SPACE, text, offset) ?? offset;
    const next = step(text, offset, expected, open);
    if (next === undefined) return { offset, expected };
    if ('fault' in next) return { offset: next.end, expected: next.fault };
    ({ end: offset, expected } = next);
  }
}

type Step = { readonly end: number; readonly expected: Expectation } | { readonly end: number; readonly fault: string };

/** One token further, or undefined when it is not one that is expected here. */
function step(text: string, offset: number, expected: Expectation, open: ('{' | '[')[]): Step | undefined {
  const character = text[offset];
  if (expected === 'nothing more' || character === undefined) return undefined;
  if (CLOSING[expected] === character) return closed(offset, open);
  const next = PUNCTUATION[expected];
  if (next) return character === next.mark ? { end: offset + 1, expected: next.then } : undefined;
  if (expected === 'key' || expected === 'first key or }') {
    return character === '"' ? stringStep(text, offset, ':') : undefined;
  }
  return valueStep(text, offset, open);
}

const CLOSING: Partial<Record<Expectation, ']' | '}'>> = {
  'first value or ]': ']',
  'first key or }': '}',
  ', or ]': ']',
  ', or }': '}',
};
const PUNCTUATION: Partial<Record<Expectation, { readonly mark: string; readonly then: Expectation }>> = {
  ':': { mark: ':', then: 'value' },
  ', or ]': { mark: ',', then: 'value' },
  ', or }': { mark: ',', then: 'key' },
};

function valueStep(text: string, offset: number, open: ('{' | '[')[]): Step | undefined {
  const character = text[offset];
  if (character === '{' || character === '[') {
    open.push(character);
    return { end: offset + 1, expected: character === '{' ? 'first key or }' : 'first value or ]' };
  }
  if (character === '"') return stringStep(text, offset, afterValue(open));
  const end = matchEnd(SCALAR, text, offset);
  return end === undefined ? undefined : { end, expected: afterValue(open) };
}

function closed(offset: number, open: ('{' | '[')[]): Step {
  open.pop();
  return { end: offset + 1, expected: afterValue(open) };
}

function afterValue(open: readonly ('{' | '[')[]): Expectation {
  const inside = open.at(-1);
  if (inside === undefined) return 'nothing more';
  return inside === '{' ? ', or }' : ', or ]';
}

function stringStep(text: string, offset: number, expected: Expectation): Step {
  let end = offset + 1;
  for (;;) {
    const code = text.charCodeAt(end);
    if (code === 0x22) return { end: end + 1, expected };
    if (Number.isNaN(code)) return { end, fault: '"' };
    if (code < 0x20) return { end, fault: 'an escaped control character' };
    const next = code === 0x5c ? matchEnd(ESCAPE, text, end) : end + 1;
    if (next === undefined) return { end, fault: 'an escape sequence' };
    end = next;
  }
}

function matchEnd(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
