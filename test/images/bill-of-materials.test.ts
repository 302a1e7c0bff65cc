import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from '../../mover/tools/images/bill-of-materials.ts';
import { IMAGES, type ImageName } from '../../mover/tools/images/images.ts';
import { assembled, textOf } from './assembled.ts';

interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

function billOf(image: ImageName): Bill {
  return JSON.parse(readFileSync(join(assembled(), `${image}.cdx.json`), 'utf8')) as Bill;
}

describe('the bills of materials', function () {
  this.timeout(180_000);
  for (const image of IMAGES) {
    it(`${image}: name each part once, and with the version that the lockfile has`, () => {
      const { bomFormat, specVersion, components, dependencies, metadata } = billOf(image);
      assert.deepEqual([bomFormat, specVersion], ['CycloneDX', '1.6']);
      const refs = components.map((one) => one['bom-ref']);
      assert.deepEqual(refs, [...new Set(refs)].sort());
      assert.deepEqual(dependencies, [{ ref: metadata.component['bom-ref'], dependsOn: refs }]);
      const { packages } = JSON.parse(textOf('package-lock.json')) as {
        packages: Record<string, { version: string }>;
      };
      const npm = components.filter(({ purl }) => purl?.startsWith('pkg:npm/'));
      for (const { name, version, hashes, licenses } of npm) {
        const versions = Object.entries(packages)
          .filter(([place]) => place.endsWith(`node_modules/${name}`))
          .map(([, locked]) => locked.version);
        assert.ok(version !== undefined && versions.includes(version), `${name} ${version}`);
        assert.match(hashes?.[0]?.content ?? '', /^[0-9a-f]{128}$/, name);
        assert.ok(licenses, name);
      }
    });
  }

  it('say what is bundled, not what is installed', () => {
    const names = (image: ImageName): readonly string[] => billOf(image).components.map(({ name }) => name);
    for (const name of ['express', 'pino', 'prom-client', 'croner', 'node', 'openssl', 'libc.so.6'])
      assert.ok(names('hooks').includes(name), name);
    for (const name of ['mocha', 'typescript', 'esbuild', 'restic', '@aws-sdk/client-s3', '@kubernetes/client-node'])
      assert.ok(!names('hooks').includes(name), name);
    for (const name of ['restic', 'github.com/minio/minio-go/v7', '@aws-sdk/client-s3', '@kubernetes/client-node'])
      assert.ok(names('mover').includes(name), name);
  });

  it('name the programs by version and digest', () => {
    const programs = billOf('mover').components.filter(({ type }) => type === 'application');
    assert.deepEqual(
      programs.map(({ name }) => name),
      ['node', 'restic'],
    );
    assert.equal(programs[0]?.version, process.version.slice(1));
    assert.match(programs[1]?.version ?? '', /^0\.\d+\.\d+/);
    for (const { hashes } of programs) assert.match(hashes?.[0]?.content ?? '', /^[0-9a-f]{64}$/);
  });
});
