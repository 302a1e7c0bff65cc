/**
 * The mover's wall time against bare restic doing the same: a fresh repository (`init` and `backup`), and a restore, of
 * 1 GiB of mixed data. Both in turn, each round in the other order, with caches of their own, the disk flushed before.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReportStatus } from '../hooks/domain/report.ts';
import { writeMixedData } from './mixed-data.ts';
import { medianOf, spreadOf, type BenchRow } from './row.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** Less than the limits are meant for shows what a mover costs whatever the size. */
const DATA_BYTES = Number(process.env['BENCH_MOVER_BYTES'] ?? 2 ** 30);
const ROUNDS = Number(process.env['BENCH_MOVER_ROUNDS'] ?? 5);
const AT_MOST = 1.05;
const PASSWORD = 'benchmark';
const RESTIC = process.env['METASTASH_RESTIC'] ?? 'restic';
const RESTIC_PATH = 'repository/v1/daily/dump';
const STORAGE = { namespace: 'bench', name: 'storage', place: { provider: 'local', mountPath: '/backend' } };
const REPOSITORY = {
  ...{ namespace: 'bench', name: 'repo', directory: 'app' },
  encryptionSecret: { namespace: 'bench', name: 'encryption', mountPath: '/encryption' },
};

/** Median wall times of the mover, and their ratio to bare restic's, round by round. */
export async function run(): Promise<readonly BenchRow[]> {
  const bench = new Bench();
  try {
    const backups: Pair[] = [];
    const restores: Pair[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      backups.push(
        inTurn(
          round,
          () => bench.moverBackup(),
          () => bench.bareBackup(),
        ),
      );
      restores.push(
        inTurn(
          round,
          () => bench.moverRestore(),
          () => bench.bareRestore(),
        ),
      );
    }
    return [rowOf('mover-backup', backups), rowOf('mover-restore', restores)];
  } finally {
    bench.end();
  }
}

interface Pair {
  readonly mover: number;
  readonly bare: number;
}

function inTurn(round: number, mover: () => number, bare: () => number): Pair {
  if (round % 2 === 0) return { mover: mover(), bare: bare() };
  const first = bare();
  return { bare: first, mover: mover() };
}

function rowOf(name: string, pairs: readonly Pair[]): BenchRow {
  const ratios = pairs.map((pair) => pair.mover / pair.bare);
  const value = medianOf(pairs.map((pair) => pair.mover));
  return { name, value, unit: 's', limit: { atMost: AT_MOST }, ratio: medianOf(ratios), spread: spreadOf(ratios) };
}

/** The directories of one comparison; each method does one thing and gives its wall time in seconds. */
class Bench {
  readonly #directory = mkdtempSync(join(tmpdir(), 'metastash-bench-'));
  readonly #root = join(this.#directory, 'root');
  readonly #source = join(this.#root, 'source/data');
  readonly #bundle = join(this.#directory, 'bundle');
  #runs = 0;
  #snapshot = '';

  constructor() {
    writeMixedData(this.#source, DATA_BYTES);
    mkdirSync(join(this.#root, 'encryption'));
    writeFileSync(join(this.#root, 'encryption/RESTIC_PASSWORD'), PASSWORD);
    execFileSync(join(ROOT, 'mover/tools/bundle.sh'), [this.#bundle], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  end(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  moverBackup(): number {
    this.#fresh('root/backend', 'root/kubestash-tmp');
    const owner = { clusterUid: 'bench', namespace: 'bench', name: 'repo' };
    this.#mover('init-repository', { owner, manifest: { metadata: { name: 'repo' } } });
    const { seconds, status } = this.#mover('backup', {
      ...{
        resticPath: RESTIC_PATH,
        component: 'dump',
        session: 'daily',
        backupSession: 'b',
        host: 'bench',
        tags: [],
        run: 0,
      },
      ...{ snapshot: { namespace: 'bench', name: 's', uid: 'u' }, mountPaths: ['/source/data'] },
    });
    this.#snapshot = status.result?.backup?.paths[0]?.snapshotID ?? '';
    return seconds;
  }

  bareBackup(): number {
    this.#fresh('bare', 'cache');
    const bare = join(this.#directory, 'bare/repository');
    return this.#restic(bare, ['init', '-q']) + this.#restic(bare, ['backup', '-q', '--', 'source/data']);
  }

  moverRestore(): number {
    this.#fresh('root/kubestash-tmp');
    return this.#withEmptyTarget(() => {
      const points = [{ id: this.#snapshot, hostPath: '/source/data' }];
      return this.#mover('restore', {
        resticPath: RESTIC_PATH,
        component: 'dump',
        points,
        mountPaths: ['/source/data'],
      }).seconds;
    });
  }

  /** From the same repository into the same place. */
  bareRestore(): number {
    this.#fresh('cache');
    const repository = join(this.#root, 'backend/app', RESTIC_PATH);
    return this.#withEmptyTarget(() =>
      this.#restic(repository, ['restore', '-q', this.#snapshot, '--target', this.#root]),
    );
  }

  #withEmptyTarget(restore: () => number): number {
    rmSync(this.#source, { recursive: true });
    mkdirSync(this.#source);
    return restore();
  }

  #fresh(...names: readonly string[]): void {
    for (const name of names) {
      rmSync(join(this.#directory, name), { recursive: true, force: true });
      mkdirSync(join(this.#directory, name), { recursive: true });
    }
  }

  #restic(repository: string, args: readonly string[]): number {
    const env = { ...process.env, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: PASSWORD };
    return timed(RESTIC, ['--cache-dir', join(this.#directory, 'cache'), ...args], { cwd: this.#root, env });
  }

  #mover(task: string, fields: object): { readonly seconds: number; readonly status: ReportStatus } {
    this.#runs += 1;
    const name = `run-${this.#runs}`;
    const file = join(this.#directory, 'api/taskreports.metastash.dev/bench', `${name}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ metadata: { name } }));
    const report = { namespace: 'bench', name };
    const document = { version: 1, task, report, storage: STORAGE, repository: REPOSITORY, ...fields };
    const env = {
      PATH: process.env['PATH'],
      METASTASH_RESTIC: RESTIC,
      METASTASH_TASK: JSON.stringify(document),
      METASTASH_ROOT: this.#root,
      METASTASH_FILES: join(this.#directory, 'api'),
    };
    const seconds = timed(process.execPath, [join(this.#bundle, 'mover.js'), task], { cwd: this.#root, env });
    return { seconds, status: (JSON.parse(readFileSync(file, 'utf8')) as { status: ReportStatus }).status };
  }
}

function timed(program: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): number {
  execFileSync('sync');
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, args, { ...options, encoding: 'utf8' });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return seconds;
}
