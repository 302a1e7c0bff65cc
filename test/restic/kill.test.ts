/**
 * The mover killed at random moments of backup, forget and prune, with real restic on a repository of 20 snapshots. Afterwards
 * every Succeeded Snapshot restores byte for byte, `restic check --read-data` is clean, and the next session succeeds without a
 * human. KILLS=200 asks for more; a seed gives the same order of work, the moments are the machine's.
 *
 * The mover runs as in a Pod: a process of its own, killed with its restic by SIGKILL, sometimes by SIGTERM first.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstSnapshot, OWNER, PASSWORD, World, type Change, type Ran } from '../mover/world.ts';

const KILLS = Number(process.env['KILLS'] ?? 6);
const SEED = Number(process.env['SEED'] ?? 20261128);
const SNAPSHOTS = 20;
const PATH = 'repository/v1/daily/dump';
const MAIN = join(import.meta.dirname, '../../build/mover.js');

interface Good {
  readonly name: string;
  readonly uid: string;
  readonly id: string;
  /** Digest of the source as it was backed up. */
  readonly digest: string;
}

interface Work {
  readonly task: 'backup' | 'forget' | 'prune';
  readonly document: Change;
}

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe(`a mover killed ${KILLS} times at backup, forget and prune`, function () {
  this.timeout(7_200_000);
  const random = generator(SEED);
  let world: World;
  let number = 0;
  let good: Good[] = [];
  const killed: Record<string, number> = {};

  const order = (): Change => ({ storage: world.storage, repository: world.repository(), owner: OWNER });
  const snapshotAt = (n: number): { namespace: string; name: string; uid: string } => ({
    namespace: 'demo',
    name: `snap-${n}`,
    uid: `uid-${n}`,
  });

  /** New content for the source: some files change, some go, some come. */
  function change(): string {
    for (let file = 0; file < 12; file += 1) {
      const size = Math.floor(random() ** 3 * 2_000_000);
      if (random() < 0.4) world.write(`/source/data/file-${file}`, Buffer.alloc(size, `${number}-${file}-${random()}`));
    }
    world.write('/source/data/number', `${number}`);
    return digestOf(world.at('/source/data'));
  }

  function backupTask(n: number): Change {
    const snapshot = snapshotAt(n);
    return {
      storage: world.storage,
      repository: world.repository(),
      resticPath: PATH,
      component: 'dump',
      session: 'daily',
      backupSession: `session-${n}`,
      snapshot,
      mountPaths: ['/source/data'],
      host: 'deployment-app',
      tags: [],
      run: 0,
      clusterUid: OWNER.clusterUid,
      manifest: { kind: 'Snapshot', metadata: { name: snapshot.name } },
    };
  }

  /** A whole session as the hooks run it: attempts of one Snapshot until one succeeds. */
  async function session(n: number, digest: string): Promise<void> {
    const { name, uid } = snapshotAt(n);
    const ran = await whole('backup', backupTask(n));
    good.push({ name, uid, id: firstSnapshot(ran), digest });
  }

  /** The task to its end, in at most three attempts, as hooks give them. */
  async function whole(task: string, document: Change): Promise<Ran> {
    for (let attempt = 0; ; attempt += 1) {
      const ran = await world.run([task], document);
      if (ran.code === 0 || attempt === 2) {
        assert.equal(ran.code, 0, `${task} after ${Object.values(killed).join('+')} kills: ${ran.log}`);
        return ran;
      }
    }
  }

  /** Runs the task in a process of its own and kills it, with its restic, after a part of the time that it takes. */
  async function killAt({ task, document }: Work, moment: number): Promise<void> {
    const report = { namespace: 'demo', name: `killed-${number}-${Math.floor(random() * 1e9)}` };
    world.object('taskreports.metastash.dev', 'demo', { metadata: { name: report.name } });
    const settings = world.settings({ version: 1, task, report, ...document });
    const env = {
      ...process.env,
      METASTASH_ROOT: settings.root,
      METASTASH_FILES: world.files,
      METASTASH_TASK: JSON.stringify({ version: 1, task, report, ...document }),
      METASTASH_REPORT_WAIT_SECONDS: '0',
      POD_UID: report.name,
      POD_NAMESPACE: 'demo',
    };
    const child = spawn(process.execPath, [MAIN, task], { env, stdio: 'ignore', detached: true });
    const ended = new Promise<boolean>((done) => child.once('exit', () => done(true)));
    const started = resticStarted(child.pid ?? 0);
    await Promise.race([ended, started]);
    const isOver = await Promise.race([ended, sleep(moment).then(() => false)]);
    if (isOver) return;
    if (random() < 0.3) process.kill(-(child.pid ?? 0), 'SIGTERM');
    else process.kill(-(child.pid ?? 0), 'SIGKILL');
    if (!(await Promise.race([ended, sleep(20).then(() => false)]))) process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
    killed[task] = (killed[task] ?? 0) + 1;
  }

  before(async () => {
    world = await new World().ready();
    for (; number < SNAPSHOTS; number += 1) await session(number, change());
  });
  after(() => world.end());

  it('loses nothing that succeeded and needs no human afterwards', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const task = (['backup', 'forget', 'prune'] as const)[kill % 3] ?? 'backup';
      if (task === 'backup') {
        number += 1;
        const digest = change();
        await killAt({ task, document: backupTask(number) }, random() * 900);
        await session(number, digest);
      } else if (task === 'forget') {
        // The oldest goes, as a plan would have it; from here on nobody counts on it.
        const [oldest] = good;
        if (oldest === undefined) continue;
        good = good.slice(1);
        const components = [{ resticPath: PATH, ids: [oldest.id] }];
        const document = { ...order(), snapshots: [{ name: oldest.name, uid: oldest.uid, components }] };
        await killAt({ task, document }, random() * 700);
        const ran = await whole('forget', document);
        assert.deepEqual(ran.status.result?.forgotten?.snapshots, [oldest.uid]);
      } else {
        await killAt({ task, document: { ...order(), resticPaths: [PATH] } }, random() * 1500);
        if (random() < 0.3) await whole('prune', { ...order(), resticPaths: [PATH] });
      }
      while (good.length < SNAPSHOTS) {
        number += 1;
        await session(number, change());
      }
      if (kill % 20 === 19) process.stdout.write(`      ${kill + 1} of ${KILLS}: ${JSON.stringify(killed)}\n`);
    }
    process.stdout.write(`      killed at work: ${JSON.stringify(killed)}\n`);
    const hits = Object.values(killed).reduce((sum, count) => sum + count, 0);
    assert.ok(hits >= KILLS / 4, `only ${hits} of ${KILLS} were killed at work: is build/mover.js there?`);
  });

  it('passes restic check --read-data', async () => {
    await whole('prune', { ...order(), resticPaths: [PATH] });
    const env = { ...process.env, RESTIC_REPOSITORY: join(world.backend, 'demo/app', PATH), RESTIC_PASSWORD: PASSWORD };
    const restic = process.env['METASTASH_RESTIC'] ?? 'restic';
    execFileSync(restic, ['check', '--read-data', '--no-cache'], { env, stdio: 'pipe' });
  });

  it('restores every Succeeded Snapshot byte for byte', async () => {
    assert.equal(good.length, SNAPSHOTS);
    for (const { id, digest, name } of good) {
      rmSync(world.at('/source/data'), { recursive: true });
      world.write('/source/data/keep-the-mount', '');
      rmSync(world.at('/source/data/keep-the-mount'));
      const ran = await world.restore(id);
      assert.equal(ran.code, 0, `${name}: ${ran.log}`);
      assert.equal(digestOf(world.at('/source/data')), digest, name);
    }
  });

  it('keeps a manifest for each of them and for no other', () => {
    const stored = readdirSync(join(world.backend, 'demo/app/snapshots')).sort();
    assert.deepEqual(stored, good.map(({ name }) => `${name}.yaml`).sort());
  });
});

/** Until the mover's restic runs, so that most kills hit restic and not the start of Node. */
async function resticStarted(pid: number): Promise<void> {
  for (;;) {
    await sleep(25);
    try {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
      if (children !== '') return;
    } catch {
      return;
    }
  }
}

function digestOf(directory: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(directory).sort()) {
    hash.update(`${name}\n`);
    hash.update(readFileSync(join(directory, name)));
  }
  return hash.digest('hex');
}
