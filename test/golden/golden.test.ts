import assert from 'node:assert/strict';
import { decode } from '../../hooks/http/decode.ts';
import { frozenJson } from '../../hooks/http/json.ts';
import { ROUTES } from '../../hooks/routes.ts';
import { answerOf, bodyOf } from './answers.ts';
import { caseIds, goldenCase, goldenResponse } from './cases.ts';

describe('golden answers', () => {
  for (const id of caseIds()) {
    it(id, async () => {
      const golden = goldenCase(id);
      const expected = goldenResponse(id);
      assert.notEqual(expected, undefined, `no response.yaml: run npx tsx test/golden/write.ts ${id} and read it`);
      const answer = answerOf(golden);
      assert.deepEqual(JSON.parse(answer), expected, golden.reason);
      assert.equal(answerOf(goldenCase(id)), answer, 'a second call must give the same bytes');
    });
  }

  it('come from requests that the service takes, which no hook changes', () => {
    for (const golden of caseIds().map(goldenCase)) {
      const row = ROUTES.find((one) => one.kind === golden.kind);
      assert.ok(row, `${golden.id}: no such row in hooks/routes.ts`);
      const decoded = decode(frozenJson(bodyOf(golden)), row, golden.hook);
      assert.deepEqual(decoded.notes, [], golden.id);
      const before = JSON.stringify(decoded.request);
      row.hooks[decoded.hook]?.(decoded.request, golden.now);
      assert.equal(JSON.stringify(decoded.request), before, golden.id);
    }
  });

  it('exist for every hook of the table', () => {
    const covered = new Set(caseIds().map((id) => `${goldenCase(id).kind}/${goldenCase(id).hook}`));
    const hooks = ROUTES.flatMap((row) => Object.keys(row.hooks).map((hook) => `${row.kind}/${hook}`));
    assert.deepEqual(
      hooks.filter((hook) => !covered.has(hook)),
      [],
    );
  });
});
