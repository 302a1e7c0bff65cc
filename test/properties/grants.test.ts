/** Who may read what, for any storages, policies, blueprints, Repositories and restores: exactly the declared relation, never more. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { syncGrants } from '../../hooks/kinds/grants/sync.ts';
import { secretRole } from '../../hooks/jobs/storage-secret.ts';
import type { DecoratorRequest, ObjectMap } from '../../hooks/kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../../hooks/kube/objects.ts';
import { isAllowed } from '../../sandbox/api-server/rbac.ts';
import { createApiServer, type SandboxApiServer } from '../../sandbox/api-server/server.ts';
import { virtualClock } from '../../sandbox/clocks/virtual.ts';
import {
  ACCOUNTS,
  mapOf,
  mayRead,
  model,
  NAMESPACES,
  objectsOf,
  requestOf,
  SECRETS,
  type Model,
} from './grants-model.ts';
import { frozen } from './hosted-world.ts';

const placesOf = (names: readonly string[]): readonly { readonly namespace: string; readonly name: string }[] =>
  NAMESPACES.flatMap((namespace) => names.map((name) => ({ namespace, name })));
const PAIRS = placesOf(ACCOUNTS).flatMap((account) =>
  placesOf([...SECRETS, '${key}']).map((secret) => [account, secret] as const),
);

describe('grants', () => {
  it('let exactly those accounts read a Secret elsewhere that use it and whom its owner admits', () => {
    let granting = 0;
    fc.assert(
      fc.property(model, (world) => {
        const api = granted(world);
        for (const [account, secret] of PAIRS) {
          const attempt = { verb: 'get', group: '', resource: 'secrets', ...secret } as const;
          const words = `${account.namespace}/${account.name} and Secret ${secret.namespace}/${secret.name}`;
          const expected = mayRead(world, account, secret);
          if (expected) granting += 1;
          assert.equal(isAllowed(api, account, attempt), expected, words);
          assert.equal(isAllowed(api, account, { ...attempt, verb: 'list' }), false, words);
        }
      }),
      { numRuns: 150, seed: 20_260_105 },
    );
    assert.ok(granting > 50, `only ${granting} grants were met`);
  });

  it('are the same in whatever order objects come, change nothing when they stand, and lie only elsewhere', () => {
    fc.assert(
      fc.property(model, fc.constantFrom(...NAMESPACES), (world, consumer) => {
        const request = requestOf(world, consumer);
        const answer = syncGrants(frozen(request) as DecoratorRequest);
        assert.deepEqual(syncGrants(reversed(request)), answer);
        const standing = syncGrants({ ...request, attachments: mapOf(answer.attachments as unknown as KubeObject[]) });
        assert.deepEqual(standing.attachments, answer.attachments);
        assert.equal(standing.resyncAfterSeconds, undefined);
        for (const { metadata } of answer.attachments) assert.notEqual(metadata.namespace, consumer);
        const blind = syncGrants({
          ...request,
          related: {},
          attachments: mapOf(answer.attachments as unknown as KubeObject[]),
        });
        assert.deepEqual(sorted(blind.attachments), sorted(answer.attachments));
      }),
      { numRuns: 150 },
    );
  });
});

/** An API server that holds the Roles of all storages and what the decorator makes for every namespace. */
function granted(world: Model): SandboxApiServer {
  const api = createApiServer(virtualClock(0));
  for (const name of NAMESPACES) api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const storage of objectsOf(world).filter((one) => one.kind === 'BackupStorage')) {
    const role = secretRole(storage as KubeObject<object>, {});
    if (role) api.create(role);
  }
  for (const consumer of NAMESPACES) {
    for (const attachment of syncGrants(requestOf(world, consumer)).attachments) api.create(attachment);
  }
  return api;
}

function reversed(request: DecoratorRequest): DecoratorRequest {
  const turn = (map: object): object => Object.fromEntries(Object.entries(map).reverse());
  const related = Object.fromEntries(Object.entries(request.related).map(([name, group]) => [name, turn(group)]));
  return { ...request, related: turn(related) as ObjectMap };
}

function sorted(objects: readonly DesiredObject[]): readonly string[] {
  return objects.map((one) => `${one.kind} ${one.metadata.namespace}/${one.metadata.name}`).sort();
}
