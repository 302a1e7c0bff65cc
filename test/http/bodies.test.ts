import assert from 'node:assert/strict';
import request from 'supertest';
import type { ErrorCode } from '../../hooks/http/errors.ts';
import { assertRefused } from './refusals.ts';
import { SYNC, toyApp, toyParent, toyRequest } from './toy.ts';

async function posted(body: Buffer | string, path: string = SYNC): Promise<request.Response> {
  const post = request(toyApp()).post(path).set('Content-Type', 'application/json');
  post.write(body);
  return post;
}

function withSpec(spec: string): string {
  return JSON.stringify(toyRequest({ parent: toyParent({ spec: 'HERE' }) })).replace('"HERE"', spec);
}

describe('bodies', () => {
  it('B03 refuses an empty body', async () => {
    const answer = await request(toyApp()).post(SYNC).set('Content-Type', 'application/json').send('');
    assertRefused(answer, 'BodyEmpty');
  });

  const broken: readonly (readonly [sentence: string, body: string, where: string])[] = [
    ['text that is no JSON', 'hello', 'line 1, column 1: expected value'],
    ['a truncated object', '{"parent": {"a": [1, 2', 'line 1, column 23: expected , or ], found the end'],
    ['data behind the object', '{} {}', 'line 1, column 4: expected nothing more'],
    ['a missing colon on the third line', '{\n"a": 1,\n"b" 2}', 'line 3, column 5: expected :'],
    ['a comma before the end', '{"a": 1,}', 'line 1, column 9: expected key'],
    ['single quotes', "{'a': 1}", 'line 1, column 2: expected first key or }'],
    ['an unknown escape', '{"a": "\\x"}', 'line 1, column 8: expected an escape sequence'],
    ['a line break inside a string', '{"a": "b\nc"}', 'line 1, column 9: expected an escaped control character'],
    ['a string without end', '{"a": "b', 'line 1, column 9: expected ", found the end'],
    ['a number with a leading zero', '{"a": 01}', 'line 1, column 8: expected , or }'],
    ['NaN', '{"a": NaN}', 'line 1, column 7: expected value'],
  ];
  for (const [sentence, body, where] of broken) {
    it(`B04 refuses ${sentence} and says where, without quoting it`, async () => {
      const answer = await posted(body);
      assertRefused(answer, 'BodyNotJson', where);
    });
  }

  for (const body of ['null', '[]', '[{}]', '1', '"text"', 'true']) {
    it(`B05 refuses ${body}, which is JSON and no object`, async () => {
      assertRefused(await posted(body), 'BodyNotObject');
    });
  }

  it('B07 refuses a body over the limit by its announced length, and by its bytes when none is announced', async () => {
    const large = withSpec(JSON.stringify('x'.repeat(2 << 20)));
    const announced = await request(toyApp()).post(SYNC).set('Content-Type', 'application/json').send(large);
    assertRefused(announced, 'BodyTooLarge', '1048576 bytes');
    assertRefused(await posted(large), 'BodyTooLarge', '1048576 bytes');
  });

  const bytes: readonly (readonly [sentence: string, body: Buffer, code: ErrorCode])[] = [
    ['a byte that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'BodyNotUtf8'],
    ['an overlong encoding', Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]), 'BodyNotUtf8'],
    ['a byte order mark', Buffer.from('\ufeff{}'), 'BodyNotJson'],
    ['UTF-16', Buffer.from('{}', 'utf16le'), 'BodyNotJson'],
    ['a NUL between tokens', Buffer.from('{\0}'), 'BodyNotJson'],
  ];
  for (const [sentence, body, code] of bytes) {
    it(`B09 refuses ${sentence}`, async () => {
      assertRefused(await posted(body), code);
    });
  }

  it('B09 keeps escaped NUL and lone surrogates as they came', async () => {
    const answer = await posted(withSpec(String.raw`{"nul":"a\u0000b","half":"\ud800","emoji":"🧸"}`)).then(
      (one) => one.text,
    );
    assert.ok(answer.includes(String.raw`{"nul":"a\u0000b","half":"\ud800","emoji":"🧸"}`), answer);
  });

  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    it(`B10 refuses a nesting of 100,000 times ${open} without a stack overflow`, async () => {
      const depth = 100_000;
      assertRefused(await posted(withSpec(`${open.repeat(depth)}1${close.repeat(depth)}`)), 'BodyTooDeep');
      assertRefused(await posted(open.repeat(depth)), 'BodyNotJson');
    });
  }

  it('B11 treats __proto__, constructor and prototype as data', async () => {
    const spec = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"prototype":1}';
    const answer = await posted(withSpec(spec));
    assert.equal(answer.status, 200);
    assert.ok(answer.text.includes(spec));
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    for (const group of ['__proto__', 'constructor']) {
      const children = `{"Job.batch/v1":{},"${group}":{"demo/x":{}}}`;
      const body = JSON.stringify(toyRequest({ children: 'HERE' })).replace('"HERE"', children);
      assertRefused(await posted(body), 'ObjectMalformed');
    }
  });

  it('B12 takes the last of duplicate keys, whole', async () => {
    const answer = await posted(withSpec('{"a":{"b":1},"a":{"c":2}}'));
    assert.deepEqual((answer.body as { status: { spec: unknown } }).status.spec, { a: { c: 2 } });
  });

  it('B13 refuses a number that overflows, where it stands, and keeps every other number', async () => {
    assertRefused(await posted(withSpec('{"a":[1,{"b/c":1e400}]}')), 'NumberOutOfRange', '/parent/spec/a/1/b~1c');
    assertRefused(await posted(withSpec('{"a":-1e400}')), 'NumberOutOfRange', '/parent/spec/a');
    const kept = await posted(withSpec('{"minusZero":-0,"beyond":9007199254740993,"half":1.5}'));
    assert.equal(kept.status, 200);
    assert.doesNotMatch(kept.text, /null|NaN|Infinity/);
  });

  it('B27 ignores unknown fields beside those of the contract', async () => {
    const answer = await posted(JSON.stringify(toyRequest({ future: { field: 1 }, extra: null })));
    assert.equal(answer.status, 200);
    assert.equal(answer.text.includes('future'), false);
  });
});
