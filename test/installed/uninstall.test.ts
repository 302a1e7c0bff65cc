/** docs/uninstall.md, command by command, on a real API server: nothing hangs, and no finalizer is left behind. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply, kubectl, list, reaches, until } from '../e2e/kubectl.ts';
import { backupSession } from '../e2e/scenario.ts';
import { ROOT, startProcesses, type Processes } from './installation.ts';
import { installOverlay, makeCredentials } from './overlay.ts';
import { startPlayer, type Player } from './player.ts';
import { nameOfThisRun, settingNamed } from './setting.ts';

const PLACE = nameOfThisRun('uninstall');
const KINDS =
  'backupconfigurations,restoresessions,backupsessions,snapshots.storage.kubestash.com,repositories,backupstorages';
const OURS = /\.(kubestash\.com|metastash\.dev|metacontroller\.k8s\.io)$/;

const blocks = [...readFileSync(join(ROOT, 'docs/uninstall.md'), 'utf8').matchAll(/^```console\n([\s\S]*?)^```/gm)];
const [regular = '', afterwards = ''] = blocks.map(([, text]) => text);

describe('docs/uninstall.md', function () {
  this.timeout(400_000);
  let processes: Processes;
  let player: Player;

  before(async () => {
    makeCredentials();
    processes = await startProcesses(await installOverlay('default'));
    player = await startPlayer();
    await ready();
    const first = (): string | undefined => list('backupsessions', PLACE)[0]?.metadata.name;
    await succeeds(await until('the first backup', 60, first));
  });
  after(async () => {
    await player.stop();
    await processes.stop();
    kubectl(['delete', 'namespace', PLACE, '--ignore-not-found', '--wait=false']);
  });

  it('has two blocks: in order, and when Metacontroller went first', () => assert.equal(blocks.length, 2));

  it('takes every object of ours while Metacontroller runs', async () => {
    const [objects = '', ...rest] = regular.trim().split('\n');
    assert.equal(rest.length, 1);
    shell(objects);
    assert.deepEqual(list(KINDS), []);
  });

  it('lets go of everything when Metacontroller went first', async () => {
    await ready();
    // By hand: a directory that is known already gets no first backup.
    apply([backupSession(PLACE, 'second')]);
    await succeeds('second');
    await processes.metacontroller.stop();
    const [, install = ''] = regular.trim().split('\n');
    // As typed it waits for definitions that hang, which is when the second block is read.
    shell(`${install} --wait=false`);
    assert.notDeepEqual(definitions(), []);
    shell(afterwards);
    await until(
      'the end of all definitions',
      60,
      () => definitions().length === 0 || undefined,
      () => definitions().join(', '),
    );
  });

  async function ready(): Promise<void> {
    apply(settingNamed(PLACE).objects);
    await reaches('backupconfiguration', { namespace: PLACE, name: 'saved' }, 'Ready', 120);
  }

  async function succeeds(name: string): Promise<void> {
    await reaches('backupsession', { namespace: PLACE, name }, 'Succeeded', 120);
  }
});

function shell(command: string): void {
  execFileSync('bash', ['-ec', command], { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
}

function definitions(): readonly string[] {
  return list('crds').flatMap(({ metadata }) => (OURS.test(metadata.name) ? [metadata.name] : []));
}
