/** What a cluster or a storage refuses is said where a user looks for it, and ends when the cause does. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { apply, get, kubectl, reaches, storyOf, until, wordsOf, type Found } from './kubectl.ts';
import { backedUpOnce, backupConfiguration, backupSession, claim, claimTarget, fails } from './scenario.ts';
import { firstSession, folderStorage, namespaceNamed, places } from './scenario.ts';
import { restoreSession, secret, type Scenario } from './scenario.ts';
import { installation } from './setup.ts';
import { filled, volumeFor } from './volumes.ts';

const namespace = 'refused';

describe('a refusal', () => {
  it('of a missing Secret names it, and passes once the Secret is there', async () => {
    const storage = folderStorage(join(installation().folder, 'backups-refused'));
    const scenario: Scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
    filled(volumeFor(installation().folder, namespace, 'data'), 3, 8);
    const [password, ...others] = places(scenario);
    apply([namespaceNamed(namespace), claim(namespace, 'data'), ...others, backupConfiguration(scenario)]);
    const refused = await fails(namespace, (await firstSession(namespace)).metadata.name);
    assert.match(wordsOf(refused), /SecretNotFound.*refused\/encrypt-secret/);
    apply([password ?? {}, backupSession(namespace, 'with-password')]);
    await reaches('backupsession', { namespace, name: 'with-password' }, 'Succeeded');
  });

  it('of a wrong password says so and leaves the repository as it is', async () => {
    kubectl(['delete', 'secret', 'encrypt-secret', '-n', namespace]);
    apply([secret(namespace, 'encrypt-secret', { RESTIC_PASSWORD: 'another' }), backupSession(namespace, 'wrong')]);
    const refused = await fails(namespace, 'wrong');
    assert.match(wordsOf(refused), /WrongPassword/);
  });

  it('by a quota reaches the message of the session, which goes on once the quota does', async () => {
    const namespace = 'no-room';
    const storage = folderStorage(join(installation().folder, 'backups-no-room'));
    const scenario: Scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
    filled(volumeFor(installation().folder, namespace, 'data'), 1, 13);
    await backedUpOnce(scenario, claim(namespace, 'data'));
    const says = (session: string, words: RegExp): Promise<unknown> =>
      until(
        `${session} says ${words.source}`,
        240,
        () => (words.test(messagesOf(get('backupsession', namespace, session))) ? true : undefined),
        () => `${messagesOf(get('backupsession', namespace, session))}\n${storyOf(namespace)}`,
      );
    apply([podQuota(namespace), backupSession(namespace, 'over-quota')]);
    await says('over-quota', /PodNotMade.*quota.*kubectl describe job/);
    kubectl(['delete', 'resourcequota', 'no-pods', '-n', namespace]);
    await reaches('backupsession', { namespace, name: 'over-quota' }, 'Succeeded', 240);
  }).timeout(900_000);

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
});

/** No Pod may be made beside those that are there. */
function podQuota(namespace: string): object {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'no-pods', namespace },
    spec: { hard: { pods: '0' } },
  };
}

/** Every condition's message, and those of the session's Snapshots. */
function messagesOf(object: Found | undefined): string {
  const conditions = object?.status?.conditions ?? [];
  return [...conditions.map((one) => one.message ?? ''), JSON.stringify(object?.status?.['snapshots'] ?? [])].join(
    '\n',
  );
}
