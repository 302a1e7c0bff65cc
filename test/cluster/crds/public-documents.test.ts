import assert from 'node:assert/strict';
import { accepted, apiServer, applyCrds, collectionPath, dryRun, ensureNamespace } from './api-server.ts';
import type { ApiServer, KubernetesObject } from './api-server.ts';
import { goodObjects } from '../../crds/wrong-objects.ts';
import { kubestashObjects, type Collection, type Found } from './documents.ts';

/**
 * KubeStash's own public documents, where KUBESTASH_DOCS says they are (a checkout of kubestash/docs). They are not part of
 * this repository; test/fixtures/kubestash covers the same ground in our own words and is always run.
 */
const FOLDER = process.env.KUBESTASH_DOCS;

/** Excerpts in pages leave fields out with or without a mark; nothing else may be wrong with them. */
const EXCERPT =
  /^[^\[]*\[?(([\w.[\]]+: Required value|<nil>: Invalid value: null: some validation rules were not checked[^\]]*)(, |\]?$))+$/;

describe('The manifests that users have', () => {
  let server: ApiServer;

  before(async () => {
    server = await apiServer();
    await applyCrds(server);
  });

  it('are accepted unchanged: our own set of KubeStash manifests', async () => {
    const own = kubestashObjects('test/fixtures/kubestash');
    const statuses = await statusRefusals(server, own.found);
    assert.deepEqual([...(await refusalsOf(server, own.found)), ...statuses.refused], []);
    assert.ok(statuses.count >= 3, `only ${statuses.count} statuses found`);
    assert.ok(own.found.length >= 40, `only ${own.found.length} objects found`);
  });

  if (FOLDER) {
    it('are accepted unchanged: every object of KubeStash’s public documents', async () => {
      const documents = kubestashObjects(FOLDER);
      const files = documents.found.filter((one) => !one.inPage);
      const pages = documents.found.filter((one) => one.inPage);
      const refusedFiles = await refusalsOf(server, files);
      const refusedPages = await refusalsOf(server, pages);
      const excerpts = refusedPages.filter(({ refusal }) => EXCERPT.test(refusal));
      const statuses = await statusRefusals(server, pages);
      report(documents, { files: refusedFiles.length, excerpts: excerpts.length, statuses });
      assert.deepEqual(refusedFiles, []);
      assert.deepEqual(
        refusedPages.filter((one) => !excerpts.includes(one)),
        [],
      );
      assert.deepEqual(statuses.refused, []);
    });
  }
});

interface Refusal {
  readonly file: string;
  readonly object: string;
  readonly refusal: string;
}

interface Statuses {
  readonly count: number;
  readonly refused: readonly Refusal[];
}

async function refusalsOf(server: ApiServer, found: readonly Found[]): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  for (const { file, object } of found) {
    if (object.metadata.namespace) await ensureNamespace(server, object.metadata.namespace);
    const answer = await dryRun(server, object);
    const lost = 'object' in answer ? lostField(object.spec, answer.object.spec) : undefined;
    const refusal = 'refusal' in answer ? answer.refusal : lost && `the server changed spec${lost}`;
    if (refusal) refusals.push({ file, object: nameOf(object), refusal });
  }
  return refusals;
}

/** Samples that show a status: it must survive as an update of the status subresource. Their spec is often cut short. */
async function statusRefusals(server: ApiServer, found: readonly Found[]): Promise<Statuses> {
  const samples = found.filter(({ object }) => object.status !== undefined);
  const refused: Refusal[] = [];
  for (const { file, object } of samples) {
    const name = `sample-${object.kind.toLowerCase()}`;
    const { apiVersion, kind, status } = object;
    const good = { apiVersion, kind, metadata: { name }, spec: goodObjects().get(kind)?.spec };
    const collection = collectionPath(good);
    try {
      accepted(await server.send('POST', collection, good));
      const path = `${collection}/${name}/status?dryRun=All&fieldValidation=Strict`;
      const answer = await server.send('PATCH', path, { status }, 'application/merge-patch+json');
      const lost = 'object' in answer ? lostField(status, answer.object.status) : undefined;
      const refusal = 'refusal' in answer ? answer.refusal : lost && `the server changed status${lost}`;
      if (refusal) refused.push({ file, object: nameOf(object), refusal });
    } finally {
      await server.send('DELETE', `${collection}/${name}`);
    }
  }
  return { count: samples.length, refused };
}

/** Path of the first value that is not in the answer as it was sent; defaults that the server adds are no change. */
function lostField(sent: unknown, stored: unknown, path = ''): string | undefined {
  if (typeof sent !== 'object' || sent === null) return Object.is(sent, stored) ? undefined : path || '.';
  if (typeof stored !== 'object' || stored === null) return path || '.';
  for (const [key, value] of Object.entries(sent)) {
    const lost = lostField(value, (stored as Record<string, unknown>)[key], `${path}.${key}`);
    if (lost) return lost;
  }
  return undefined;
}

function nameOf(object: KubernetesObject): string {
  return `${object.kind} ${object.metadata.name}`;
}

function report(documents: Collection, result: { files: number; excerpts: number; statuses: Statuses }): void {
  const inFiles = documents.found.filter((one) => !one.inPage).length;
  const inPages = documents.found.length - inFiles;
  console.log(`      ${inFiles} objects in ${documents.yamlFiles} YAML files: ${inFiles - result.files} accepted`);
  console.log(
    `      ${inPages} objects in ${documents.pages} pages: ${inPages - result.excerpts} accepted, ${result.excerpts} are excerpts`,
  );
  console.log(
    `      ${result.statuses.count} statuses: ${result.statuses.count - result.statuses.refused.length} accepted`,
  );
}
