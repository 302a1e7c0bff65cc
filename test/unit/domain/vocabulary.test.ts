import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isWholeTarget, nodeComponent, nodeOf, ordinalComponent, ordinalOf } from '../../../hooks/domain/component.ts';
import { layered, mergedByKey } from '../../../hooks/domain/precedence.ts';
import { all, blocked, ok, refused, waitingFor } from '../../../hooks/domain/result.ts';
import { isSameTask } from '../../../hooks/domain/task-alias.ts';
import { isNamespaceAllowed } from '../../../hooks/domain/usage-policy.ts';

describe('names of components', () => {
  it('come back from their names', () => {
    fc.assert(fc.property(fc.nat(100_000), (ordinal) => ordinalOf(ordinalComponent(ordinal)) === ordinal));
    assert.equal(nodeOf(nodeComponent('node-1.example.org')), 'node-1.example.org');
  });

  it('of older KubeStash releases are read', () => {
    assert.equal(ordinalOf('pod-3'), 3);
    assert.equal(ordinalOf('host-0'), 0);
    assert.equal(isWholeTarget('deployment'), true);
    assert.equal(isWholeTarget('dump-pod-0'), false);
  });

  for (const text of ['dump', 'dump-pod-', 'dump-pod-01', 'dump-pod-1x', 'dump-pod--1', '']) {
    it(`${JSON.stringify(text)} is no ordinal`, () => {
      assert.equal(ordinalOf(text), undefined);
    });
  }
});

describe('spellings of tasks', () => {
  it('meet when letter case and dashes are left out', () => {
    assert.equal(isSameTask('LogicalBackup', 'logical-backup'), true);
    assert.equal(isSameTask('VolumeSnapshotRestore', 'volume-snapshot-restore'), true);
    assert.equal(isSameTask('logical-backup', 'logical-backup-restore'), false);
  });
});

describe('usage policies', () => {
  const cases: readonly (readonly [
    from: string | undefined,
    consumer: string,
    matches: boolean | undefined,
    allowed: boolean,
  ])[] = [
    [undefined, 'own', undefined, true],
    [undefined, 'other', undefined, false],
    ['Same', 'own', undefined, true],
    ['Same', 'other', true, false],
    ['All', 'other', undefined, true],
    ['Selector', 'other', true, true],
    ['Selector', 'other', false, false],
    ['Selector', 'own', undefined, false],
    ['all', 'own', true, false],
  ];
  for (const [from, consumer, matches, allowed] of cases) {
    it(`${from ?? 'none'} ${allowed ? 'admits' : 'denies'} ${consumer} where its selector says ${String(matches)}`, () => {
      assert.equal(
        isNamespaceAllowed(from, 'own', consumer, () => matches),
        allowed,
      );
    });
  }
});

describe('settings in layers', () => {
  it('let later layers win, field by field inside maps', () => {
    const result = layered(
      [
        { resources: { limits: { cpu: '1' }, requests: { cpu: '1' } } },
        undefined,
        { resources: { limits: { cpu: '2' } } },
      ],
      {},
    );
    assert.deepEqual(result, { resources: { limits: { cpu: '2' }, requests: { cpu: '1' } } });
  });

  it('merge lists by their key and replace lists without one', () => {
    const lower = {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '1' },
      ],
      args: ['a'],
    };
    const upper = {
      env: [
        { name: 'C', value: '2' },
        { name: 'A', value: '2' },
      ],
      args: ['b'],
    };
    assert.deepEqual(layered([lower, upper], { env: 'name' }), {
      env: [
        { name: 'A', value: '2' },
        { name: 'B', value: '1' },
        { name: 'C', value: '2' },
      ],
      args: ['b'],
    });
  });

  it('set nothing by null, and keep no empty maps and lists', () => {
    assert.deepEqual(
      layered(
        [
          { a: 1, b: {} },
          { a: null, c: [], d: undefined },
        ],
        {},
      ),
      { a: 1 },
    );
  });

  it('keep each key once when lists merge', () => {
    const items = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c'), value: fc.nat() }), {
      selector: (one) => one.name,
    });
    fc.assert(
      fc.property(items, items, (lower, upper) => {
        const names = mergedByKey(lower, upper, 'name').map((one) => one.name);
        assert.equal(new Set(names).size, names.length);
        assert.deepEqual(new Set(names), new Set([...lower, ...upper].map((one) => one.name)));
      }),
    );
  });
});

describe('results', () => {
  it('say whether another object cures a problem', () => {
    assert.deepEqual(blocked('Wrong', 'm'), { ok: false, error: { reason: 'Wrong', message: 'm', waits: false } });
    assert.deepEqual(waitingFor('Addon', 'm'), {
      ok: false,
      error: { reason: 'WaitingForAddon', message: 'm', waits: true },
    });
  });

  it('are all values in order, or the first refusal', () => {
    assert.deepEqual(all([ok(1), ok(2)]), { ok: true, value: [1, 2] });
    assert.deepEqual(all([ok(1), refused('first'), refused('second')]), { ok: false, error: 'first' });
  });
});
