/** What a cluster or a storage refuses is said where a user looks for it, and ends when the cause does. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { apply, get, kubectl, list, reaches, storyOf, until, wordsOf } from './kubectl.ts';
import { backupConfiguration, backupSession, claim, claimTarget, folderStorage } from './scenario.ts';
import { namespaceNamed, places, secret, type Scenario } from './scenario.ts';
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
    const session = await until(
      'a session',
      60,
      () => list('backupsessions', namespace)[0],
      () => storyOf(namespace),
    );
    const { name } = session.metadata;
    const refused = await until(
      'the session ends',
      60,
      () => [get('backupsession', namespace, name)].find((one) => one?.status?.phase === 'Failed'),
      () => storyOf(namespace),
    );
    assert.match(wordsOf(refused), /SecretNotFound.*refused\/encrypt-secret/);
    apply([password ?? {}, backupSession(namespace, 'with-password')]);
    await reaches('backupsession', { namespace, name: 'with-password' }, 'Succeeded');
  });

  it('of a wrong password says so and leaves the repository as it is', async () => {
    kubectl(['delete', 'secret', 'encrypt-secret', '-n', namespace]);
    apply([secret(namespace, 'encrypt-secret', { RESTIC_PASSWORD: 'another' }), backupSession(namespace, 'wrong')]);
    const refused = await until(
      'the session ends',
      60,
      () => [get('backupsession', namespace, 'wrong')].find((one) => one?.status?.phase === 'Failed'),
      () => storyOf(namespace),
    );
    assert.match(wordsOf(refused), /WrongPassword/);
  });
});
