import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { CATALOGUE, HookError, pointer, type ErrorCode } from '../../hooks/http/errors.ts';

const SOURCES = new URL('../../hooks/', import.meta.url);
const MANUAL = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

describe('the error catalogue', () => {
  it('is listed in docs/errors.md whole, in its words, and the manual lists no dead code', () => {
    const [ofRequests = ''] = MANUAL.split('\n## Reasons in statuses\n');
    const rows = ofRequests.split('\n').filter((line) => line.startsWith('| `'));
    const expected = Object.entries(CATALOGUE).map(
      ([code, { status, sentence, hint }]) => `| \`${code}\` | ${status} | ${sentence} | ${hint} |`,
    );
    assert.deepEqual(rows, expected);
  });

  it('answers as faults.md §6 says: B01 405, B02 404, B06 415, B07 413, B08 415, B16 429, B22 503, B28 401 and 403, B29 431, B14 408, else 400', () => {
    const others: Readonly<Record<string, number>> = {
      ...{ RouteUnknown: 404, MethodNotAllowed: 405, MediaTypeUnsupported: 415, ContentEncodingUnsupported: 415 },
      ...{ BodyTooLarge: 413, RelatedMissing: 503, Busy: 429, HeadersTooLarge: 431, RequestTooSlow: 408 },
      ...{ TokenMissing: 401, ClientCertificateMissing: 401, TokenWrong: 403, HookFailed: 500, AnswerInvalid: 500 },
    };
    for (const [code, { status }] of Object.entries(CATALOGUE)) assert.equal(status, others[code] ?? 400, code);
  });

  it('holds no code that the service never uses', () => {
    const sources = readdirSync(new URL('http/', SOURCES))
      .filter((name) => name !== 'errors.ts')
      .map((name) => readFileSync(new URL(`http/${name}`, SOURCES), 'utf8'))
      .concat(readFileSync(new URL('app.ts', SOURCES), 'utf8'))
      .join('\n');
    assert.deepEqual(
      Object.keys(CATALOGUE).filter((code) => !sources.includes(`'${code}'`)),
      [],
    );
  });

  for (const [code, { sentence, hint }] of Object.entries(CATALOGUE)) {
    it(`says under ${code} what was wrong and what to do, in whole sentences`, () => {
      assert.match(sentence, /^[A-Z?r][^\n|]*[^.!?]$|^related|^finalizing/);
      assert.match(hint, /^[A-Z][^\n|]*\.$/);
      assert.match(new HookError(code as ErrorCode, '/x').message, new RegExp(`^${code}: .* \\(/x\\)\\. `));
    });
  }

  it('writes JSON pointers as RFC 6901 has them, and cuts keys that are no names', () => {
    assert.equal(pointer('a/b', 'c~d', 0), '/a~1b/c~0d/0');
    assert.equal(pointer('x'.repeat(5000)).length, 121);
  });
});
