import assert from 'node:assert/strict';
import { customizeRestoreSession } from '../../../../hooks/kinds/restoresession/customize.ts';
import { needsOf } from '../../../../hooks/kinds/restoresession/needs.ts';
import { syncRestoreSession } from '../../../../hooks/kinds/restoresession/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import { overlaid } from '../snapshot/objects.ts';
import * as the from './world.ts';

const { START } = the;
const S3 = { provider: 's3', s3: { bucket: 'backups', endpoint: 'https://s3.example.com', secretName: 'keys' } };

/** Repository, Snapshot and storage in namespace shop; the session and its target in demo. */
function elsewhere(storage: the.Overlay, dataSource: the.Overlay = {}): the.World {
  const world = the.world();
  const others = world.others.map((one) => {
    if (one.kind === 'BackupStorage') return overlaid(one, { metadata: { namespace: 'shop' }, spec: storage });
    if (one.kind === 'Snapshot') return overlaid(one, { metadata: { namespace: 'shop' } });
    return one.kind === 'Repository' ? overlaid<KubeObject>(one, REPOSITORY) : one;
  });
  return the.sessionChanged(
    { ...world, others },
    { spec: { dataSource: { namespace: 'shop', encryptionSecret: undefined, ...dataSource } } },
  );
}

const REPOSITORY = {
  metadata: { namespace: 'shop' },
  spec: { storageRef: { name: 'storage', namespace: 'shop' }, encryptionSecret: { name: 'key', namespace: undefined } },
};
const ADMITTED = { storage: S3, usagePolicy: { allowedNamespaces: { from: 'All' } } };

function readyOf(world: the.World): readonly unknown[] {
  const { status } = syncRestoreSession(the.requestOf(world), START);
  const ready = conditionOf(status, 'Ready');
  return [status.phase, ready?.reason, ready?.message];
}

describe('a RestoreSession whose source is in another namespace', () => {
  it('sees Repository and Snapshots there, and the backups of its target here', () => {
    const { relatedResources } = customizeRestoreSession({ parent: elsewhere(ADMITTED).session });
    const of = (resource: string): readonly unknown[] =>
      relatedResources.filter((one) => one.resource === resource).map((one) => one.namespace);
    assert.deepEqual([of('snapshots'), of('repositories')], [['shop', 'demo'], ['shop']]);
  });

  it('restores with credentials that its mover reads itself, and says in its plan which', () => {
    const world = elsewhere(ADMITTED);
    const first = syncRestoreSession(the.requestOf(world), START);
    const { plan } = first.status.metastash as { plan: { encryptionSecret: object; sourceNamespace: string } };
    assert.deepEqual(
      [first.status.phase, plan.sourceNamespace, plan.encryptionSecret],
      ['Running', 'shop', { name: 'key', namespace: 'shop' }],
    );
    const { children } = syncRestoreSession(the.requestOf(the.applied(world, first, START)), START);
    const job = JSON.stringify(children.find((one) => one.kind === 'Job'));
    assert.match(job, /\\"secret\\":\{\\"namespace\\":\\"shop\\",\\"name\\":\\"keys\\"\}/);
    assert.match(job, /\\"encryptionSecret\\":\{\\"namespace\\":\\"shop\\",\\"name\\":\\"key\\"\}/);
    assert.doesNotMatch(job, /secretName/);
    const { session } = the.applied(world, first, START);
    assert.deepEqual(needsOf(session), {
      storages: [{ name: 'storage', namespace: 'shop' }],
      secret: { name: 'key', namespace: 'shop' },
      repository: undefined,
      jobTemplate: undefined,
    });
  });

  it('follows its plan and not a later edit of the spec', () => {
    const world = elsewhere(ADMITTED);
    const pinned = the.applied(world, syncRestoreSession(the.requestOf(world), START), START);
    const edited = the.sessionChanged(pinned, { spec: { dataSource: { namespace: 'demo' } } });
    const { children } = syncRestoreSession(the.requestOf(edited), START);
    assert.ok(children.some((one) => one.kind === 'Job'));
  });

  const REFUSALS: readonly [name: string, storage: the.Overlay][] = [
    ['has no usagePolicy', { storage: S3, usagePolicy: undefined }],
    ['admits its own namespace only', { storage: S3, usagePolicy: { allowedNamespaces: { from: 'Same' } } }],
    [
      'selects other namespaces',
      {
        storage: S3,
        usagePolicy: { allowedNamespaces: { from: 'Selector', selector: { matchLabels: { team: 'shop' } } } },
      },
    ],
  ];
  for (const [name, storage] of REFUSALS) {
    it(`waits, and tells nothing of what is there, when the storage ${name}`, () => {
      for (const [dataSource, what] of [
        [{}, 'Repository shop/library'],
        [{ snapshot: 'monday' }, 'Snapshot shop/monday'],
        [{ snapshot: 'never-was' }, 'Snapshot shop/never-was'],
      ] as const) {
        const world = elsewhere(storage, dataSource);
        assert.deepEqual(readyOf(world), [
          'Pending',
          'SourceNotAllowed',
          `${what} does not exist, or its BackupStorage does not admit namespace demo: spec.usagePolicy of the storage has to; ` +
            'ask its owner, or create the RestoreSession in namespace shop',
        ]);
        const { status } = syncRestoreSession(the.requestOf(world), START);
        const found = status.dependencies?.filter((one) => one.kind !== 'Addon').map((one) => one.found);
        assert.deepEqual([...new Set(found)], [false]);
      }
    });
  }

  it('waits when the policy is withdrawn after the plan was pinned and before a Job was made', () => {
    const world = elsewhere(ADMITTED);
    const pinned = the.applied(world, syncRestoreSession(the.requestOf(world), START), START);
    const withdrawn = the.changed(pinned, 'BackupStorage', 'storage', {
      spec: { usagePolicy: { allowedNamespaces: { from: 'Same' } } },
    });
    const { children, status } = syncRestoreSession(the.requestOf(withdrawn), START);
    assert.deepEqual(
      children.filter((one) => one.kind === 'Job'),
      [],
    );
    assert.match(
      JSON.stringify(status.components),
      /BackupStorage shop\/storage does not exist or does not admit namespace demo/,
    );
  });

  it('cannot mount a claim from there, and says what would work', () => {
    const local = { provider: 'local', s3: undefined, local: { mountPath: '/b', hostPath: undefined } };
    const claim = { ...local, local: { ...local.local, persistentVolumeClaim: { claimName: 'disk' } } };
    const [phase, reason, message] = readyOf(elsewhere({ ...ADMITTED, storage: claim }));
    assert.deepEqual([phase, reason], ['Invalid', 'ClaimInOtherNamespace']);
    assert.match(String(message), /namespace demo cannot mount; use a storage of the own namespace, or one on NFS/);
    const host = { ...local, local: { ...local.local, hostPath: { path: '/srv/backups' } } };
    assert.equal(readyOf(elsewhere({ ...ADMITTED, storage: host }))[0], 'Running');
  });
});
