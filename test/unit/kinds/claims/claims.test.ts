import assert from 'node:assert/strict';
import { customizeClaims } from '../../../../hooks/kinds/claims/customize.ts';
import type { Claimed } from '../../../../hooks/kinds/claims/parents.ts';
import { syncClaims } from '../../../../hooks/kinds/claims/sync.ts';
import type { DecoratorResponse } from '../../../../hooks/kube/metacontroller.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import { kindOf } from '../../../../hooks/kube/references.ts';
import * as sample from '../backupconfiguration/fixtures.ts';

const ORPHAN = { metadata: { ownerReferences: [], labels: {} } };

function claim(object: KubeObject, ...parents: readonly KubeObject[]): DecoratorResponse {
  const related = Object.fromEntries(
    parents.map((one) => [
      kindOf(one),
      Object.fromEntries(
        parents
          .filter((other) => kindOf(other) === kindOf(one))
          .map((other) => [`${other.metadata.namespace}/${other.metadata.name}`, other]),
      ),
    ]),
  );
  return syncClaims({ object: object as Claimed, attachments: {}, related, finalizing: false });
}

describe('a claim', () => {
  it('goes to the older of two configurations that name a Repository', () => {
    const base = sample.configuration();
    const younger = {
      ...base,
      metadata: { ...base.metadata, name: 'aaa', uid: 'aaa-uid', creationTimestamp: '2026-01-05T01:30:00Z' },
    };
    assert.equal(claim(sample.repository(ORPHAN), younger, base).labels?.['controller-uid'], sample.BC_UID);
  });

  it('goes to the configuration that the Repository was of before, if it is one of them', () => {
    const base = sample.configuration();
    const other = {
      ...base,
      metadata: { ...base.metadata, name: 'other', uid: 'other-uid', creationTimestamp: '2025-01-01T00:00:00Z' },
    };
    const object = sample.repository({
      metadata: { ...ORPHAN.metadata, labels: { 'kubestash.com/invoker-name': 'sample-backup' } },
    });
    assert.equal(claim(object, other, base).labels?.['controller-uid'], sample.BC_UID);
  });

  it('never goes to a parent that is being deleted, or of another namespace', () => {
    const base = sample.configuration();
    const going = { ...base, metadata: { ...base.metadata, deletionTimestamp: '2026-01-05T01:00:00Z' } };
    const elsewhere = { ...base, metadata: { ...base.metadata, namespace: 'other' } };
    for (const parent of [going, elsewhere]) {
      assert.equal(claim(sample.backupSession(1, {}, ORPHAN), parent).labels?.['controller-uid'], undefined);
    }
  });

  it('cuts a name that no label can hold', () => {
    const name = 'a'.repeat(80);
    const object = sample.backupSession(1, {}, { ...ORPHAN, spec: { invoker: { kind: 'BackupConfiguration', name } } });
    const label = claim(object).labels?.['kubestash.com/invoker-name'] ?? '';
    assert.match(label, /^a{54}-[0-9a-f]{8}$/);
  });

  it('leaves an object of another controller alone, but for its stamp', () => {
    const object = sample.repository({
      metadata: { labels: {}, ownerReferences: [{ ...sample.OWNER, apiVersion: 'x/v1', kind: 'Other' }] },
    });
    assert.deepEqual(claim(object, sample.configuration()), {
      labels: {},
      annotations: { 'metastash.dev/uid': 'repository-sample-repo' },
      attachments: [],
    });
  });

  it('survives specs that are none', () => {
    for (const spec of [
      undefined,
      {},
      { invoker: 7 },
      { invoker: { name: '' } },
      { repository: 3 },
      { sessions: 'x', target: null },
    ]) {
      for (const kind of ['BackupSession', 'Snapshot', 'Repository', 'Pod']) {
        const object = { ...sample.backupSession(1, {}, ORPHAN), kind, spec } as unknown as Claimed;
        assert.deepEqual(claim(object, { ...sample.configuration(), spec } as unknown as KubeObject).attachments, []);
        assert.ok(Array.isArray(customizeClaims({ parent: object }).relatedResources));
      }
    }
  });
});
