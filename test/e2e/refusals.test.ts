/** What a cluster or a storage refuses is said where a user looks for it, and ends when the cause does. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { apply, get, kubectl, reaches, storyOf, until, wordsOf } from './kubectl.ts';
import { backedUpOnce, backupConfiguration, backupSession, claim, claimTarget, fails } from './scenario.ts';
import { firstSession, folderStorage, isJudged, messagesOf, namespaceNamed, places, says } from './scenario.ts';
import { restoreSession, secret, type Scenario } from './scenario.ts';
import { installation } from './setup.ts';
import { filled, volumeFor } from './volumes.ts';

const namespace = 'refused';

describe('a refusal', () => {
  // What a Pod lacks is told two minutes after its Job: these two wait while the others are tried.
  const begun = async (namespace: string, seed: number): Promise<Scenario> => {
    const storage = folderStorage(join(installation().folder, `backups-${namespace}`));
    const scenario: Scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
    filled(volumeFor(installation().folder, namespace, 'data'), 1, seed);
    await backedUpOnce(scenario, claim(namespace, 'data'));
    return scenario;
  };
  before(async () => {
    await begun('no-room', 13);
    const placed = onNodesLabelled('disk=quiet', backupConfiguration(await begun('unplaceable', 18)));
    apply([podQuota('no-room'), backupSession('no-room', 'over-quota'), placed]);
    await isJudged('unplaceable');
    apply([backupSession('unplaceable', 'nowhere')]);
  });

  it('of a missing Secret names it, and passes once the Secret is there', async () => {
    const storage = folderStorage(join(installation().folder, 'backups-refused'));
    const scenario: Scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
    filled(volumeFor(installation().folder, namespace, 'data'), 3, 8);
    const [password, ...others] = places(scenario);
    apply([namespaceNamed(namespace), claim(namespace, 'data'), ...others, backupConfiguration(scenario)]);
    const { name } = (await firstSession(namespace)).metadata;
    // Somebody may still bring it, so it is tried again for half an hour.
    const refused = await says(namespace, name, /attempt 1 failed: SecretNotFound: .*refused\/encrypt-secret/);
    assert.equal(refused.status?.phase, 'Running');
    apply([password ?? {}]);
    await reaches('backupsession', { namespace, name }, 'Succeeded', 150);
  });

  it('of a missing Secret ends the session at its deadline, in the same words', async () => {
    kubectl(['delete', 'secret', 'encrypt-secret', '-n', namespace]);
    apply([backupSession(namespace, 'in-a-hurry', { backupTimeout: '40s' })]);
    const refused = await fails(namespace, 'in-a-hurry', 90);
    assert.match(messagesOf(refused), /SecretNotFound: .*refused\/encrypt-secret/);
    assert.match(messagesOf(refused), /backupTimeout/);
  });

  it('of a wrong password says so and leaves the repository as it is', async () => {
    apply([secret(namespace, 'encrypt-secret', { RESTIC_PASSWORD: 'another' }), backupSession(namespace, 'wrong')]);
    const refused = await fails(namespace, 'wrong');
    assert.match(wordsOf(refused), /WrongPassword/);
  });

  it('of another namespace names the manifest that would work', async () => {
    const namespace = 'foreign';
    const storage = folderStorage(join(installation().folder, 'backups-foreign'));
    const scenario: Scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
    filled(volumeFor(installation().folder, namespace, 'data'), 1, 14);
    await backedUpOnce(scenario, claim(namespace, 'data'));
    const elsewhere = { apiGroup: '', kind: 'PersistentVolumeClaim', name: 'data', namespace: 'default' };
    const configuration = backupConfiguration(scenario) as { metadata: object; spec: object };
    const restore = restoreSession(scenario, 'abroad') as { spec: object };
    apply([
      { ...configuration, metadata: { name: 'abroad', namespace }, spec: { ...configuration.spec, target: elsewhere } },
      { ...restore, spec: { ...restore.spec, target: elsewhere } },
    ]);
    for (const kind of ['backupconfiguration', 'restoresession']) {
      const refused = await until(
        `${kind} abroad is Invalid`,
        30,
        () => [get(kind, namespace, 'abroad')].find((one) => one?.status?.phase === 'Invalid'),
        () => storyOf(namespace),
      );
      assert.match(messagesOf(refused), /namespace/i);
    }
  });

  describe('of a place for the mover', () => {
    it('by a quota reaches the message of the session, which goes on once the quota does', async () => {
      const namespace = 'no-room';
      await says(namespace, 'over-quota', /PodNotMade.*quota.*kubectl describe job/, 240);
      kubectl(['delete', 'resourcequota', 'no-pods', '-n', namespace]);
      await reaches('backupsession', { namespace, name: 'over-quota' }, 'Succeeded', 240);
    }).timeout(500_000);

    it('by the scheduler reaches it too, and the session goes on once a node fits', async () => {
      const namespace = 'unplaceable';
      const waiting = await says(
        namespace,
        'nowhere',
        /Unschedulable.*didn't match Pod's node affinity\/selector/,
        240,
      );
      assert.equal(waiting.status?.phase, 'Running');
      kubectl(['label', 'node', '--all', 'disk=quiet']);
      try {
        await reaches('backupsession', { namespace, name: 'nowhere' }, 'Succeeded', 120);
      } finally {
        kubectl(['label', 'node', '--all', 'disk-']);
      }
    }).timeout(400_000);
  });
});

/** The configuration, with movers that may run only on nodes with this label. */
function onNodesLabelled(label: string, configuration: object): object {
  const [key = '', value] = label.split('=');
  const jobTemplate = { spec: { nodeSelector: { [key]: value } } };
  const { spec } = configuration as { spec: { sessions: readonly { readonly addon: object }[] } };
  const sessions = spec.sessions.map((one) => ({ ...one, addon: { ...one.addon, jobTemplate } }));
  return { ...configuration, spec: { ...spec, sessions } };
}

/** No Pod may be made beside those that are there. */
function podQuota(namespace: string): object {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'no-pods', namespace },
    spec: { hard: { pods: '0' } },
  };
}
