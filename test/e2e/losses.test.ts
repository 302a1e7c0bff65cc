/** What is lost while a mover works: its Pod, its node, its storage. Sessions end and say why; the next one is whole. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { differencesOf, fingerprintOf, type Fingerprint } from '../../sandbox/demo/fingerprint.ts';
import { apply, kubectl, list, reaches, until } from './kubectl.ts';
import { environmentOf, programs, startNode, stopNode } from './node.ts';
import { startS3, type S3 } from './s3.ts';
import { backedUpOnce, backupReport, backupSession, claim, claimTarget, folderStorage } from './scenario.ts';
import { restoreSession, says, secret, type Scenario } from './scenario.ts';
import { installation } from './setup.ts';
import { destroy, filled, volumeFor, writeRandom } from './volumes.ts';

const MEGABYTES = 400;

interface Begun {
  readonly scenario: Scenario;
  readonly path: string;
  readonly written: Fingerprint;
}

describe('a loss', () => {
  const begun = async (namespace: string): Promise<Begun> => {
    const storage = folderStorage(join(installation().folder, `backups-${namespace}`));
    const scenario: Scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
    const path = volumeFor(installation().folder, namespace, 'data');
    filled(path, 3, 11);
    await backedUpOnce(scenario, claim(namespace, 'data'));
    writeRandom(join(path, 'large'), MEGABYTES);
    return { scenario, path, written: fingerprintOf(path) };
  };
  const comesBack = async ({ scenario, path, written }: Begun): Promise<void> => {
    const { namespace } = scenario;
    destroy(path);
    apply([restoreSession(scenario, 'afterwards')]);
    await reaches('restoresession', { namespace, name: 'afterwards' }, 'Succeeded', 90);
    assert.deepEqual(differencesOf(written, fingerprintOf(path)), []);
  };

  describe('of a mover', () => {
    const losses = [
      ['deleted-pod', 'that is deleted', deletePodOf],
      ['killed', 'that is killed without a word', killMoverOf],
    ] as const;
    const lost = new Map<string, Begun>();

    // What each waits for afterwards takes a minute or more: both wait at the same time.
    before(async () => {
      for (const [namespace, , lose] of losses) {
        lost.set(namespace, await begun(namespace));
        apply([backupSession(namespace, 'cut')]);
        const { name } = (await backupReport(namespace, 'cut', 'Running')).metadata;
        lose(namespace, name);
      }
    });

    for (const [namespace, how] of losses) {
      it(`${how} costs the attempt, not the session`, async () => {
        await reaches('backupsession', { namespace, name: 'cut' }, 'Succeeded', 150);
        const attempts = list('taskreports', namespace).filter(
          (one) => one.spec?.['task'] === 'backup' && one.metadata.name.includes('-cut-'),
        );
        assert.equal(attempts.length, 2, 'the attempt that was lost, and the one that made it');
        const made = lost.get(namespace);
        assert.ok(made);
        await comesBack(made);
      });
    }
  });

  it('of the node for a while costs the attempt: the session goes on once it is back', async () => {
    const namespace = 'powerless';
    const made = await begun(namespace);
    apply([backupSession(namespace, 'cut')]);
    await backupReport(namespace, 'cut', 'Running');
    const stopped = stopNode();
    await sleep(5000);
    await startNode(stopped);
    await until('the node is Ready', 90, () =>
      list('nodes').some((node) =>
        node.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'),
      )
        ? true
        : undefined,
    );
    await reaches('backupsession', { namespace, name: 'cut' }, 'Succeeded', 150);
    await comesBack(made);
  });

  it('of the S3 server is said with its name, and costs no session when it comes back', async () => {
    const namespace = 'cut-off';
    let s3: S3 = await startS3(installation().folder);
    const { address } = s3;
    try {
      const storage = s3.storage(namespace, 's3-secret');
      const scenario: Scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' };
      const path = volumeFor(installation().folder, namespace, 'data');
      const written = filled(path, 3, 12);
      await backedUpOnce(scenario, claim(namespace, 'data'), secret(namespace, 's3-secret', s3.credentials));
      await s3.stop();
      apply([backupSession(namespace, 'patient')]);
      const waiting = await says(namespace, 'patient', new RegExp(`StorageUnreachable.*${address}`), 120);
      assert.equal(waiting.status?.phase, 'Running');
      s3 = await startS3(installation().folder, address);
      await reaches('backupsession', { namespace, name: 'patient' }, 'Succeeded', 180);
      await comesBack({ scenario, path, written });
    } finally {
      await s3.stop();
    }
  });
});

function deletePodOf(namespace: string, job: string): void {
  kubectl(['delete', 'pod', '-n', namespace, '-l', `job-name=${job}`, '--grace-period=0', '--force']);
}

/** The process itself, found by the Job's name in its environment. */
function killMoverOf(_namespace: string, job: string): void {
  const found = programs().filter(
    ({ pid, argv }) => argv.includes('/app/mover.js') && environmentOf(pid).includes(`"${job}"`),
  );
  assert.ok(found.length > 0, `no mover of ${job} runs on this machine`);
  for (const { pid } of found) process.kill(pid, 'SIGKILL');
}
