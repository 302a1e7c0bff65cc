import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { built, KUSTOMIZE, type Built } from './builds.ts';
import { definitionsAreServed } from '../../e2e/kubectl.ts';

/** Kinds of other projects, which a bare API server does not know: what they mean is theirs, so they are only built here. */
const FOREIGN = ['cert-manager.io/', 'monitoring.coreos.com/'];

async function kubectl(...args: readonly string[]): Promise<string> {
  return (await execa('kubectl', [...args])).stdout;
}

/** Applies objects through a file; gives kubectl's words on each. */
async function apply(objects: readonly Built[], ...flags: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'metastash-apply-'));
  try {
    const file = join(folder, 'objects.yaml');
    writeFileSync(file, objects.map((one) => stringify(one)).join('---\n'));
    return (await kubectl('apply', '--server-side', '-f', file, ...flags)).split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function resourceVersions(objects: readonly Built[]): Promise<readonly string[]> {
  const lines = objects.map(({ apiVersion, kind, metadata }) => {
    const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const type = group === '' ? kind : `${kind}.${version}.${group}`;
    const namespace = metadata.namespace === undefined ? [] : ['-n', metadata.namespace];
    return kubectl(
      'get',
      type,
      metadata.name,
      ...namespace,
      '-o',
      'jsonpath={.kind}/{.metadata.name} {.metadata.resourceVersion}',
    );
  });
  return Promise.all(lines);
}

describe('an install on a real API server', () => {
  before(async () => {
    await kubectl('apply', '--server-side', '--force-conflicts', '-k', join(KUSTOMIZE, 'crds'));
    await definitionsAreServed();
  });

  after(async () => {
    // The definitions stay: other suites of this run use them.
    const objects = (await built(join(KUSTOMIZE, 'overlays/dev'))).filter(
      (one) => one.kind !== 'CustomResourceDefinition',
    );
    const folder = mkdtempSync(join(tmpdir(), 'metastash-apply-'));
    writeFileSync(join(folder, 'objects.yaml'), objects.map((one) => stringify(one)).join('---\n'));
    await kubectl('delete', '--ignore-not-found', '--wait=false', '-f', join(folder, 'objects.yaml'));
    rmSync(folder, { recursive: true, force: true });
  });

  it('is one command after the definitions, and a second time changes nothing', async () => {
    await kubectl('apply', '--server-side', '--force-conflicts', '-k', join(KUSTOMIZE, 'overlays/dev'));
    // The control plane itself writes statuses and owns conditions of these.
    const busy = [
      'Deployment',
      'StatefulSet',
      'Namespace',
      'PodDisruptionBudget',
      'CustomResourceDefinition',
      'ClusterRole',
    ];
    const objects = (await built(join(KUSTOMIZE, 'overlays/dev'))).filter((one) => !busy.includes(one.kind));
    const first = await resourceVersions(objects);
    await kubectl('apply', '--server-side', '-k', join(KUSTOMIZE, 'overlays/dev'));
    assert.deepEqual(await resourceVersions(objects), first);
    assert.equal(await kubectl('diff', '--server-side', '-k', join(KUSTOMIZE, 'overlays/dev')), '');
  });

  for (const overlay of ['default', 'ha', 'secure']) {
    it(`has every object of ${overlay} taken strictly`, async () => {
      const objects = (await built(join(KUSTOMIZE, 'overlays', overlay))).filter(
        (one) => !FOREIGN.some((group) => one.apiVersion.startsWith(group)),
      );
      // The namespace is there from the test before; a dry run makes none.
      const answers = await apply(objects, '--dry-run=server', '--validate=strict', '--force-conflicts');
      assert.equal(answers.length, objects.length);
    });
  }
});
