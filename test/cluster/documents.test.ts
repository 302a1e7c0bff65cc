/**
 * Every manifest of the manual, one block after the other, as a real API server judges it: a dry run by the server, strictly. What is
 * of kustomize is built, with the folders of this repository in place of its address.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { definitionsAreServed, kubectl } from '../e2e/kubectl.ts';
import { accepted, apiServer, applyCrds, type ApiServer, type KubernetesObject } from './crds/api-server.ts';
import { builtFrom } from './kustomize/builds.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OWN = /^(core|storage|addons)\.kubestash\.com\//;
/** Argo CD's and Flux's, whose definitions test/tools/gitops-definitions.sh brings. */
const FOREIGN = /^(argoproj\.io|[a-z]+\.toolkit\.fluxcd\.io)\//;
const KUSTOMIZE = /^kustomize\.config\.k8s\.io\//;
const REPOSITORY = /https:\/\/github\.com\/metastash\/metastash\/\/kustomize\/([a-z/-]+)\?ref=v[\d.]+/g;

type Manifest = KubernetesObject & {
  readonly metadata: { readonly generateName?: string };
  readonly [field: string]: unknown;
};

/** Of the manual's objects. */
const NAMESPACES = ['demo', 'argocd', 'flux-system'];

interface Block {
  readonly place: string;
  readonly manifests: readonly Manifest[];
}

const documents = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name))];
const blocks = documents.filter((name) => name.endsWith('.md')).flatMap(blocksOf);

describe('every manifest of the manual on a real API server', () => {
  let server: ApiServer;
  let definitions: readonly string[] = [];
  before(async () => {
    definitions = definitionsOfOthers().flatMap((file) => ['-f', file]);
    server = await apiServer();
    await applyCrds(server);
    for (const name of NAMESPACES)
      await server.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    kubectl(['apply', '--server-side', '--force-conflicts', ...definitions]);
    await definitionsAreServed();
  });
  after(() => {
    kubectl(['delete', '--ignore-not-found', '--timeout=60s', ...definitions]);
    kubectl(['delete', 'namespace', '--ignore-not-found', '--timeout=60s', ...NAMESPACES]);
  });

  it('is of a kind that is tested here', () => {
    const kinds = blocks.flatMap(({ manifests }) => manifests);
    assert.ok(kinds.length > 12);
    const others = kinds.filter(({ apiVersion }) => ![OWN, FOREIGN, KUSTOMIZE].some((one) => one.test(apiVersion)));
    assert.deepEqual(others, []);
  });

  for (const { place, manifests } of blocks) {
    for (const manifest of manifests.filter(({ apiVersion }) => !KUSTOMIZE.test(apiVersion))) {
      const name = manifest.metadata.name ?? manifest.metadata.generateName;
      it(`${place}: ${manifest.kind} ${name} is taken as it is`, async () => {
        const path = await collectionOf(server, manifest);
        assert.ok(path, 'the server has no definition of this kind');
        const answer = await server.send('POST', `${path}?dryRun=All&fieldValidation=Strict`, manifest);
        assert.ok('object' in answer, 'refusal' in answer ? answer.refusal : '');
      });
    }
  }

  for (const { place, manifests } of blocks) {
    for (const manifest of manifests.filter(({ apiVersion }) => KUSTOMIZE.test(apiVersion))) {
      it(`${place}: the Kustomization is built`, async () => {
        const text = JSON.stringify(manifest).replaceAll(REPOSITORY, '@/$1');
        const local = JSON.parse(text) as { readonly resources?: readonly string[] };
        const files = { 'others.yaml': othersOf(manifest) };
        const resources = local.resources?.map((one) => (one.startsWith('@/') ? one : 'others.yaml'));
        assert.ok((await builtFrom({ ...local, resources }, files)).length > 0);
      });
    }
  }
});

/** Files of CustomResourceDefinitions. */
function definitionsOfOthers(): readonly string[] {
  const said = execFileSync(join(ROOT, 'test/tools/gitops-definitions.sh'), { encoding: 'utf8' });
  return said.trim().split('\n');
}

function blocksOf(document: string): readonly Block[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((found) => ({
    place: `${document}:${text.slice(0, found.index).split('\n').length + 1}`,
    manifests: parseAllDocuments(found[1] ?? '').map((part) => part.toJS() as Manifest),
  }));
}

/** What stands in for resources that are not of this repository: Argo CD's ConfigMap, and what is patched. */
function othersOf({ patches = [] }: Manifest): readonly object[] {
  const patched = (patches as readonly { readonly patch?: string }[]).flatMap(({ patch }) =>
    patch === undefined ? [] : parseAllDocuments(patch).map((part) => part.toJS() as object),
  );
  return [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'argocd-cm' } }, ...patched];
}

/** Where objects of this kind are made, as discovery tells; undefined where the server does not know it. */
async function collectionOf(server: ApiServer, manifest: Manifest): Promise<string | undefined> {
  const { apiVersion, kind, metadata } = manifest;
  const { groups } = accepted(await server.send('GET', '/apis')) as unknown as {
    readonly groups: readonly { readonly versions: readonly { readonly groupVersion: string }[] }[];
  };
  const isKnown = groups.some(({ versions }) => versions.some(({ groupVersion }) => groupVersion === apiVersion));
  if (!isKnown) return undefined;
  const { resources } = accepted(await server.send('GET', `/apis/${apiVersion}`)) as unknown as {
    readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
  };
  const resource = resources.find((one) => one.kind === kind && !one.name.includes('/'));
  if (!resource) return undefined;
  const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
  return `/apis/${apiVersion}${namespace}/${resource.name}`;
}
