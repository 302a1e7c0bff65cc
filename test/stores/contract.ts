/** What every metadata store promises (mover/store/store.ts), asked of each backend in the same words. */
import assert from 'node:assert/strict';
import type { Store, StoredObject } from '../../mover/store/store.ts';

/** Declares the contract's tests; `open` gives a store on an empty prefix. */
export function storeContract(open: () => Store): void {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const read = async (store: Store, key: string): Promise<string | undefined> => {
    const bytes = await store.get(key);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  };
  const listed = async (store: Store, directory: string): Promise<readonly StoredObject[]> => {
    const objects: StoredObject[] = [];
    for await (const object of store.list(directory)) objects.push(object);
    return objects.sort((left, right) => (left.key < right.key ? -1 : 1));
  };

  it('keeps what was put and replaces it', async () => {
    const store = open();
    await store.put('a/b.yaml', text('one'));
    await store.put('a/b.yaml', text('two – ünïcode'));
    assert.equal(await read(store, 'a/b.yaml'), 'two – ünïcode');
    assert.equal(await read(store, '/a//b.yaml'), 'two – ünïcode', 'slashes are normalised');
  });

  it('answers nothing for what is not there', async () => {
    const store = open();
    await store.put('here/x', text('x'));
    assert.equal(await read(store, 'nowhere'), undefined);
    assert.equal(await read(store, 'here'), undefined);
    assert.equal(await read(store, 'here/x/below-a-file'), undefined);
    assert.deepEqual(await listed(store, 'nowhere'), []);
    assert.deepEqual(await store.children('nowhere'), { files: [], directories: [] });
  });

  it('lets exactly one of many conditional puts win and keeps its bytes', async () => {
    const store = open();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const won = await Promise.all(names.map((name) => store.putIfAbsent('claim', text(name))));
    assert.equal(won.filter((one) => one).length, 1);
    assert.equal(await read(store, 'claim'), names[won.indexOf(true)]);
    assert.equal(await store.putIfAbsent('claim', text('late')), false);
  });

  it('lists a directory whole, with sizes, and its children by level', async () => {
    const store = open();
    for (const [key, value] of [
      ['app/repository.yaml', '12345'],
      ['app/snapshots/s.yaml', '1'],
      ['app2/x', 'no'],
      ['app/repository/v1/s/dump/data/00/p', '1234567'],
    ] as const) {
      await store.put(key, text(value));
    }
    assert.deepEqual(await listed(store, 'app'), [
      { key: 'app/repository.yaml', sizeBytes: 5 },
      { key: 'app/repository/v1/s/dump/data/00/p', sizeBytes: 7 },
      { key: 'app/snapshots/s.yaml', sizeBytes: 1 },
    ]);
    const children = await store.children('app');
    assert.deepEqual(
      [[...children.files].sort(), [...children.directories].sort()],
      [['repository.yaml'], ['repository', 'snapshots']],
    );
    const top = await store.children('');
    assert.deepEqual([...top.directories].sort(), ['app', 'app2']);
  });

  it('lists more than one page', async () => {
    const store = open();
    const names = Array.from({ length: 1030 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
    for (let start = 0; start < names.length; start += 50) {
      await Promise.all(names.slice(start, start + 50).map((name) => store.put(name, text('x'))));
    }
    assert.deepEqual(
      (await listed(store, 'many')).map((object) => object.key),
      names,
    );
    assert.equal((await store.children('many')).files.length, names.length);
  });

  it('deletes, and does not mind what is gone already', async () => {
    const store = open();
    await store.put('a', text('a'));
    await store.delete('a');
    await store.delete('a');
    assert.equal(await read(store, 'a'), undefined);
  });

  it('finds its backend there', async () => {
    await open().probe();
  });
}
