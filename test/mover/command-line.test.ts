/** argv and the process: KubeStash's argument vectors, help, exit codes, signals, the task document. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandFrom, COMMANDS, helpText } from '../../mover/command.ts';
import { FAULTS } from '../../mover/faults.ts';
import { taskFrom } from '../../mover/task-document.ts';
import { World } from './world.ts';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = ['--import=tsx', join(ROOT, 'mover/main.ts')];

describe('mover command line', () => {
  it('takes the vectors of KubeStash’s Functions, empty values included', () => {
    const backup = [
      'backup',
      '--namespace=demo',
      '--backupsession=s',
      '--enable-cache=false',
      '--scratch-dir=/tmp/x',
      '--paths=/a, /b,',
      '--exclude=',
    ];
    assert.deepEqual(commandFrom(backup), {
      name: 'backup',
      paths: ['/a', '/b'],
      exclude: [],
      include: [],
      cache: false,
      scratchDir: '/tmp/x',
    });
    const restore = [
      'restore',
      '--namespace=demo',
      '--restoresession=r',
      '--snapshot=latest',
      '--enable-cache=true',
      '--scratch-dir=',
      '--exclude=*.tmp',
      '--include=/a/b',
    ];
    assert.deepEqual(commandFrom(restore), {
      name: 'restore',
      paths: [],
      exclude: ['*.tmp'],
      include: ['/a/b'],
      cache: true,
      scratchDir: '/kubestash-tmp',
    });
  });

  for (const argv of [
    [],
    ['nonsense'],
    ['backup', 'twice'],
    ['backup', '--repo=/elsewhere'],
    ['backup', '-o', 'x=y'],
    ['constructor'],
  ]) {
    it(`calls ${JSON.stringify(argv)} wrong usage`, () => {
      assert.ok('usageError' in commandFrom(argv));
    });
  }

  it('exits with 2 on wrong usage and 0 on --help, whose text names every command', () => {
    const wrong = spawnSync(process.execPath, [...MAIN, 'nonsense'], { cwd: ROOT, encoding: 'utf8' });
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /unknown command "nonsense"; one of: init-storage/);
    const help = spawnSync(process.execPath, [...MAIN, '--help'], { cwd: ROOT, encoding: 'utf8' });
    assert.deepEqual([help.status, help.stdout], [0, helpText()]);
    for (const name of Object.keys(COMMANDS)) assert.match(help.stdout, new RegExp(`^  ${name} `, 'm'));
  });

  it('forwards SIGTERM to restic, reports Interrupted and exits with 143', async () => {
    const world = new World();
    try {
      world.write('/source/data/a', 'a');
      await world.ready();
      const report = { namespace: 'demo', name: 'stopped' };
      const file = world.object('taskreports.metastash.dev', 'demo', { metadata: { name: 'stopped' } });
      const task = {
        ...{ version: 1, task: 'backup', report, storage: world.storage, repository: world.repository() },
        ...{ resticPath: 'p', component: 'dump', session: 's', backupSession: 'b', host: 'h', tags: [], run: 0 },
        ...{ snapshot: { namespace: 'demo', name: 'n', uid: 'u' }, mountPaths: ['/source/data'] },
      };
      const env = {
        PATH: process.env['PATH'],
        METASTASH_TASK: JSON.stringify(task),
        METASTASH_ROOT: world.root,
        METASTASH_FILES: world.files,
        METASTASH_RESTIC: join(ROOT, 'test/fixtures/restic/hang.mjs'),
      };
      const child = spawn(process.execPath, [...MAIN, 'backup'], { cwd: ROOT, env, stdio: 'ignore' });
      const calls = join(world.backend, 'demo/app/p.calls.jsonl');
      while (!(existsSync(calls) && readFileSync(calls, 'utf8').includes('"backup"')))
        await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill('SIGTERM');
      const code = await new Promise((resolve) => child.once('close', resolve));
      const { status } = JSON.parse(readFileSync(file, 'utf8')) as {
        status: { phase: string; error: { code: string } };
      };
      assert.deepEqual([code, status.phase, status.error.code], [143, 'Failed', 'Interrupted']);
    } finally {
      world.end();
    }
  });

  const documents: readonly { readonly text: string | undefined; readonly says: RegExp }[] = [
    { text: undefined, says: /METASTASH_TASK is not set/ },
    { text: '{"secret": canary', says: /METASTASH_TASK is not JSON/ },
    { text: '[]', says: /at \/: an object is needed, a list is there/ },
    { text: '{"version":2,"task":"trigger"}', says: /at \/version: this mover knows version 1 only/ },
    { text: '{"version":1,"task":"toString"}', says: /"toString" is not a task/ },
    {
      text: '{"version":1,"task":"trigger","invoker":"i","session":"s"}',
      says: /at \/manifest: an object is needed, undefined/,
    },
    {
      text: '{"version":1,"task":"init-storage","clusterUid":"c","storage":{"namespace":"n","name":"s","place":{"provider":"ftp"}}}',
      says: /at \/storage\/place\/provider: one of local, s3, gcs, azure/,
    },
    {
      text: '{"version":1,"task":"init-storage","clusterUid":"c","storage":{"namespace":"n","name":"s","place":{"provider":"s3"}}}',
      says: /at \/storage\/place\/bucket: a string/,
    },
  ];
  for (const { text, says } of documents) {
    it(`refuses the task document ${String(text).slice(0, 40)} by its pointer`, () => {
      assert.throws(
        () => taskFrom(text),
        (thrown: Error) => says.test(thrown.message) && !thrown.message.includes('canary'),
      );
    });
  }

  it('has a manual that lists every fault and every command, and no dead ones', () => {
    const manual = readFileSync(join(ROOT, 'docs/mover.md'), 'utf8');
    const listed = [...manual.matchAll(/^\| `([A-Z]\w+)`\s+\|/gm)].map((match) => match[1]);
    assert.deepEqual(listed.sort(), Object.keys(FAULTS).sort());
    assert.ok(manual.includes(helpText().trimEnd()), 'docs/mover.md holds the text of --help');
  });
});
