import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments, stringify } from 'yaml';
import { crdManifests } from '../crds/api-server.ts';
import { built, builtFrom, KUSTOMIZE, objectOf, type Built } from './builds.ts';

/** `METASTASH_WRITE=1` rewrites the golden files; review the difference like code. */
const GOLDEN = fileURLToPath(new URL('../../kustomize/golden/', import.meta.url));
const OURS = new Set(crdManifests().map((crd) => crd.metadata.name));
const OVERLAYS = ['default', 'dev', 'ha', 'secure'];

interface Webhook {
  readonly webhook: {
    readonly service: { readonly namespace: string; readonly protocol?: string; readonly port?: number };
  };
}
interface ControllerSpec {
  readonly hooks: Readonly<Record<string, Webhook>>;
  readonly endpointConfigs?: readonly { readonly host: string }[];
}

function compareWithGolden(name: string, objects: readonly Built[]): void {
  const path = join(GOLDEN, `${name}.yaml`);
  const rest = objects.filter((one) => !OURS.has(one.metadata.name));
  if (process.env.METASTASH_WRITE) {
    writeFileSync(
      path,
      rest.map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n'),
    );
  }
  assert.ok(existsSync(path), `no ${path}: METASTASH_WRITE=1 makes it`);
  const golden = parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as unknown);
  assert.deepEqual(rest, golden);
}

function controllersOf(objects: readonly Built[]): readonly ControllerSpec[] {
  return objects
    .filter((one) => one.apiVersion.startsWith('metacontroller.k8s.io/'))
    .map((one) => one.spec as ControllerSpec);
}

describe('overlays', () => {
  for (const overlay of OVERLAYS) {
    it(`${overlay} builds to its golden file`, async () => {
      compareWithGolden(overlay, await built(join(KUSTOMIZE, 'overlays', overlay)));
    });

    it(`${overlay} holds our definitions unchanged but for a label`, async () => {
      const objects = await built(join(KUSTOMIZE, 'overlays', overlay));
      for (const crd of crdManifests()) {
        const labels = { ...(crd.metadata.labels as object | undefined), 'app.kubernetes.io/part-of': 'metastash' };
        const expected = { ...crd, metadata: { ...crd.metadata, labels } };
        assert.deepEqual(objectOf(objects, crd.kind, crd.metadata.name), expected);
      }
    });
  }

  for (const [overlay, protocol, port] of [
    ['dev', undefined, undefined],
    ['default', 'https', 443],
    ['ha', 'https', 443],
    ['secure', 'https', 443],
  ] as const) {
    it(`${overlay} has every hook called over ${protocol ?? 'plain HTTP'}`, async () => {
      const controllers = controllersOf(await built(join(KUSTOMIZE, 'overlays', overlay)));
      assert.ok(controllers.length >= 9);
      for (const { hooks, endpointConfigs } of controllers) {
        for (const [name, { webhook }] of Object.entries(hooks)) {
          assert.deepEqual([webhook.service.protocol, webhook.service.port], [protocol, port], name);
        }
        assert.equal(endpointConfigs?.[0]?.host, protocol && 'metastash-hooks.metastash');
      }
    });
  }

  it('are scraped by what fits them', async () => {
    const plain = await builtFrom({ resources: ['@/overlays/dev'], components: ['@/components/monitoring'] });
    const tls = await builtFrom({ resources: ['@/overlays/default'], components: ['@/components/monitoring-tls'] });
    const foreign = (objects: readonly Built[]): readonly Built[] =>
      objects.filter((one) => one.apiVersion.startsWith('monitoring.'));
    compareWithGolden('monitoring', foreign(plain));
    compareWithGolden('monitoring-tls', foreign(tls));
  });

  it('move whole to another namespace', async () => {
    const objects = await builtFrom({
      namespace: 'elsewhere',
      resources: ['@/overlays/secure'],
      components: ['@/components/monitoring-tls'],
      transformers: ['@/config/namespace'],
    });
    const text = JSON.stringify(objects.filter((one) => !OURS.has(one.metadata.name)));
    assert.deepEqual(text.match(/"namespace":"(?!elsewhere)[^"]*"|[^"]*\.metastash(?:\.svc)?"/g) ?? [], []);
    assert.equal(objectOf(objects, 'Namespace', 'elsewhere').kind, 'Namespace');
    for (const kind of ['CompositeController', 'DecoratorController', 'Addon', 'Function']) {
      const placed = objects.filter((one) => one.kind === kind && one.metadata.namespace !== undefined);
      assert.deepEqual(placed, [], `${kind} is cluster-scoped`);
    }
  });
});
