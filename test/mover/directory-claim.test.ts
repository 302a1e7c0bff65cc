/** Who may write below a directory: the life of an owner file (mover/store/claim.ts). */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDirectory, claimDirectory } from '../../mover/store/claim.ts';
import { filesStore } from '../../mover/store/files.ts';
import type { Store } from '../../mover/store/store.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const by = (clusterUid: string, namespace = 'demo', name = 'repo') => ({ clusterUid, namespace, name });

describe('claim of a directory', () => {
  let base: string;
  let store: Store;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'claim-'));
    store = filesStore(base, '/backend');
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));
  const claim = (clusterUid: string, namespace?: string, name?: string) =>
    claimDirectory(store, 'app', by(clusterUid, namespace, name), NOW);
  const check = (clusterUid: string) => checkDirectory(store, 'app', by(clusterUid), NOW);
  const isRefused = (work: Promise<unknown>): Promise<void> => assert.rejects(work, { code: 'DirectoryOwned' });

  it('makes an unclaimed directory ours, and says so once', async () => {
    assert.deepEqual(await claim('a'), { created: true, takenOver: false });
    assert.deepEqual(await claim('a'), { created: false, takenOver: false });
  });

  it('lets exactly one of many claims at once win', async () => {
    const claims = await Promise.allSettled(['one', 'two', 'three', 'four'].map((name) => claim('a', 'demo', name)));
    assert.equal(claims.filter((one) => one.status === 'fulfilled').length, 1);
  });

  it('refuses another Repository, of this cluster or of any other', async () => {
    await claim('a');
    await isRefused(claim('a', 'demo', 'other'));
    await isRefused(claim('b', 'elsewhere', 'repo'));
  });

  it('is taken over by the same Repository of a rebuilt cluster', async () => {
    await claim('a');
    assert.deepEqual(await claim('b'), { created: false, takenOver: true });
    await check('b');
  });

  it('goes back to a cluster that turns out to be alive, and its copy is refused from then on', async () => {
    await claim('a');
    await claim('b');
    await check('a');
    await isRefused(check('b'));
    await isRefused(claim('b'));
    await check('a');
  });

  it('follows a cluster through several rebuilds', async () => {
    for (const uid of ['a', 'b', 'c']) await claim(uid);
    await check('c');
    await check('a');
    await isRefused(check('c'));
  });

  it('does not let a backup claim what nobody claimed: the bucket may have been emptied', async () => {
    await assert.rejects(check('a'), { code: 'DirectoryNotClaimed' });
  });

  it('goes by namespace and name where the hook does not know the cluster', async () => {
    await claim('a');
    await checkDirectory(store, 'app', { namespace: 'demo', name: 'repo' }, NOW);
    await isRefused(checkDirectory(store, 'app', { namespace: 'demo', name: 'other' }, NOW));
  });

  for (const content of [
    '',
    'not json',
    '[]',
    '{}',
    '{"clusterUid":1}',
    '{"clusterUid":"a","namespace":"n","name":"x","claimedAt":"t","formerClusters":7}',
  ]) {
    it(`does not guess an owner from ${JSON.stringify(content)}`, async () => {
      await claim('a');
      writeFileSync(join(base, 'app/.metastash-owner.json'), content);
      await assert.rejects(claim('a'), { code: 'StorageMetadataInvalid' });
    });
  }

  it('writes a file that a person can read', async () => {
    await claim('a');
    const written: unknown = JSON.parse(readFileSync(join(base, 'app/.metastash-owner.json'), 'utf8'));
    assert.deepEqual(written, { clusterUid: 'a', namespace: 'demo', name: 'repo', claimedAt: NOW.toISOString() });
  });
});
