import assert from 'node:assert/strict';
import { changed, goodObjects, stored as beforeChange, wrongObjects } from '../../crds/wrong-objects.ts';
import {
  accepted,
  apiServer,
  applyCrds,
  collectionPath,
  dryRun,
  ensureNamespace,
  type ApiServer,
  type KubernetesObject,
} from './api-server.ts';

const NAMESPACE = 'crd-tests';

interface StoredCrd extends KubernetesObject {
  readonly status: {
    readonly conditions: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  };
}

describe('The CRDs on a real API server', () => {
  let server: ApiServer;
  let stored: readonly StoredCrd[];

  before(async () => {
    server = await apiServer();
    stored = (await applyCrds(server)) as readonly StoredCrd[];
    await ensureNamespace(server, NAMESPACE);
  });

  it('serves all 15 kinds, with no complaint about names, structure or API approval', () => {
    const complaints = stored.flatMap((crd) =>
      crd.status.conditions
        .filter(({ type, status }) => !(['Established', 'NamesAccepted'].includes(type) && status === 'True'))
        .map(({ type, message }) => `${crd.metadata.name}: ${type}: ${message}`),
    );
    assert.deepEqual(complaints, []);
    assert.equal(stored.length, 15);
  });

  describe('accepts', () => {
    for (const [kind, object] of goodObjects()) {
      it(`a good ${kind}`, async () => {
        accepted(await dryRun(server, object));
      });
    }
  });

  describe('refuses, and says why', () => {
    for (const row of wrongObjects().filter(({ update }) => !update)) {
      it(`${row.kind}: ${row.wrong}`, async () => {
        assertRefused(await dryRun(server, changed(row)), row.server);
      });
    }
  });

  describe('refuses a change, and says why', () => {
    for (const row of wrongObjects().filter(({ update }) => update)) {
      it(`${row.kind}: ${row.wrong}`, async () => {
        const wrong = changed(row);
        const path = `${collectionPath(wrong)}/${wrong.metadata.name}`;
        try {
          await made(server, beforeChange(row), row.status);
          const answer = await server.send(
            'PATCH',
            `${path}?dryRun=All`,
            [{ op: 'replace', path: '/spec', value: wrong.spec }],
            'application/json-patch+json',
          );
          assertRefused(answer, row.server);
        } finally {
          await server.send('DELETE', path);
        }
      });
    }
  });

  it('lets a storage without Repositories be corrected', async () => {
    const good = goodObjects().get('BackupStorage') as KubernetesObject;
    const path = `${collectionPath(good)}/${good.metadata.name}`;
    try {
      await made(server, good, undefined);
      const patch = { spec: { storage: { s3: { bucket: 'corrected' } } } };
      accepted(await server.send('PATCH', path, patch, 'application/merge-patch+json'));
    } finally {
      await server.send('DELETE', path);
    }
  });

  it('lets the Secret of a storage in use be exchanged', async () => {
    const good = goodObjects().get('BackupStorage') as KubernetesObject;
    const path = `${collectionPath(good)}/${good.metadata.name}`;
    try {
      await made(server, good, { repositories: [{ name: 'web-repo' }] });
      const patch = { spec: { storage: { s3: { secretName: 'rotated', maxConnections: 3 } } } };
      accepted(await server.send('PATCH', path, patch, 'application/merge-patch+json'));
    } finally {
      await server.send('DELETE', path);
    }
  });

  it('shows a new object as not yet looked at, so that kstatus waits', async () => {
    const good = goodObjects().get('BackupConfiguration') as KubernetesObject;
    const answer = accepted(await dryRun(server, good));
    assert.deepEqual(answer.status, { observedGeneration: -1 });
  });

  it('keeps whatever is put under status.metastash', async () => {
    const good = goodObjects().get('Repository') as KubernetesObject;
    const path = `${collectionPath(good)}/${good.metadata.name}`;
    const status = { observedGeneration: 1, metastash: { any: { depth: [1, { of: 'things' }] } } };
    try {
      const answer = await made(server, good, status);
      assert.deepEqual(answer.status, status);
    } finally {
      await server.send('DELETE', path);
    }
  });
});

/** Creates the object for real, with this status on it if there is one. */
async function made(server: ApiServer, object: KubernetesObject, status: unknown): Promise<KubernetesObject> {
  const collection = collectionPath(object);
  const created = accepted(await server.send('POST', collection, object));
  if (status === undefined) return created;
  const path = `${collection}/${object.metadata.name}/status`;
  return accepted(await server.send('PATCH', path, { status }, 'application/merge-patch+json'));
}

function assertRefused(answer: Awaited<ReturnType<typeof dryRun>>, words: string): void {
  assert.ok('refusal' in answer, 'the server accepted it');
  assert.ok(answer.refusal.includes(words), `the server said: ${answer.refusal}\nexpected in it: ${words}`);
}
