/** docs/architecture.md names every file of the folders that kinds are composed of, the line that decides each phase, and nothing else. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES } from '../../hooks/routes.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['domain', 'kube', 'jobs'];
const MANUAL = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const [, TABLE = ''] = MANUAL.split('\n## Building blocks\n');

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

describe('the way to the line that decides a phase', () => {
  const kinds = ROUTES.filter(({ controllerKind }) => controllerKind === 'CompositeController');

  for (const { kind, parent } of kinds) {
    it(`is the same for a ${parent.kind} as for every kind`, () => {
      const folder = join(ROOT, 'hooks/kinds', kind);
      for (const name of ['sync', 'customize', 'observe', 'conditions', 'status', 'phase'])
        assert.ok(existsSync(join(folder, `${name}.ts`)), `${kind} has no ${name}.ts`);
      const row = new RegExp(`^\\| ${parent.kind} +\\| \`hooks/kinds/${kind}/phase\\.ts\`, \`(\\w+)\``, 'm').exec(
        MANUAL,
      );
      assert.ok(row, `docs/architecture.md does not say where the phase of a ${parent.kind} is decided`);
      const text = readFileSync(join(folder, 'phase.ts'), 'utf8');
      assert.match(text, new RegExp(`^export function ${row[1]}\\(`, 'm'));
    });
  }
});
