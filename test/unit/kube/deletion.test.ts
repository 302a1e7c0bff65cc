import assert from 'node:assert/strict';
import type { BackupStorage } from '../../../hooks/generated/types/backupstorage.ts';
import { placesOverlap } from '../../../hooks/kinds/backupstorage/place-key.ts';
import { askedForWipeOut, largerDeletion, mayLackKinds } from '../../../hooks/kube/deletion.ts';
import type { KubeObject } from '../../../hooks/kube/objects.ts';
import { KIND } from '../../../hooks/kube/references.ts';

const DELETED = '2026-01-05T02:10:00Z';

function object(change: {
  policy?: unknown;
  generation?: number;
  observed?: unknown;
  deleted?: boolean;
  set?: string;
}): KubeObject {
  const { policy = 'WipeOut', generation = 3, observed, deleted = true, set } = change;
  const managedFields = [{ manager: 'kubectl', time: set, fieldsV1: { 'f:spec': { 'f:deletionPolicy': {} } } }];
  return {
    apiVersion: 'v1',
    kind: 'Any',
    metadata: {
      name: 'any',
      uid: 'uid',
      creationTimestamp: '2026-01-05T02:00:00Z',
      generation,
      ...(deleted ? { deletionTimestamp: DELETED } : {}),
      ...(set === undefined ? {} : { managedFields }),
    },
    spec: { deletionPolicy: policy },
    status: observed === undefined ? {} : { observedGeneration: observed },
  } as KubeObject;
}

describe('askedForWipeOut', () => {
  const CASES: readonly (readonly [what: string, change: Parameters<typeof object>[0], asked: boolean])[] = [
    ['the last sync saw the generation before the deletion', { observed: 2 }, true],
    ['the last sync saw the deletion itself', { observed: 3 }, true],
    ['the policy says Delete', { observed: 2, policy: 'Delete' }, false],
    ['the policy is no policy (B61)', { observed: 2, policy: 'wipeout' }, false],
    ['it is not deleted', { observed: 2, deleted: false }, false],
    ['the spec changed around the deletion, and nobody knows when', { observed: 1 }, false],
    ['its status was lost, and nobody knows when the policy was set', {}, false],
    ['the policy was set in the same second as the deletion', { observed: 1, set: DELETED }, true],
    ['the policy was set a second after the deletion', { observed: 1, set: '2026-01-05T02:10:01Z' }, false],
    ['its status was lost, and the policy is older', { set: '2026-01-04T00:00:00Z' }, true],
    ['its observed generation is text', { observed: '2' }, false],
  ];
  for (const [what, change, asked] of CASES) {
    it(`is ${asked} when ${what}`, () => assert.equal(askedForWipeOut(object(change)), asked));
  }
});

describe('mayLackKinds', () => {
  for (const [minutes, may] of [
    [0, false],
    [20, false],
    [39, false],
    [40, true],
    [59, true],
    [60, false],
    [79, false],
    [80, true],
    [24 * 60, true],
  ] as const) {
    it(`is ${may} ${minutes} minutes after the deletion`, () => {
      assert.equal(mayLackKinds(object({}), Date.parse(DELETED) + minutes * 60_000), may);
    });
  }
  it('is false for what is not deleted', () => {
    assert.equal(mayLackKinds(object({ deleted: false }), Date.parse('2027-01-01T00:00:00Z')), false);
  });
});

describe('largerDeletion', () => {
  const namespace = (more: object): Record<string, KubeObject> => ({
    demo: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'demo', uid: 'n', creationTimestamp: DELETED, ...more },
    },
  });
  const definition = (more: object): Record<string, KubeObject> => ({
    'a.b': {
      apiVersion: 'v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'a.b', uid: 'd', creationTimestamp: DELETED, ...more },
    },
  });
  const going = { deletionTimestamp: DELETED };
  const DEFINITION_GOING = { reason: 'DefinitionGoing', message: 'CustomResourceDefinition a.b is going or gone' };
  const CASES: readonly (readonly [what: string, related: Parameters<typeof largerDeletion>[0], found: unknown])[] = [
    [
      'nothing else goes',
      { [KIND.namespace]: namespace({}), [KIND.customResourceDefinition]: definition({}) },
      undefined,
    ],
    [
      'the Namespace goes, whatever else is seen',
      { [KIND.namespace]: namespace(going) },
      { reason: 'NamespaceTerminating', message: 'Namespace demo is going' },
    ],
    [
      'the definition goes',
      { [KIND.namespace]: namespace({}), [KIND.customResourceDefinition]: definition(going) },
      DEFINITION_GOING,
    ],
    [
      'the definition is gone',
      { [KIND.namespace]: namespace({}), [KIND.customResourceDefinition]: {} },
      DEFINITION_GOING,
    ],
    ['definitions are not shown', { [KIND.namespace]: namespace({}) }, 'unseen'],
    ['nothing is shown', {}, 'unseen'],
  ];
  for (const [what, related, found] of CASES) {
    it(`answers when ${what}`, () => assert.deepEqual(largerDeletion(related, 'demo', ['a.b']), found));
  }
});

describe('placesOverlap', () => {
  const storage = (spec: object, namespace = 'demo'): BackupStorage =>
    ({
      metadata: { name: 's', namespace, uid: 'u', creationTimestamp: DELETED },
      spec: { storage: spec },
    }) as unknown as BackupStorage;
  const s3 = (prefix?: string, bucket = 'b', endpoint = 'https://s3.example.com'): object => ({
    provider: 's3',
    s3: { bucket, endpoint, prefix },
  });
  const local = (source: object, subPath?: string): object => ({
    provider: 'local',
    local: { mountPath: '/m', subPath, ...source },
  });
  const path = (text: string): object => ({ hostPath: { path: text } });
  const claim = { persistentVolumeClaim: { claimName: 'c' } };
  const CASES: readonly (readonly [what: string, one: object, other: object, overlap: boolean])[] = [
    ['one bucket without a prefix and one with', s3(), s3('inner'), true],
    ['a prefix inside another', s3('a'), s3('a/b/'), true],
    ['prefixes that begin alike', s3('a'), s3('ab'), false],
    ['two buckets', s3('a'), s3('a', 'c'), false],
    ['two servers', s3('a'), s3('a', 'b', 'https://other.example.com'), false],
    ['a directory of the node inside another', local(path('/srv')), local(path('/srv/backups')), true],
    ['the same by a subPath', local(path('/srv'), 'backups'), local(path('/srv/backups')), true],
    ['two directories of the node', local(path('/srv/a')), local(path('/srv/b')), false],
    ['one claim under two subPaths', local(claim, 'a'), local(claim, 'b'), false],
    ['one claim under no subPath and one', local(claim), local(claim, 'b'), true],
    ['an export and a claim', local({ nfs: { server: 's', path: '/' } }), local(claim), false],
    ['a provider that is none', { provider: 'tape' }, { provider: 'tape' }, false],
  ];
  for (const [what, one, other, overlap] of CASES) {
    it(`says ${overlap} of ${what}`, () => {
      assert.equal(placesOverlap(storage(one), storage(other)), overlap);
      assert.equal(placesOverlap(storage(other), storage(one)), overlap);
    });
  }
  it('tells claims of two namespaces apart', () => {
    assert.equal(placesOverlap(storage(local(claim), 'demo'), storage(local(claim), 'other')), false);
  });
});
