import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Kustomization {
  readonly kind: string;
  readonly [field: string]: unknown;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

function read(path: string): Kustomization {
  return parse(readFileSync(path, 'utf8')) as Kustomization;
}

function listed(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

const kustomizations = [
  ...['crds', 'metacontroller', 'catalog'].map((folder) => join(ROOT, folder, 'Kustomization')),
  ...filesBelow(join(ROOT, 'kustomize')).filter((path) => path.endsWith('/kustomization.yaml')),
];

describe('kustomize folders', () => {
  for (const folder of ['crds', 'metacontroller', 'catalog']) {
    it(`${folder}/Kustomization lists every manifest beside it`, () => {
      const manifests = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.yaml'));
      assert.deepEqual(listed(read(join(ROOT, folder, 'Kustomization')).resources), manifests.sort());
    });
  }

  it('use no field that kustomize has deprecated', () => {
    const deprecated = ['bases', 'vars', 'commonLabels', 'patchesStrategicMerge', 'patchesJson6902', 'imageTags'];
    for (const path of kustomizations) {
      const used = Object.keys(read(path)).filter((field) => deprecated.includes(field));
      assert.deepEqual(used, [], relative(ROOT, path));
    }
  });

  it('name only files and folders that exist', () => {
    for (const path of kustomizations) {
      const { resources, components, transformers, configurations, patches } = read(path);
      const patchFiles = Array.isArray(patches) ? patches.map((one: { path?: string }) => one.path ?? '') : [];
      const named = [resources, components, transformers, configurations, patchFiles].flatMap(listed);
      for (const name of named.filter((one) => one !== '')) {
        assert.doesNotThrow(() => statSync(join(path, '..', name)), `${relative(ROOT, path)}: ${name}`);
      }
    }
  });

  it('leave nothing lying about that no kustomization names', () => {
    const named = new Set(
      kustomizations.flatMap((path) => {
        const { resources, transformers, configurations, patches } = read(path);
        const patchFiles = Array.isArray(patches) ? patches.map((one: { path?: string }) => one.path ?? '') : [];
        return [resources, transformers, configurations, patchFiles]
          .flatMap(listed)
          .map((name) => join(path, '..', name));
      }),
    );
    const yaml = filesBelow(join(ROOT, 'kustomize')).filter((path) => path.endsWith('.yaml'));
    const orphans = yaml.filter((path) => !path.endsWith('/kustomization.yaml') && !named.has(path));
    assert.deepEqual(
      orphans.map((path) => relative(ROOT, path)),
      [],
    );
  });
});
