import assert from 'node:assert/strict';
import { restorePhase, type RestorePhase } from '../../../../hooks/kinds/restoresession/phase.ts';

type Fact = { readonly type: string; readonly status: 'True' | 'False' | 'Unknown' };

const CLOSED: Fact = { type: 'MetricsPushed', status: 'True' };
const fact = (type: string, status: Fact['status']): Fact => ({ type, status });

const CASES: readonly (readonly [
  name: string,
  facts: readonly Fact[],
  components: readonly RestorePhase[],
  phase: RestorePhase,
])[] = [
  ['nothing planned is Pending', [], [], 'Pending'],
  ['a plan is Running before its first Job', [], ['Pending'], 'Running'],
  ['an invalid spec is Invalid, whatever runs', [fact('ValidationPassed', 'False')], ['Running'], 'Invalid'],
  [
    'MetricsPushed=False comes before everything',
    [fact('MetricsPushed', 'False'), fact('ValidationPassed', 'False')],
    [],
    'Failed',
  ],
  ['an incomplete restore is Failed once it is closed', [CLOSED, fact('RestoreIncomplete', 'True')], [], 'Failed'],
  ['an incomplete restore that is not closed still runs', [fact('RestoreIncomplete', 'True')], ['Running'], 'Running'],
  [
    'a failed hook is Failed once it is closed',
    [CLOSED, fact('PreRestoreHooksExecutionSucceeded', 'False')],
    ['Succeeded'],
    'Failed',
  ],
  ['no executor is Failed once it is closed', [CLOSED, fact('RestoreExecutorEnsured', 'False')], [], 'Failed'],
  ['all components back is Running until it is closed', [], ['Succeeded'], 'Running'],
  ['all components back and closed is Succeeded', [CLOSED], ['Succeeded', 'Succeeded'], 'Succeeded'],
  ['one failed component and closed is Failed', [CLOSED], ['Succeeded', 'Failed'], 'Failed'],
  ['unknown components without a failed one are Unknown', [CLOSED], ['Succeeded', 'Unknown'], 'Unknown'],
  ['a failed component counts for more than an unknown one', [CLOSED], ['Failed', 'Unknown'], 'Failed'],
  ['unknown is said before it is closed', [], ['Unknown'], 'Unknown'],
  ['a failed component does not end it while others run', [], ['Running', 'Failed'], 'Running'],
];

describe('phase of a RestoreSession', () => {
  for (const [name, facts, components, phase] of CASES) {
    it(name, () => assert.equal(restorePhase(facts, components, components.length), phase));
  }
});
