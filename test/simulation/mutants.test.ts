/** Planted bugs are replacements of source text: one whose text has gone would be caught by nobody, or by its own failure. */
import { equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTANTS } from '../../sandbox/simulation/mutants.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('planted bugs', () => {
  it('are those of the catalogue, each once', () => {
    const ids = MUTANTS.map(({ id }) => id);
    equal(new Set(ids).size, ids.length);
    equal(ids.length, 14);
  });

  for (const { id, title, breaks, patches } of MUTANTS) {
    it(`${id}, ${title}: finds each place in the source once, and changes it`, () => {
      ok(breaks.length > 0 && patches.length > 0);
      for (const { file, find, replace } of patches) {
        const places = readFileSync(join(ROOT, file), 'utf8').split(find).length - 1;
        equal(places, 1, `${file} has this ${places} times: ${find}`);
        ok(find !== replace);
      }
    });
  }
});
