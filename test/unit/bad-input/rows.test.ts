/**
 * Every row of the bad-input catalogue (faults.md §6) is named by a test that runs: in the title of a case, or in the row of a table
 * from which titles are made. What the service, the mover or a hook answers is asserted there, word for word.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TESTS = join(import.meta.dirname, '../..');
const FOLDERS = ['http', 'unit', 'world', 'mover'];
const ROWS = Array.from({ length: 78 }, (_, index) => `B${String(index + 1).padStart(2, '0')}`);

/** Lines of tests and their tables without comments: a row that is only spoken of proves nothing. */
function lines(): readonly string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(TESTS, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|yaml)$/.test(name) && !name.endsWith('rows.test.ts'))
      .flatMap((name) => readFileSync(join(TESTS, folder, name), 'utf8').split('\n')),
  ).filter((line) => !/^\s*(\*|\/\/|\/\*|#)/.test(line));
}

describe('the bad-input catalogue', () => {
  it('has a case for each of its rows, B01 to B78', () => {
    const named = new Set(lines().flatMap((line) => line.match(/\bB\d\d\b/g) ?? []));
    assert.deepEqual(
      ROWS.filter((row) => !named.has(row)),
      [],
    );
    assert.deepEqual(
      [...named].filter((row) => !ROWS.includes(row)),
      [],
    );
  });
});
