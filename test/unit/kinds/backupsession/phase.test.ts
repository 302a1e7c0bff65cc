import assert from 'node:assert/strict';
import { entriesPhase, sessionPhase } from '../../../../hooks/kinds/backupsession/phase.ts';
import type { EntryPhase, SessionPhase } from '../../../../hooks/kinds/backupsession/shapes.ts';

interface Case {
  readonly it: string;
  /** `Type=Status`. */
  readonly conditions: readonly string[];
  readonly entries?: readonly EntryPhase[];
  readonly phase: SessionPhase;
}

const CASES: readonly Case[] = [
  { it: 'is Pending before anything is known', conditions: [], phase: 'Pending' },
  {
    it: 'is Pending while all Snapshots are',
    conditions: ['SnapshotsEnsured=Unknown'],
    entries: ['Pending'],
    phase: 'Pending',
  },
  {
    it: 'is Running as soon as one Snapshot is seen',
    conditions: [],
    entries: ['Pending', 'Running'],
    phase: 'Running',
  },
  { it: 'stays Running until it is closed', conditions: [], entries: ['Succeeded', 'Succeeded'], phase: 'Running' },
  {
    it: 'stays Running with a failed Snapshot until it is closed',
    conditions: [],
    entries: ['Failed'],
    phase: 'Running',
  },
  {
    it: 'is Succeeded when closed and all Snapshots are',
    conditions: ['MetricsPushed=True'],
    entries: ['Succeeded'],
    phase: 'Succeeded',
  },
  {
    it: 'is Failed when closed with one failed Snapshot',
    conditions: ['MetricsPushed=True'],
    entries: ['Succeeded', 'Failed'],
    phase: 'Failed',
  },
  { it: 'is Failed when closing failed', conditions: ['MetricsPushed=False', 'BackupSkipped=True'], phase: 'Failed' },
  {
    it: 'is Skipped before any other verdict',
    conditions: ['BackupSkipped=True', 'MetricsPushed=True', 'SnapshotsEnsured=False'],
    phase: 'Skipped',
  },
  ...[
    'BackupExecutorEnsured=False',
    'SnapshotsEnsured=False',
    'PreBackupHooksExecutionSucceeded=False',
    'PostBackupHooksExecutionSucceeded=False',
    'SessionHistoryCleaned=False',
    'SnapshotCleanupIncomplete=True',
  ].map((bad): Case => ({
    it: `is Failed when closed with ${bad}`,
    conditions: ['MetricsPushed=True', bad],
    entries: ['Succeeded'],
    phase: 'Failed',
  })),
  {
    it: 'is not Failed by a bad condition before it is closed',
    conditions: ['SnapshotsEnsured=False'],
    entries: ['Running'],
    phase: 'Running',
  },
];

describe('phase of a BackupSession', () => {
  for (const { it: sentence, conditions, entries = [], phase } of CASES) {
    it(sentence, () => {
      const stated = conditions.map((text) => {
        const [type = '', status] = text.split('=');
        return { type, status: status as 'True' | 'False' | 'Unknown' };
      });
      assert.equal(sessionPhase(stated, entries), phase);
    });
  }

  it('puts no Snapshot at all together as Pending', () => {
    assert.equal(entriesPhase([]), 'Pending');
  });
});
