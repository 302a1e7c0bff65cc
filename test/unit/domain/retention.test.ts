import assert from 'node:assert/strict';
import type { RetentionItem } from '../../../hooks/domain/retention.ts';
import { retentionRulesFrom } from '../../../hooks/domain/retention-rules.ts';
import { item, linesOf, plan } from './retention-items.ts';

describe('a retention plan', () => {
  const cases: readonly (readonly [
    what: string,
    items: readonly RetentionItem[],
    spec: object | undefined,
    lines: readonly string[],
  ])[] = [
    [
      'keeps the newest N and says which rule does not keep the rest',
      [item('2026-11-28T01:00:00Z'), item('2026-11-27T01:00:00Z'), item('2026-11-26T01:00:00Z')],
      { successfulSnapshots: { last: 2 } },
      [
        '2026-11-28T01:00:00.000Z keep floor: it is the newest good Snapshot of its session',
        '2026-11-27T01:00:00.000Z keep last: it is one of the newest 2',
        '2026-11-26T01:00:00.000Z remove successfulSnapshots: no rule of successfulSnapshots keeps it',
      ],
    ],
    [
      'keeps the newest of each of the newest periods that hold one, in UTC',
      [
        item('2026-11-28T11:59:59Z'),
        item('2026-11-28T00:00:00Z'),
        item('2026-11-27T23:59:59Z'),
        item('2026-11-20T10:00:00Z'),
        item('2026-11-19T10:00:00Z'),
      ],
      { successfulSnapshots: { daily: 3 } },
      [
        '2026-11-28T11:59:59.000Z keep floor: it is the newest good Snapshot of its session',
        '2026-11-28T00:00:00.000Z remove successfulSnapshots: no rule of successfulSnapshots keeps it',
        '2026-11-27T23:59:59.000Z keep daily: it is the newest of 2026-11-27 (daily)',
        '2026-11-20T10:00:00.000Z keep daily: it is the newest of 2026-11-20 (daily)',
        '2026-11-19T10:00:00.000Z remove successfulSnapshots: no rule of successfulSnapshots keeps it',
      ],
    ],
    [
      'counts ISO weeks: the days around New Year belong to one week',
      [
        item('2021-01-04T00:00:00Z'),
        item('2021-01-03T23:00:00Z'),
        item('2020-12-28T01:00:00Z'),
        item('2020-12-27T01:00:00Z'),
      ],
      { successfulSnapshots: { weekly: 2 } },
      [
        '2021-01-04T00:00:00.000Z keep floor: it is the newest good Snapshot of its session',
        '2021-01-03T23:00:00.000Z keep weekly: it is the newest of 2020-W53 (weekly)',
        '2020-12-28T01:00:00.000Z remove successfulSnapshots: no rule of successfulSnapshots keeps it',
        '2020-12-27T01:00:00.000Z remove successfulSnapshots: no rule of successfulSnapshots keeps it',
      ],
    ],
    [
      'lets go what is too old, but never the newest good one',
      [item('2026-10-01T00:00:00Z'), item('2026-09-01T00:00:00Z')],
      { maxRetentionPeriod: '30d' },
      [
        '2026-10-01T00:00:00.000Z keep floor: it is the newest good Snapshot of its session',
        '2026-09-01T00:00:00.000Z remove maxRetentionPeriod: it is older than maxRetentionPeriod 30d',
      ],
    ],
    [
      'lets age win over keep rules',
      [item('2026-11-28T00:00:00Z'), item('2026-01-01T00:00:00Z')],
      { maxRetentionPeriod: '30d', successfulSnapshots: { yearly: 10, last: 10 } },
      [
        '2026-11-28T00:00:00.000Z keep floor: it is the newest good Snapshot of its session',
        '2026-01-01T00:00:00.000Z remove maxRetentionPeriod: it is older than maxRetentionPeriod 30d',
      ],
    ],
    [
      'reads all-zero keep rules as keeping everything',
      [item('2026-11-28T00:00:00Z'), item('2026-11-27T00:00:00Z')],
      { successfulSnapshots: { last: 0, daily: 0 } },
      [
        '2026-11-28T00:00:00.000Z keep floor: it is the newest good Snapshot of its session',
        '2026-11-27T00:00:00.000Z keep noKeepRules: the policy has no keep rule, so every good Snapshot stays until it is too old',
      ],
    ],
    [
      'keeps one failed one by default, which displaces no good one',
      [
        item('2026-11-28T03:00:00Z', { outcome: 'Failed' }),
        item('2026-11-28T02:00:00Z', { outcome: 'Failed' }),
        item('2026-11-28T01:00:00Z'),
      ],
      { successfulSnapshots: { last: 1 } },
      [
        '2026-11-28T03:00:00.000Z keep failedLast: it is one of the newest 1 failed ones',
        '2026-11-28T02:00:00.000Z remove failedSnapshots: it failed, and 1 newer failed ones are kept',
        '2026-11-28T01:00:00.000Z keep floor: it is the newest good Snapshot of its session',
      ],
    ],
    [
      'keeps and does not count what is suspect, unfinished, going, or dated in the future',
      [
        item('2027-01-01T00:00:00Z'),
        item('2026-11-28T04:00:00Z', { outcome: 'Unfinished' }),
        item('2026-11-28T03:00:00Z', { isSuspect: true }),
        item('2026-11-28T02:00:00Z', { isDeleting: true }),
        item('2026-11-28T01:00:00Z'),
        item('2026-11-27T01:00:00Z'),
      ],
      { successfulSnapshots: { last: 2 } },
      [
        '2027-01-01T00:00:00.000Z keep future: it is dated in the future (2027-01-01T00:00Z) and counted by no rule',
        '2026-11-28T04:00:00.000Z keep unfinished: its backup has not ended',
        '2026-11-28T03:00:00.000Z keep suspect: it is suspect: kept to be looked at, and counted by no rule',
        '2026-11-28T02:00:00.000Z keep deleting: it is being deleted already',
        '2026-11-28T01:00:00.000Z keep floor: it is the newest good Snapshot of its session',
        '2026-11-27T01:00:00.000Z keep last: it is one of the newest 2',
      ],
    ],
    [
      'keeps what is pinned or in use',
      [
        item('2026-11-28T01:00:00Z'),
        item('2026-01-02T00:00:00Z', { isPinned: true }),
        item('2026-01-01T00:00:00Z', { usedBy: 'RestoreSession demo/back' }),
      ],
      { maxRetentionPeriod: '30d' },
      [
        '2026-11-28T01:00:00.000Z keep floor: it is the newest good Snapshot of its session',
        '2026-01-02T00:00:00.000Z keep pinned: it is pinned',
        '2026-01-01T00:00:00.000Z keep inUse: RestoreSession demo/back needs it',
      ],
    ],
    [
      'removes nothing without rules',
      [item('2026-11-28T01:00:00Z'), item('2010-01-01T00:00:00Z'), item('2010-01-01T00:00:01Z', { outcome: 'Failed' })],
      undefined,
      [
        '2026-11-28T01:00:00.000Z keep floor: it is the newest good Snapshot of its session',
        '2010-01-01T00:00:01.000Z keep noPolicy: no readable RetentionPolicy is in force for its session',
        '2010-01-01T00:00:00.000Z keep noPolicy: no readable RetentionPolicy is in force for its session',
      ],
    ],
    [
      'judges each session by itself',
      [item('2026-11-28T01:00:00Z'), item('2026-11-01T01:00:00Z', { session: 'weekly' })],
      { successfulSnapshots: { last: 1 } },
      [
        '2026-11-28T01:00:00.000Z keep floor: it is the newest good Snapshot of its session',
        '2026-11-01T01:00:00.000Z keep floor: it is the newest good Snapshot of its session',
      ],
    ],
  ];
  for (const [what, items, spec, lines] of cases) {
    it(what, () => assert.deepEqual(linesOf(plan(items, spec)), lines));
  }
});

describe('retention rules', () => {
  const refusals: readonly (readonly [spec: unknown, error: string])[] = [
    [undefined, '/spec says nothing to keep: set maxRetentionPeriod, successfulSnapshots, or both'],
    [
      { failedSnapshots: { last: 1 } },
      '/spec says nothing to keep: set maxRetentionPeriod, successfulSnapshots, or both',
    ],
    [
      { successfulSnapshots: { daily: '7' } },
      '/spec/successfulSnapshots/daily is no whole number from 0 to 2147483647; write how many are kept',
    ],
    [
      { successfulSnapshots: { last: -1 } },
      '/spec/successfulSnapshots/last is no whole number from 0 to 2147483647; write how many are kept',
    ],
    [
      { maxRetentionPeriod: '1y', failedSnapshots: { last: 1.5 } },
      '/spec/failedSnapshots/last is no whole number from 0 to 2147483647; write how many are kept',
    ],
    [
      { maxRetentionPeriod: '1s' },
      '/spec/maxRetentionPeriod: "1s" is no retention period; write numbers with units y, mo, w, d, h or m, for example 1y6mo or 30d',
    ],
  ];
  for (const [spec, error] of refusals) {
    it(`are refused for ${JSON.stringify(spec)}`, () => {
      assert.deepEqual(retentionRulesFrom(spec), { ok: false, error });
    });
  }
});
