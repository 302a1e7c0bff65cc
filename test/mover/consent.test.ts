import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { consentCommands, secretRefusal } from '../../mover/consent.ts';
import { World } from './world.ts';

const REFUSAL =
  'GET /api/v1/namespaces/vault/secrets/pw: secrets "pw" is forbidden: User "system:serviceaccount:demo:mover-repo" cannot get ' +
  'resource "secrets" in API group "" in the namespace "vault"';
const COMMANDS =
  'kubectl create role read-pw -n vault --verb=get --resource=secrets --resource-name=pw; ' +
  'kubectl create rolebinding read-pw-demo-mover-repo -n vault --role=read-pw --serviceaccount=demo:mover-repo';

describe('the refusal of a Secret in another namespace', () => {
  it('names who was refused and what its owner types to allow it', () => {
    assert.equal(
      secretRefusal({ namespace: 'vault', name: 'pw' }, REFUSAL),
      `ServiceAccount demo/mover-repo may not read Secret vault/pw. Its owner can allow it with \`${COMMANDS}\``,
    );
  });

  it('says less where the API server said less', () => {
    for (const refusal of ['', 'Unauthorized', 'User "alice" cannot get resource "secrets"']) {
      assert.equal(
        secretRefusal({ namespace: 'vault', name: 'pw' }, refusal),
        'The mover may not read Secret vault/pw',
      );
    }
  });

  it('hands no text of a manifest to the shell of who is asked', () => {
    const account = { namespace: 'demo', name: 'mover-repo' };
    for (const name of ['pw; rm -rf /', '$(id)', 'pw`id`', 'a b', '-n', 'Ä', '', '../x', "pw'"]) {
      assert.equal(consentCommands({ namespace: 'vault', name }, account), undefined, name);
      assert.equal(consentCommands({ namespace: name, name: 'pw' }, account), undefined, name);
      assert.equal(consentCommands({ namespace: 'vault', name: 'pw' }, { ...account, name }), undefined, name);
    }
  });
});

describe('a mover whose encryption Secret is in another namespace', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());

  const secret = { namespace: 'vault', name: 'pw' };
  const repository = (): object => ({ ...world.repository(), encryptionSecret: secret });
  const put = (object: object): string =>
    world.object('secrets', 'vault', { metadata: { name: 'pw' }, ...object } as { metadata: { name: string } });

  it('reads it with its own token and conceals it', async () => {
    await world.initRepository();
    put({ kind: 'Secret', data: { RESTIC_PASSWORD: Buffer.from('of the vault\n').toString('base64') } });
    world.write('/source/data/file', 'x');
    const ran = await world.backup([], { repository: repository() });
    assert.equal(ran.status.phase, 'Succeeded', JSON.stringify(ran.status));
    assert.equal(JSON.stringify([ran.status, ran.log]).includes('of the vault'), false);
  });

  it('says SecretForbidden, who was refused, and how it can be allowed', async () => {
    await world.initRepository();
    put({ kind: 'Status', code: 403, message: REFUSAL });
    world.write('/source/data/file', 'x');
    const { status } = await world.backup([], { repository: repository() });
    assert.equal(status.error?.code, 'SecretForbidden');
    assert.ok(status.error.message.includes(`\`${COMMANDS}\``), status.error.message);
    assert.equal(status.error.retryable, true);
  });

  it('waits for a grant that is made a moment after its Job', async () => {
    await world.initRepository();
    const file = put({ kind: 'Status', code: 403, message: REFUSAL });
    world.write('/source/data/file', 'x');
    world.env['METASTASH_REPORT_WAIT_SECONDS'] = '20';
    const running = world.backup([], { repository: repository() });
    const granted = setInterval(() => {
      put({ kind: 'Secret', data: { RESTIC_PASSWORD: Buffer.from('late').toString('base64') } });
    }, 300);
    try {
      assert.equal((await running).status.phase, 'Succeeded');
      assert.match(readFileSync(file, 'utf8'), /RESTIC_PASSWORD/);
    } finally {
      clearInterval(granted);
    }
  });
});
