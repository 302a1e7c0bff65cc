import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { IMAGES } from '../../mover/tools/images/images.ts';
import type { Descriptor } from '../../mover/tools/images/layout.ts';
import { sha256OfFile } from '../../mover/tools/images/layout.ts';
import { assembled, assembleInto, blobOf, fileOf, imageOf, REVISION, textOf, VERSION } from './assembled.ts';

interface Container {
  readonly image: string;
  readonly ports: readonly { readonly containerPort: number }[];
}

describe('the archives of the images', function () {
  this.timeout(180_000);
  for (const image of IMAGES) {
    it(`${image}: every blob is named by what it holds, and nothing is missing or left over`, () => {
      const names = execFileSync('tar', ['-tf', join(assembled(), `${image}.tar`)], { encoding: 'utf8' });
      const blobs = names.split('\n').filter((name) => /^blobs\/sha256\/./.test(name));
      const { manifests } = JSON.parse(fileOf(image, 'index.json').toString()) as { manifests: readonly Descriptor[] };
      const { manifest, config } = imageOf(image);
      const described = [...manifests, manifest.config, ...manifest.layers];
      for (const descriptor of described) {
        const bytes = blobOf(image, descriptor);
        assert.equal(`sha256:${createHash('sha256').update(bytes).digest('hex')}`, descriptor.digest);
        assert.equal(bytes.length, descriptor.size);
      }
      assert.deepEqual(blobs.sort(), described.map(({ digest }) => `blobs/sha256/${digest.slice(7)}`).sort());
      assert.deepEqual(
        config.rootfs.diff_ids,
        manifest.layers.map(({ digest }) => digest),
      );
      assert.deepEqual(JSON.parse(fileOf(image, 'oci-layout').toString()), { imageLayoutVersion: '1.0.0' });
    });

    it(`${image}: says who it runs as, what it starts and what it is, in the words of its Containerfile`, () => {
      const { config, manifest } = imageOf(image);
      const file = textOf(`${image}/Containerfile`);
      const last = file.slice(file.lastIndexOf('\nFROM '));
      assert.match(last, new RegExp(`^USER ${config.config.User}$`, 'm'));
      assert.match(last, new RegExp(`^ENTRYPOINT \\["${config.config.Entrypoint.join('", "')}"\\]$`, 'm'));
      const labels = [...last.matchAll(/(org\.opencontainers\.image\.\w+)="([^"]*)"/g)].map((found) => [
        found[1],
        found[2]?.replace('${VERSION}', VERSION).replace('${REVISION}', REVISION),
      ]);
      assert.deepEqual(Object.entries(config.config.Labels), labels);
      assert.ok(labels.length >= 6);
      assert.deepEqual(manifest.annotations, config.config.Labels);
      const environment = /^ENV (.*)$/m.exec(last)?.[1]?.split(' ') ?? [];
      assert.deepEqual(config.config.Env.slice(-environment.length), environment);
      const ports = [...last.matchAll(/^EXPOSE (\d+)$/gm)].map((found) => `${found[1]}/tcp`);
      assert.deepEqual(Object.keys(config.config.ExposedPorts), ports);
    });

    it(`${image}: never runs as root, whatever a Pod says or does not say`, () => {
      assert.equal(imageOf(image).config.config.User, '65532:65532');
    });
  }

  it('have the version of package.json and the names that the manifests use', () => {
    const { version } = JSON.parse(textOf('package.json')) as { readonly version: string };
    assert.equal(VERSION, `v${version}`);
    for (const image of IMAGES)
      assert.match(textOf(`${image}/Containerfile`), new RegExp(`^ARG VERSION=${VERSION}$`, 'm'));
    const deployment = parseAllDocuments(textOf('kustomize/base/hooks.yaml'))
      .map((one) => one.toJS() as { kind: string; spec: { template: { spec: { containers: Container[] } } } })
      .find(({ kind }) => kind === 'Deployment');
    const [container] = deployment?.spec.template.spec.containers ?? [];
    assert.equal(container?.image, `metastash/hooks:${VERSION}`);
    assert.deepEqual(
      container?.ports.map(({ containerPort }) => `${containerPort}/tcp`),
      Object.keys(imageOf('hooks').config.config.ExposedPorts),
    );
    const catalogue = execFileSync('grep', ['-rhoE', 'image: metastash/.*', 'catalog'], { encoding: 'utf8' });
    assert.deepEqual([...new Set(catalogue.trim().split('\n'))], [`image: metastash/mover:${VERSION}`]);
  });

  it('are the same bytes when they are assembled again, and share the layer with Node', () => {
    const folder = mkdtempSync(join(tmpdir(), 'metastash-images-again-'));
    try {
      assembleInto(folder);
      for (const image of IMAGES) {
        for (const suffix of ['tar', 'cdx.json'])
          assert.equal(
            sha256OfFile(join(folder, `${image}.${suffix}`)),
            sha256OfFile(join(assembled(), `${image}.${suffix}`)),
          );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.deepEqual(imageOf('hooks').manifest.layers[0], imageOf('mover').manifest.layers[0]);
  });
});
