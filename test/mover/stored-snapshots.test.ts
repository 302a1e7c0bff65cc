/** sync: what a Repository's directory holds, whoever wrote it, page by page. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { StoredSnapshots } from '../../hooks/domain/report.ts';
import { World, firstSnapshot, type Change } from './world.ts';

const ID = 'cb64ffb35297f15cd93cfedc280b7e10267aaef283626fa564a32f69468a6bc2';

describe('mover reading Snapshots back', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());
  const put = (file: string, content: object | string): void =>
    world.write(`/backend/demo/app/${file}`, typeof content === 'string' ? content : stringify(content));
  const hold = (path: string, id: string): void => put(`${path}/snapshots/${id}`, 'restic');
  const read = async (change: Change = {}): Promise<StoredSnapshots> => {
    const ran = await world.run(['sync'], { storage: world.storage, repository: world.repository(), ...change });
    assert.equal(ran.code, 0, ran.log);
    assert.ok(ran.status.result?.stored);
    return ran.status.result.stored;
  };
  const snapshot = (name: string, component = 'dump', more: object = {}): object => ({
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Snapshot',
    metadata: { name, namespace: 'demo', uid: 'old', labels: { 'kubestash.com/invoker-name': 'app', other: 'x' } },
    spec: { repository: 'repo', session: 'daily', backupSession: 'app-daily-1', snapshotID: '01', paused: true },
    status: {
      phase: 'Succeeded',
      snapshotTime: '2026-01-05T02:15:07Z',
      conditions: [{ type: 'SnapshotMetadataUploaded' }],
      components: {
        [component]: {
          driver: 'Restic',
          phase: 'Succeeded',
          path: `repository/v1/daily/${component}`,
          jobName: 'gone',
          resticStats: [
            { summary: { id: ID, hostPath: '/srv' }, progress: { totalFiles: 7, speed: '1', percentDone: '100%' } },
          ],
          ...more,
        },
      },
    },
  });

  it('finds both documented places, and the component names of older releases, word for word', async () => {
    put('snapshots/new.yaml', snapshot('new'));
    put('repository/snapshots/old.yaml', snapshot('old', 'pod-0'));
    put('repository/snapshots/older.yml', snapshot('older', 'host-0', { path: 'repository/v1/daily/deployment' }));
    put('repository/snapshots/new.yaml', snapshot('second-copy'));
    put('snapshots/notes.txt', 'not a manifest');
    for (const component of ['dump', 'pod-0', 'deployment']) hold(`repository/v1/daily/${component}`, ID);
    const { snapshots, total, next, unreadable } = await read();
    assert.deepEqual(
      snapshots.map(({ name, lost }) => [name, lost]),
      [
        ['new', undefined],
        ['old', undefined],
        ['older', undefined],
      ],
    );
    assert.deepEqual([total, next, unreadable], [3, undefined, undefined]);
    assert.deepEqual(snapshots[2], {
      name: 'older',
      labels: { 'kubestash.com/invoker-name': 'app' },
      spec: { snapshotID: '01', session: 'daily', backupSession: 'app-daily-1' },
      status: {
        phase: 'Succeeded',
        snapshotTime: '2026-01-05T02:15:07Z',
        components: {
          'host-0': {
            path: 'repository/v1/daily/deployment',
            phase: 'Succeeded',
            driver: 'Restic',
            resticStats: [{ summary: { id: ID, hostPath: '/srv' }, progress: { totalFiles: 7 } }],
          },
        },
      },
    });
  });

  it('reads what a backup of its own has stored, and says when its data is gone', async () => {
    world.write('/source/data/a', 'the content');
    await world.ready();
    const manifest = { kind: 'Snapshot', metadata: { name: 'snap' }, spec: { session: 'daily' } };
    const made = await world.backup([], { manifest });
    assert.equal(made.code, 0, made.log);
    const [there] = (await read()).snapshots;
    assert.equal(there?.lost, undefined);
    assert.match(JSON.stringify(there?.status), new RegExp(firstSnapshot(made)));
    rmSync(join(world.backend, 'demo/app/repository/v1/daily/dump/snapshots', firstSnapshot(made)));
    const [gone] = (await read()).snapshots;
    assert.deepEqual(gone?.lost, [`repository/v1/daily/dump: ${firstSnapshot(made)}`]);
  });

  it('names every manifest that cannot be read, with the reason, and reads the others', async () => {
    put('snapshots/a.yaml', snapshot('a'));
    put('snapshots/b.yaml', 'key: [unclosed "canary');
    put('snapshots/c.yaml', '- a list');
    put('snapshots/d.yaml', { kind: 'Secret', metadata: { name: 'd' } });
    put('snapshots/e.yaml', snapshot('Not/A/Name'));
    put('snapshots/f.yaml', { ...snapshot('f'), status: { components: { dump: { error: 'x'.repeat(70_000) } } } });
    put('snapshots/g.yaml', 'x'.repeat(2 * 1024 * 1024));
    put(
      'snapshots/h.yaml',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefg'
        .split('')
        .map((key, n) => `${key}: &${key} [${Array(9).fill(`*${'abcdef'[n]}`).join(',')}]`)
        .join('\n')}`,
    );
    put('snapshots/i.yaml', '');
    const { snapshots, unreadable, total } = await read();
    assert.deepEqual(
      snapshots.map(({ name }) => name),
      ['a'],
    );
    assert.equal(total, 9);
    assert.deepEqual(unreadable, {
      count: 8,
      names: [
        'b.yaml is not YAML',
        'c.yaml holds no map',
        'd.yaml is no Snapshot',
        'e.yaml has no name that an object can have',
        'f.yaml is too large to be an object in a cluster',
        'g.yaml larger than 1048576 bytes',
        'h.yaml is not YAML',
        'i.yaml holds no map',
      ],
    });
  });

  it('never looks outside the directory for what a manifest names', async () => {
    put('snapshots/a.yaml', snapshot('a', 'dump', { path: '../../other/repository/v1/daily/dump' }));
    world.write(`/backend/other/repository/v1/daily/dump/snapshots/${ID}`, 'restic');
    assert.equal((await read()).snapshots[0]?.lost?.length, 1);
  });

  it('cuts a thousand Snapshots into pages that one object can hold, each Snapshot in one of them', async () => {
    hold('repository/v1/daily/dump', ID);
    const names = Array.from({ length: 1000 }, (_, index) => `app-daily-${1_767_579_300 + index}`);
    for (const name of names) put(`snapshots/${name}.yaml`, snapshot(name));
    const found: string[] = [];
    let pages = 0;
    for (let after: string | undefined = undefined; pages === 0 || after !== undefined; pages += 1) {
      const page: StoredSnapshots = await read(after === undefined ? {} : { after });
      assert.ok(JSON.stringify(page).length < 1_000_000);
      assert.equal(page.total, 1000);
      found.push(...page.snapshots.map(({ name }) => name));
      after = page.next;
    }
    assert.deepEqual(found, names);
    assert.ok(pages >= 3 && pages <= 10, `${pages} pages`);
  });

  it('answers an empty page where there is no directory yet', async () => {
    assert.deepEqual(await read(), { snapshots: [], total: 0 });
  });
});
