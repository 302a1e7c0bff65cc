/** What a killed `restic init` leaves, and when it may be cleared away (mover/restic/repository.ts). */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRepository } from '../../mover/restic/repository.ts';
import { openRestic, type Restic } from '../../mover/restic/restic.ts';
import { filesStore } from '../../mover/store/files.ts';
import type { Store } from '../../mover/store/store.ts';
import { World } from './world.ts';

const KEY = 'demo/app/repository/v1/daily/dump';

describe('restic repository that is half made', () => {
  let world: World;
  let store: Store;
  let restic: Restic;
  beforeEach(() => {
    world = new World();
    store = filesStore(world.backend, '/backend');
    restic = openRestic({
      binary: join(import.meta.dirname, '../fixtures/restic/works.mjs'),
      location: { url: join(world.backend, KEY), env: {}, flags: [] },
      password: 'password',
      inherited: { PATH: process.env['PATH'] ?? '' },
      root: world.root,
      scratch: world.root,
      cache: false,
      signal: new AbortController().signal,
      clean: (text) => text,
    });
  });
  afterEach(() => world.end());
  const has = (name: string): boolean => existsSync(join(world.backend, KEY, name));

  it('is cleared of its keys and made anew when nobody is making it', async () => {
    world.write(`/backend/${KEY}/keys/abc`, 'a key of a killed init');
    assert.deepEqual(await ensureRepository(restic, store, KEY, 0), { created: true, hasSnapshots: false });
    assert.deepEqual([has('keys/abc'), has('config')], [false, true]);
  });

  it('is left to the process that is making it', async () => {
    world.write(`/backend/${KEY}/keys/abc`, 'a key');
    let listed = 0;
    const busy: Store = {
      ...store,
      list: (directory) => {
        listed += 1;
        if (listed === 2) world.write(`/backend/${KEY}/config`, 'the other one was faster');
        return store.list(directory);
      },
    };
    await assert.rejects(ensureRepository(restic, busy, KEY, 0), { code: 'RepositoryLocked' });
    assert.ok(has('keys/abc'));
  });

  for (const name of ['data/00/pack', 'index/i', 'snapshots/s', 'locks/l']) {
    it(`is never touched where there is ${name.split('/')[0]}`, async () => {
      world.write(`/backend/${KEY}/keys/abc`, 'a key');
      world.write(`/backend/${KEY}/${name}`, 'data');
      await assert.rejects(ensureRepository(restic, store, KEY, 0), { code: 'RepositoryHalfMade' });
      assert.deepEqual([has('keys/abc'), has(name), has('config')], [true, true, false]);
    });
  }
});
