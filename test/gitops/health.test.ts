import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { luaHealthOf } from '../../kustomize/health/argocd-lua.ts';
import { healthFiles } from '../../kustomize/health/files.ts';
import { healthCheckOf } from '../../kustomize/health/flux-cel.ts';
import { HEALTH_KINDS } from '../../kustomize/health/kinds.ts';
import { ROUTES } from '../../hooks/routes.ts';
import { fluxStatusOf, kstatusOf, type Judged, type KStatus } from './kstatus.ts';
import { luaHealth } from './lua.ts';
import { goldenStatuses } from './statuses.ts';

const KUSTOMIZE = new URL('../../kustomize/', import.meta.url);
const ARGO_OF: Readonly<Record<KStatus, readonly string[]>> = {
  Current: ['Healthy', 'Suspended'],
  InProgress: ['Progressing'],
  Failed: ['Degraded'],
};
const statuses = goldenStatuses();

describe('health for GitOps', () => {
  it('is written to kustomize/ as the table says', () => {
    for (const [path, text] of healthFiles()) {
      const file = new URL(path, KUSTOMIZE);
      assert.ok(existsSync(file), `${path} is missing: npx tsx kustomize/health/write.ts`);
      assert.equal(readFileSync(file, 'utf8'), text, `${path} drifted: npx tsx kustomize/health/write.ts`);
    }
  });

  it('knows every kind that a composite hook answers a status for', () => {
    const reconciled = ROUTES.filter((row) => row.controllerKind === 'CompositeController').map(
      (row) => row.parent.kind,
    );
    assert.deepEqual(HEALTH_KINDS.map(({ kind }) => kind).sort(), [...reconciled].sort());
  });

  it('finds statuses in the golden corpus to judge', () => assert.ok(statuses.length > 80, String(statuses.length)));

  for (const { id, kind, object } of statuses.filter((one) => hasReady(one.object))) {
    it(`says the same of ${id} in Argo CD, in Flux and by kstatus`, () => {
      const expected = kstatusOf(object);
      assert.equal(fluxStatusOf(healthCheckOf(kind), object), expected, 'Flux');
      const argo = luaHealth(luaHealthOf(kind), object);
      assert.ok(ARGO_OF[expected].includes(argo.status), `Argo CD: ${argo.status}, kstatus: ${expected}`);
      const messages = (object.status?.conditions ?? []).map((one) => one.message);
      assert.ok(argo.status === 'Suspended' || messages.includes(argo.message), `message of Argo CD: ${argo.message}`);
    });
  }

  it('is in progress or known by its phase where a hook answers no Ready condition', () => {
    for (const { id, kind, object } of statuses.filter((one) => !hasReady(one.object))) {
      const known = [...kind.healthyPhases, ...kind.failedPhases].includes(object.status?.phase ?? '');
      const flux = fluxStatusOf(healthCheckOf(kind), object);
      assert.equal(flux === 'InProgress', !known, id);
      assert.ok(ARGO_OF[flux].includes(luaHealth(luaHealthOf(kind), object).status), id);
    }
  });
});

const at = (status: Judged['status'], spec?: Judged['spec']): Judged => ({
  metadata: { generation: 2 },
  ...(spec === undefined ? {} : { spec }),
  ...(status === undefined ? {} : { status }),
});
const said = (...conditions: readonly string[]): NonNullable<NonNullable<Judged['status']>['conditions']> =>
  conditions.map((text) => {
    const [type = '', status = ''] = text.split('=');
    return { type, status, message: `about ${type}` };
  });

describe('health of one object', () => {
  const cases: readonly (readonly [string, string, Judged, string, KStatus])[] = [
    ['was never looked at', 'Snapshot', at({ observedGeneration: -1 }), 'Progressing', 'InProgress'],
    ['was changed since', 'Snapshot', at({ observedGeneration: 1, phase: 'Succeeded' }), 'Progressing', 'InProgress'],
    ['waits', 'Snapshot', at({ conditions: said('Ready=False', 'Reconciling=True') }), 'Progressing', 'InProgress'],
    ['is not ready and says no more', 'Snapshot', at({ conditions: said('Ready=False') }), 'Progressing', 'InProgress'],
    ['needs its user', 'RestoreSession', at({ conditions: said('Ready=False', 'Stalled=True') }), 'Degraded', 'Failed'],
    ['is done', 'RestoreSession', at({ conditions: said('Ready=True') }), 'Healthy', 'Current'],
    ['is paused', 'Repository', at({ conditions: said('Ready=True') }, { paused: true }), 'Suspended', 'Current'],
    ['is paused and waits', 'Repository', at({ conditions: said('Reconciling=True') }, { paused: true }), 'Progressing', 'InProgress'],
    ['of KubeStash is done', 'BackupSession', at({ phase: 'Succeeded' }), 'Healthy', 'Current'],
    ['of KubeStash failed', 'BackupSession', at({ phase: 'Failed' }), 'Degraded', 'Failed'],
    ['of KubeStash runs', 'BackupSession', at({ phase: 'Running' }), 'Progressing', 'InProgress'],
    ['of KubeStash is not ready', 'BackupStorage', at({ phase: 'NotReady' }), 'Progressing', 'InProgress'],
    ['of KubeStash is invalid', 'BackupConfiguration', at({ phase: 'Invalid' }), 'Degraded', 'Failed'],
  ]; // prettier-ignore
  for (const [sentence, name, object, argo, flux] of cases) {
    it(`${name} that ${sentence} is ${argo} in Argo CD and ${flux} in Flux`, () => {
      const kind = kindNamed(name);
      assert.equal(luaHealth(luaHealthOf(kind), object).status, argo);
      assert.equal(fluxStatusOf(healthCheckOf(kind), object), flux);
    });
  }

  it('tells of a failed last backup on a healthy BackupConfiguration', () => {
    const health = luaHealth(
      luaHealthOf(kindNamed('BackupConfiguration')),
      at({ conditions: said('Ready=True', 'LastBackupSucceeded=False') }),
    );
    assert.deepEqual(health, { status: 'Healthy', message: 'about LastBackupSucceeded' });
  });

  it('is in progress in Argo CD before there is a status at all', () => {
    assert.equal(luaHealth(luaHealthOf(kindNamed('Snapshot')), at(undefined)).status, 'Progressing');
  });
});

function kindNamed(name: string): (typeof HEALTH_KINDS)[number] {
  const kind = HEALTH_KINDS.find((one) => one.kind === name);
  assert.ok(kind);
  return kind;
}

function hasReady(object: Judged): boolean {
  return (object.status?.conditions ?? []).some((one) => one.type === 'Ready');
}
