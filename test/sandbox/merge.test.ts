import assert from 'node:assert/strict';
import type { JsonMap } from '../../sandbox/api-server/values.ts';
import { goText, parseJson, WholeFloat } from '../../sandbox/metacontroller/go-json.ts';
import { merged } from '../../sandbox/metacontroller/merge.ts';

interface Merge {
  readonly name: string;
  readonly observed: JsonMap;
  readonly last?: JsonMap;
  readonly desired: JsonMap;
  readonly result: JsonMap;
}

const MERGES: readonly Merge[] = [
  { name: 'keeps what others added', observed: { a: 1, theirs: 2 }, desired: { a: 1 }, result: { a: 1, theirs: 2 } },
  {
    name: 'removes what was applied and is no longer desired',
    observed: { a: 1, b: 2 },
    last: { a: 1, b: 2 },
    desired: { a: 1 },
    result: { a: 1 },
  },
  {
    name: 'does not remove what it never applied',
    observed: { a: 1, b: 2 },
    last: { a: 1 },
    desired: { a: 1 },
    result: { a: 1, b: 2 },
  },
  {
    name: 'goes into maps',
    observed: { m: { a: 1, b: 2 } },
    last: { m: { b: 2 } },
    desired: { m: { c: 3 } },
    result: { m: { a: 1, c: 3 } },
  },
  { name: 'sets null', observed: { a: 1 }, desired: { a: null }, result: { a: null } },
  { name: 'replaces lists without a key', observed: { l: [1, 2] }, desired: { l: [3] }, result: { l: [3] } },
  {
    name: 'merges lists by name, in the observed order, new ones last',
    observed: { l: [{ name: 'theirs' }, { name: 'app', image: 'a', extra: 1 }] },
    last: { l: [{ name: 'app', image: 'a' }] },
    desired: { l: [{ name: 'new' }, { name: 'app', image: 'b' }] },
    result: { l: [{ name: 'theirs' }, { name: 'app', image: 'b', extra: 1 }, { name: 'new' }] },
  },
  {
    name: 'removes an item that was applied and is no longer desired',
    observed: { l: [{ name: 'a' }, { name: 'b' }] },
    last: { l: [{ name: 'a' }, { name: 'b' }] },
    desired: { l: [{ name: 'b' }] },
    result: { l: [{ name: 'b' }] },
  },
  {
    name: 'replaces a list of objects that share no known key',
    observed: { l: [{ key: 'a' }, { key: 'injected' }] },
    desired: { l: [{ key: 'a' }] },
    result: { l: [{ key: 'a' }] },
  },
  {
    name: 'prefers containerPort to name, and port to name',
    observed: { l: [{ port: 53, name: 'dns' }] },
    desired: { l: [{ port: 53, name: 'renamed' }] },
    result: { l: [{ port: 53, name: 'renamed' }] },
  },
  {
    name: 'collapses items of one key, as the original does',
    observed: {
      l: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
    },
    desired: {
      l: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
    },
    result: {
      l: [
        { port: 53, protocol: 'TCP' },
        { port: 53, protocol: 'TCP' },
      ],
    },
  },
  {
    name: 'leaves an empty map where text replaces a map',
    observed: { f: { a: 1 } },
    last: { f: { a: 1 } },
    desired: { f: 'text' },
    result: { f: {} },
  },
  {
    name: 'writes null first where a map replaces a list',
    observed: { f: [1] },
    desired: { f: { a: 1 } },
    result: { f: null },
  },
  { name: 'writes a map over a scalar', observed: { f: 'text' }, desired: { f: { a: 1 } }, result: { f: { a: 1 } } },
];

describe('the three-way merge', () => {
  for (const { name, observed, last, desired, result } of MERGES) {
    it(name, () => {
      const before = JSON.stringify([observed, last, desired]);
      assert.deepEqual(merged(observed, last, desired), result);
      assert.equal(JSON.stringify([observed, last, desired]), before);
    });
  }
});

const FAULTS: readonly (readonly [text: string, says: string])[] = [
  ['', 'unexpected end of JSON input'],
  ['{"a": {', 'unexpected end of JSON input'],
  ['{"a":1}x', "invalid character 'x' after top-level value"],
  ['{bad}', "invalid character 'b' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['<html>', "invalid character '<' looking for beginning of value"],
  ['nul', 'unexpected end of JSON input'],
  ['trux', "invalid character 'x' in literal true (expecting 'e')"],
  ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
];

describe('JSON as Go reads it', () => {
  for (const [text, says] of FAULTS) {
    it(`says of ${JSON.stringify(text)}: ${says}`, () => assert.throws(() => parseJson(text), { message: says }));
  }

  it('reports keys that are there twice, and keeps the last', () => {
    const { value, duplicates } = parseJson('{"a":1,"s":{"b":1,"b":2},"a":3}');
    assert.deepEqual(value, { a: 3, s: { b: 2 } });
    assert.deepEqual(duplicates, ['s.b', 'a']);
  });

  it('tells 1.0 and 1e2 from integers, and prints them alike', () => {
    const { value } = parseJson('{"i":1,"f":1.0,"e":1e2,"h":0.5}');
    assert.deepEqual(value, { i: 1, f: new WholeFloat(1), e: new WholeFloat(100), h: 0.5 });
    assert.equal(goText(value), '{"e":100,"f":1,"h":0.5,"i":1}');
  });

  it('prints keys sorted, and escapes what HTML and JavaScript could trip over', () => {
    assert.equal(
      goText({ b: '<a> & "b"\u2028é', a: [null, true] }),
      String.raw`{"a":[null,true],"b":"\u003ca\u003e \u0026 \"b\"\u2028é"}`,
    );
  });
});
