import assert from 'node:assert/strict';
import { restoreSelectionFrom } from '../../../hooks/domain/restore-selection.ts';

interface Case {
  readonly title: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly expected: unknown;
}

const cases: readonly Case[] = [
  { title: 'restores all of it without patterns', include: [], exclude: [], expected: whole([], []) },
  { title: 'passes excludes alone on', include: [], exclude: ['*.tmp'], expected: whole([], ['*.tmp']) },
  {
    title: 'passes includes alone on',
    include: ['/data', '*.txt'],
    exclude: [],
    expected: whole(['/data', '*.txt'], []),
  },
  {
    title: 'drops excludes beside every include, as in the public example',
    include: ['/source/data'],
    exclude: ['/source/config'],
    expected: whole(['/source/data'], []),
  },
  {
    title: 'restores plain folders one by one, with excludes relative to them',
    include: ['/source/data', '/etc/app/'],
    exclude: ['/source/data/lost+found', '*.tmp'],
    expected: {
      ok: true,
      value: {
        kind: 'folders',
        folders: [
          { path: '/source/data', exclude: ['/lost+found', '*.tmp'] },
          { path: '/etc/app', exclude: ['*.tmp'] },
        ],
      },
    },
  },
  {
    title: 'cuts a wildcard exclude that starts with the included folder',
    include: ['/data'],
    exclude: ['/data/*/cache'],
    expected: { ok: true, value: { kind: 'folders', folders: [{ path: '/data', exclude: ['/*/cache'] }] } },
  },
  {
    title: 'refuses a wildcard include beside an overlapping exclude',
    include: ['*.sql'],
    exclude: ['/data/old'],
    expected: {
      ok: false,
      error:
        'include pattern "*.sql" cannot be combined with exclude "/data/old"; restic takes one of them: include plain paths, or restore in two RestoreSessions',
    },
  },
  {
    title: 'refuses a path that is included and excluded',
    include: ['/data/app'],
    exclude: ['/data'],
    expected: { ok: false, error: '"/data/app" is both included and excluded; drop one of the two' },
  },
  {
    title: 'refuses a wildcard above an included folder, which could not be cut',
    include: ['/data/app'],
    exclude: ['/data/*/cache'],
    expected: {
      ok: false,
      error:
        'exclude pattern "/data/*/cache" has a wildcard above an included folder; start it with the included path, or with no slash so that it matches anywhere',
    },
  },
];

function whole(include: readonly string[], exclude: readonly string[]): unknown {
  return { ok: true, value: { kind: 'whole', include, exclude } };
}

describe('what a restore takes and leaves', () => {
  for (const { title, include, exclude, expected } of cases) {
    it(title, () => {
      assert.deepEqual(restoreSelectionFrom(include, exclude), expected);
    });
  }
});
