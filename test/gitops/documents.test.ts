import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { validatorOf, type KindName } from '../../hooks/generated/validate.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DOCUMENTS = ['docs/gitops.md', 'docs/install.md', 'docs/uninstall.md'];

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly annotations?: Readonly<Record<string, string>> };
}

interface Block {
  readonly document: string;
  readonly line: number;
  readonly text: string;
}

function blocksOf(document: string, language: string): readonly Block[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((found) => ({
    document,
    line: text.slice(0, found.index).split('\n').length + 1,
    text: found[1] ?? '',
  }));
}

const yaml = DOCUMENTS.flatMap((document) => blocksOf(document, 'yaml'));

describe('manifests in the manual', () => {
  for (const { document, line, text } of yaml) {
    it(`${document}:${line} is YAML, and what is of our kinds in it is valid`, async () => {
      for (const part of parseAllDocuments(text, { strict: true })) {
        assert.deepEqual(part.errors, []);
        const manifest = part.toJS() as Manifest;
        assert.ok(manifest.apiVersion && manifest.kind);
        if (!/^(core|storage|addons)\.kubestash\.com\//.test(manifest.apiVersion)) continue;
        assert.deepEqual((await validatorOf(manifest.kind as KindName))(manifest), [], manifest.metadata?.name);
      }
    });
  }

  it('name only folders of this repository that exist', () => {
    const text = DOCUMENTS.map((document) => readFileSync(join(ROOT, document), 'utf8')).join('\n');
    const named = [...text.matchAll(/(?:metastash\/metastash\/\/|`|-k |\.\/)(kustomize\/[a-z/.-]+)/g)].map(
      (one) => one[1] ?? '',
    );
    assert.ok(named.length > 8);
    for (const path of named) assert.doesNotThrow(() => statSync(join(ROOT, path)), path);
  });

  it('keep Flux from substituting in Functions, in the manual and in the catalogue', () => {
    const functions = yaml
      .flatMap(({ text }) => parseAllDocuments(text).map((part) => part.toJS() as Manifest))
      .filter(({ kind }) => kind === 'Function');
    assert.ok(functions.length > 0);
    for (const { metadata } of functions) {
      assert.equal(metadata?.annotations?.['kustomize.toolkit.fluxcd.io/substitute'], 'disabled', metadata?.name);
    }
  });
});
