/** The phases that follow from a handful of facts; those of sessions, Snapshots and restores have tests in their folders. */
import assert from 'node:assert/strict';
import { configurationPhase } from '../../../hooks/kinds/backupconfiguration/phase.ts';
import { storagePhase } from '../../../hooks/kinds/backupstorage/phase.ts';
import { repositoryPhase } from '../../../hooks/kinds/repository/phase.ts';
import type { ConditionStatus } from '../../../hooks/kube/conditions.ts';

describe('the phase of a BackupConfiguration', () => {
  const all = { targetFound: true, backendsReady: [true, true], hasSchedulers: true };
  for (const [what, facts, phase] of [
    ['a spec that is refused', 'refused', 'Invalid'],
    ['everything there', all, 'Ready'],
    ['no backend to ask for', { ...all, backendsReady: [] }, 'Ready'],
    ['no target', { ...all, targetFound: false }, 'NotReady'],
    ['one of two backends', { ...all, backendsReady: [true, false] }, 'NotReady'],
    ['a session without its CronJob', { ...all, hasSchedulers: false }, 'NotReady'],
  ] as const) {
    it(`with ${what} is ${phase}`, () => assert.equal(configurationPhase(facts), phase));
  }
});

describe('the phase of a BackupStorage', () => {
  const rows: readonly (readonly [
    validation: ConditionStatus | undefined,
    initialized: ConditionStatus | undefined,
    secret: ConditionStatus | undefined,
    phase: string,
  ])[] = [
    ['True', 'True', 'True', 'Ready'],
    ['True', 'True', undefined, 'Ready'],
    ['True', 'True', 'False', 'NotReady'],
    ['True', 'False', 'True', 'NotReady'],
    ['True', 'Unknown', undefined, 'NotReady'],
    ['True', undefined, undefined, 'NotReady'],
    ['False', 'True', 'True', 'NotReady'],
  ];
  for (const [validation, initialized, secret, phase] of rows) {
    it(`is ${phase} where validation, initialisation and Secret are ${validation}, ${initialized} and ${secret}`, () => {
      const facts = Object.entries({
        ValidationPassed: validation,
        BackendInitialized: initialized,
        BackendSecretFound: secret,
      });
      const conditions = facts.flatMap(([type, status]) => (status === undefined ? [] : [{ type, status }]));
      assert.equal(storagePhase(conditions), phase);
    });
  }
});

describe('the phase of a Repository', () => {
  for (const [isInitialized, isAdmitted, phase] of [
    [true, true, 'Ready'],
    [false, true, 'NotReady'],
    [true, false, 'NotReady'],
  ] as const) {
    it(`is ${phase} where its directory ${isInitialized ? 'is' : 'is not'} claimed and it ${isAdmitted ? 'is' : 'is not'} admitted`, () => {
      assert.equal(repositoryPhase({ isInitialized, isAdmitted }), phase);
    });
  }
});
