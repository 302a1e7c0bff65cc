import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readonlyTypes } from '../../crds/readonly-types.ts';
import { resolved } from '../../crds/source.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('Fragments of schemas', () => {
  const fragments = {
    Named: { type: 'object', description: 'A name.', properties: { name: { type: 'string' } } },
    Sized: { type: 'object', properties: { size: { $ref: 'Size' } }, required: ['size'] },
    Size: { type: 'string', 'x-typescript': 'Size', 'x-kubernetes-validations': [{ rule: 'a', message: 'A.' }] },
  };

  it('stand in place of a reference, with what the reference says itself on top', () => {
    assert.deepEqual(resolved({ $ref: 'Named', description: 'Ours.' }, fragments), {
      ...fragments.Named,
      description: 'Ours.',
    });
  });

  it('add their properties, and nothing else, where they are included', () => {
    const own = { type: 'object', $include: ['Named', 'Sized'], properties: { age: { type: 'integer' } } };
    const schema = resolved(own, fragments);
    assert.deepEqual(Object.keys(schema.properties ?? {}), ['name', 'size', 'age']);
    assert.equal(schema.required, undefined);
  });

  it('keep their rules beside those of the reference', () => {
    const schema = resolved({ $ref: 'Size', 'x-kubernetes-validations': [{ rule: 'b', message: 'B.' }] }, fragments);
    assert.deepEqual(schema['x-kubernetes-validations'], [
      { rule: 'a', message: 'A.' },
      { rule: 'b', message: 'B.' },
    ]);
    assert.equal('x-typescript' in schema, false);
  });

  it('must exist', () => {
    assert.throws(
      () => resolved({ $ref: 'Nmaed' }, fragments),
      /no fragment Nmaed; declare it in crds\/source\/fragments/,
    );
  });

  it('may not hold a word that Kubernetes does not know, as an unquoted comma makes', () => {
    const schema = { type: 'string', description: 'Left out', 'nothing happens': null };
    assert.throws(() => resolved(schema, {}), /"nothing happens" is no keyword \(near "Left out"\): quote text/);
  });
});

describe('Types made from schemas', () => {
  it('are readonly in every depth', () => {
    const text = 'export interface A {\n/** Why. */\nb?: { c: string[] }[]; d: (1 | 2)[]; [k: string]: unknown }';
    assert.equal(
      readonlyTypes(text).replace(/\s+/g, ' ').trim(),
      'export interface A { /** Why. */ readonly b?: readonly { readonly c: readonly string[]; }[]; readonly d: readonly (1 | 2)[]; readonly [k: string]: unknown; }',
    );
  });
});

describe('crds/generate.ts --check', () => {
  it('ends with 1 and names the files when the source says something else', () => {
    const copy = mkdtempSync(join(tmpdir(), 'metastash-crds-'));
    try {
      for (const folder of ['crds', 'hooks/generated', 'docs']) {
        cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
      }
      cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
      symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
      const file = join(copy, 'crds/source/kinds/repository.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace('shortNames: [repo]', 'shortNames: [rp]'));
      const run = spawnSync(process.execPath, ['--import=tsx', 'crds/generate.ts', '--check'], {
        cwd: copy,
        encoding: 'utf8',
      });
      assert.equal(run.status, 1, run.stderr);
      assert.match(
        run.stdout,
        /crds\/storage\.kubestash\.com_repositories\.yaml differs from crds\/source: run make generate/,
      );
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
