/** docs/architecture.md names every file of the folders that kinds are composed of, and nothing that they have not. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['domain', 'kube', 'jobs'];
const [, TABLE = ''] = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8').split('\n## Building blocks\n');

interface Row {
  readonly files: readonly string[];
  readonly names: readonly string[];
}

/** A file stands with its folder, or in the folder of the one before it. */
function rows(): readonly Row[] {
  const cells = TABLE.split('\n').flatMap((line) => /^\| (`.+?`) +\| (.+?) +\|$/.exec(line)?.slice(1, 3) ?? []);
  return Array.from({ length: cells.length / 2 }, (_, index) => {
    let folder = '';
    const files = [...(cells[2 * index] ?? '').matchAll(/`([^`]+)`/g)].map(([, file = '']) => {
      folder = file.includes('/') ? file.slice(0, file.indexOf('/')) : folder;
      return file.includes('/') ? file : `${folder}/${file}`;
    });
    const names = [...(cells[2 * index + 1] ?? '').matchAll(/`([A-Za-z_]+)(?:\([^`]*)?`/g)].map(
      ([, name = '']) => name,
    );
    return { files, names };
  });
}

describe('the table of building blocks in docs/architecture.md', () => {
  it('names every file of the three folders, and only files that there are', () => {
    const there = FOLDERS.flatMap((folder) =>
      readdirSync(join(ROOT, 'hooks', folder)).map((name) => `${folder}/${name}`),
    );
    assert.deepEqual([...new Set(rows().flatMap(({ files }) => files))].sort(), there.sort());
  });

  it('names only what the files of its row export', () => {
    const wrong = rows().flatMap(({ files, names }) => {
      const text = files.map((file) => readFileSync(join(ROOT, 'hooks', file), 'utf8')).join('\n');
      const exported = (name: string): boolean =>
        new RegExp(`^export (?:type|interface|const|function) ${name}\\b`, 'm').test(text);
      return names.filter((name) => !exported(name)).map((name) => `${name} is not in ${files.join(', ')}`);
    });
    assert.deepEqual(wrong, []);
  });
});
