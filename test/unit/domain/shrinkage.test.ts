import assert from 'node:assert/strict';
import { doubtOf, parseAllowedShrink, type Measure } from '../../../hooks/domain/shrinkage.ts';

const MIB = 2 ** 20;
const one = (files: number | undefined, bytes: number, hostPath = '/data'): Measure => ({
  hostPath,
  ...(files === undefined ? {} : { files }),
  bytes,
});
const before = (...paths: readonly Measure[]) => ({ snapshot: 'monday', paths });

describe('doubts about what a backup found', () => {
  const cases: readonly {
    readonly when: string;
    readonly found: readonly Measure[];
    readonly reference?: ReturnType<typeof before>;
    readonly allowed?: number;
    readonly doubt?: string;
  }[] = [
    { when: 'it is the first and holds files', found: [one(3, 12)] },
    { when: 'it is the first and holds nothing', found: [one(0, 0)], doubt: 'no file at all was found in /data' },
    {
      when: 'nothing was found and nothing was there before either',
      found: [one(0, 0)],
      reference: before(one(0, 0)),
      doubt: 'no file at all was found in /data',
    },
    {
      when: 'one of several volumes has always been empty',
      found: [one(0, 0, '/cache'), one(9, 90)],
      reference: before(one(0, 0, '/cache'), one(9, 90)),
    },
    {
      when: 'one of several volumes is empty now',
      found: [one(0, 0, '/small'), one(900, 9 * MIB)],
      reference: before(one(2, 10, '/small'), one(900, 9 * MIB)),
      doubt: 'no file was found in /small, where Snapshot monday found 2',
    },
    { when: 'half of the files are left', found: [one(50, MIB)], reference: before(one(100, MIB)) },
    {
      when: 'fewer than half are left',
      found: [one(49, MIB)],
      reference: before(one(100, MIB)),
      doubt: '100 files of Snapshot monday became 49, more than 50 % are gone',
    },
    {
      when: 'the files are there and most bytes are not',
      found: [one(100, MIB)],
      reference: before(one(100, 4 * MIB)),
      doubt: '4.000 MiB of Snapshot monday became 1024.000 KiB, more than 50 % are gone',
    },
    {
      when: 'a volume is not backed up any more',
      found: [one(10, 10)],
      reference: before(one(10, 10), one(90, 90, '/more')),
      doubt: '100 files of Snapshot monday became 10, more than 50 % are gone',
    },
    {
      when: 'the last good one was made by a tool that counts no files',
      found: [one(1, 10)],
      reference: before(one(undefined, 12)),
    },
    { when: 'more may go', found: [one(25, 25)], reference: before(one(100, 100)), allowed: 75 },
    { when: 'anything may go', found: [one(0, 0)], reference: before(one(100, 100)), allowed: 100 },
    {
      when: 'nothing may go',
      found: [one(99, 99)],
      reference: before(one(100, 99)),
      allowed: 0,
      doubt: '100 files of Snapshot monday became 99, more than 0 % are gone',
    },
    { when: 'there is more than before', found: [one(200, 200)], reference: before(one(100, 100)), allowed: 0 },
    { when: 'another driver says no figures', found: [], reference: before(one(100, 100)) },
  ];
  for (const { when, found, reference, allowed = 50, doubt } of cases) {
    it(`${doubt === undefined ? 'are none' : 'are said'} when ${when}`, () => {
      assert.equal(doubtOf(found, reference, allowed), doubt);
    });
  }

  it('are limited by a share, or switched off', () => {
    assert.deepEqual(
      ['true', 'false', '80%', '0%', '100%'].map((text) => parseAllowedShrink(text)),
      [100, 50, 80, 0, 100].map((value) => ({ ok: true, value })),
    );
    for (const text of ['', '80', '101%', '-1%', '1.5%', 'yes']) {
      const error = `${JSON.stringify(text)} is neither true nor a share such as 80%`;
      assert.deepEqual(parseAllowedShrink(text), { ok: false, error });
    }
  });
});
