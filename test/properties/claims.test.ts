import assert from 'node:assert/strict';
import fc from 'fast-check';
import { syncClaims } from '../../hooks/kinds/claims/sync.ts';
import type { DecoratorRequest } from '../../hooks/kube/metacontroller.ts';
import type { Claimed } from '../../hooks/kinds/claims/parents.ts';
import * as sample from '../unit/kinds/backupconfiguration/fixtures.ts';
import { frozen, hostedWorld } from './hosted-world.ts';
import { holds, reordered } from './request-variants.ts';

const owners = fc.constantFrom(
  [],
  [sample.OWNER],
  [{ ...sample.OWNER, kind: 'Velero', apiVersion: 'velero.io/v1', uid: 'foreign' }],
  [{ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system', uid: 'system' }],
);
const objects = fc.oneof(
  owners.map((ownerReferences) => sample.repository({ metadata: { ownerReferences } })),
  owners.map((ownerReferences) => sample.backupSession(1, {}, { metadata: { ownerReferences } })),
);
const parents = fc.subarray([
  sample.configuration(),
  { ...sample.configuration(), metadata: { ...sample.configuration().metadata, name: 'other', uid: 'other-uid' } },
]);

describe('every claim', () => {
  const requests = fc
    .record({ object: objects, parents })
    .map(({ object, parents: found }): DecoratorRequest<Claimed> => ({
      object: object as Claimed,
      attachments: {},
      related: {
        'BackupConfiguration.core.kubestash.com/v1alpha1': Object.fromEntries(
          found.map((one) => [`demo/${one.metadata.name}`, one]),
        ),
      },
      finalizing: false,
    }));

  it('is the same for the same request, in whatever order, and leaves the request alone', () => {
    holds(
      fc.property(requests, fc.integer(), (request, seed) => {
        const once = syncClaims(frozen(structuredClone(request)) as typeof request);
        assert.deepEqual(syncClaims(reordered(request, seed)), once);
      }),
    );
  });

  it('names a controller only that the object has, or that it names while nobody has it', () => {
    holds(
      fc.property(requests, (request) => {
        const controller = (request.object.metadata.ownerReferences ?? []).find((one) => one.controller);
        const uid = syncClaims(request).labels?.['controller-uid'];
        const allowed =
          controller === undefined ? [undefined, sample.BC_UID, 'other-uid'] : [undefined, controller.uid];
        assert.ok(allowed.includes(uid ?? undefined));
        if (controller?.kind === 'Velero') assert.equal(uid, undefined);
      }),
    );
  });

  it('changes nothing once its labels and its stamp stand there', () => {
    const world = hostedWorld(['claims-backupsession']);
    world.apply({
      apiVersion: 'core.kubestash.com/v1alpha1',
      kind: 'BackupSession',
      metadata: { name: 'by-hand', namespace: 'demo' },
      spec: { invoker: { kind: 'BackupConfiguration', name: 'none' }, session: 's' },
    });
    world.run(10);
    const before = world.writes.length;
    world.run(3600);
    assert.deepEqual(world.writes.slice(before), []);
    world.stop();
  });
});
