/** What every refusal must look like, whatever was wrong. */
import assert from 'node:assert/strict';
import type { ErrorCode } from '../../hooks/http/errors.ts';
import { CATALOGUE } from '../../hooks/http/errors.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One sentence of the catalogue and a request id as JSON, the catalogue's status, and no stack, path or HTML. */
export function assertRefused(answer: Answer, code: ErrorCode, where?: string): void {
  assert.equal(
    answer.text.startsWith(`{"error":"${code}: `),
    true,
    `expected ${code}, got ${answer.status} ${answer.text}`,
  );
  assert.equal(answer.status, CATALOGUE[code].status);
  const { error, requestId, ...rest } = JSON.parse(answer.text) as Record<string, string>;
  assert.deepEqual(rest, {});
  assert.match(requestId ?? '', /^[\w.-]{1,64}$/);
  assert.match(error ?? '', /^\w+: [^\n]+\.$/);
  assert.doesNotMatch(answer.text, /\bat .*\.(ts|js):\d|<html|node_modules/i);
  if (where !== undefined) assert.ok(error?.includes(`(${where}`), `'${error}' should name ${where}`);
}
