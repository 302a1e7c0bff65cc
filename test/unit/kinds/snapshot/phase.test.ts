import assert from 'node:assert/strict';
import { componentsPhase, snapshotPhase, type SnapshotPhase } from '../../../../hooks/kinds/snapshot/phase.ts';
import type { ComponentPhase } from '../../../../hooks/kinds/snapshot/record.ts';

type Fact = { readonly type: string; readonly status: 'True' | 'False' | 'Unknown' };

const uploaded = (status: Fact['status']): Fact => ({ type: 'SnapshotMetadataUploaded', status });
const incomplete = (status: Fact['status']): Fact => ({ type: 'BackupIncomplete', status });
const listUpdated = (status: Fact['status']): Fact => ({ type: 'RecentSnapshotListUpdated', status });

interface Case {
  readonly name: string;
  readonly facts: readonly Fact[];
  readonly components: readonly ComponentPhase[];
  readonly total: number;
  readonly phase: SnapshotPhase;
}

const CASES: readonly Case[] = [
  { name: 'nothing listed is Pending', facts: [], components: [], total: 0, phase: 'Pending' },
  {
    name: 'nothing listed is Pending although the manifest is stored',
    facts: [uploaded('True')],
    components: [],
    total: 0,
    phase: 'Pending',
  },
  { name: 'listed components are Running', facts: [], components: ['Pending'], total: 1, phase: 'Running' },
  {
    name: 'all components done without a word on the manifest is Running',
    facts: [],
    components: ['Succeeded'],
    total: 1,
    phase: 'Running',
  },
  {
    name: 'all components done is Succeeded once the manifest is stored',
    facts: [uploaded('True')],
    components: ['Succeeded', 'Succeeded'],
    total: 2,
    phase: 'Succeeded',
  },
  {
    name: 'a manifest on its way does not hold up the phase',
    facts: [uploaded('Unknown')],
    components: ['Succeeded'],
    total: 1,
    phase: 'Succeeded',
  },
  {
    name: 'a manifest that could not be stored fails the Snapshot',
    facts: [uploaded('False')],
    components: ['Succeeded'],
    total: 1,
    phase: 'Failed',
  },
  {
    name: 'a recent list that could not be updated fails the Snapshot',
    facts: [listUpdated('False')],
    components: ['Succeeded'],
    total: 1,
    phase: 'Failed',
  },
  {
    name: 'an incomplete backup is Failed before anything is listed',
    facts: [incomplete('True')],
    components: [],
    total: 0,
    phase: 'Failed',
  },
  {
    name: 'an incomplete backup is Failed while components run',
    facts: [incomplete('True')],
    components: ['Running'],
    total: 1,
    phase: 'Failed',
  },
  {
    name: 'BackupIncomplete=False fails nothing',
    facts: [incomplete('False')],
    components: ['Running'],
    total: 1,
    phase: 'Running',
  },
  {
    name: 'one failed component is Failed once everything has ended',
    facts: [uploaded('Unknown')],
    components: ['Succeeded', 'Failed'],
    total: 2,
    phase: 'Failed',
  },
  {
    name: 'a failed component does not end the Snapshot while others run',
    facts: [],
    components: ['Running', 'Failed'],
    total: 2,
    phase: 'Running',
  },
];

describe('phase of a Snapshot', () => {
  for (const { name, facts, components, total, phase } of CASES) {
    it(name, () => assert.equal(snapshotPhase(facts, components, total), phase));
  }

  it('counts components against the number that was listed, not against those at hand', () => {
    assert.equal(componentsPhase(['Succeeded'], 2), 'Running');
    assert.equal(componentsPhase(['Failed'], 2), 'Failed');
  });
});
