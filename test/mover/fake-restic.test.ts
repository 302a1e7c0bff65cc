/** How a mover judges restic: by exit codes and JSON, against programs that behave badly in one way each. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstSnapshot, PASSWORD, World, type Ran } from './world.ts';

const FAKES = join(import.meta.dirname, '../fixtures/restic');
const REPOSITORY = 'demo/app/repository/v1/daily/dump';

interface Call {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
}

describe('mover with a restic that misbehaves', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
    world.write('/source/data/a', 'a');
  });
  afterEach(() => world.end());

  const backup = async (fake: string): Promise<Ran> => {
    world.env = { METASTASH_RESTIC: join(FAKES, `${fake}.mjs`) };
    await world.ready();
    return world.backup();
  };
  const calls = (): readonly Call[] =>
    readFileSync(join(world.backend, `${REPOSITORY}.calls.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Call);
  const commands = (): readonly string[] => calls().map((call) => call.command);

  const verdicts: readonly {
    readonly fake: string;
    readonly code: string;
    readonly retryable: boolean;
    readonly says: RegExp;
  }[] = [
    { fake: 'exit-1', code: 'ResticFailed', retryable: true, says: /exit code 1: .*the backend is tired/ },
    { fake: 'throttled', code: 'StorageThrottled', retryable: true, says: /SlowDown: please reduce.*maxConnections/ },
    { fake: 'exit-1-everywhere', code: 'ResticFailed', retryable: true, says: /connection reset by peer/ },
    {
      fake: 'exit-3',
      code: 'SourceUnreadable',
      retryable: false,
      says: /2 files are not in the backup.*\/source\/data\/secret, \/source\/data\/vault/,
    },
    {
      fake: 'exit-3-nameless',
      code: 'SourceUnreadable',
      retryable: false,
      says: /1 file is not in the backup.*\/source\/data/,
    },
    { fake: 'exit-10', code: 'RepositoryMissing', retryable: false, says: /there is no restic repository/ },
    { fake: 'exit-11', code: 'RepositoryLocked', retryable: true, says: /locked by another process.*PID 7 on other/ },
    { fake: 'exit-12', code: 'WrongPassword', retryable: false, says: /the password opens no key/ },
    { fake: 'killed', code: 'ResticCrashed', retryable: true, says: /ended by SIGKILL/ },
    { fake: 'no-summary', code: 'SnapshotUnconfirmed', retryable: true, says: /exit code 0 and named no snapshot/ },
    { fake: 'bad-id', code: 'SnapshotUnconfirmed', retryable: true, says: /named no snapshot/ },
    { fake: 'not-stored', code: 'SnapshotUnconfirmed', retryable: true, says: /is not there/ },
    { fake: 'old', code: 'ResticTooOld', retryable: false, says: /restic is version 0\.17\.3/ },
    { fake: 'not-there', code: 'ResticNotFound', retryable: false, says: /There is no program/ },
  ];
  for (const { fake, code, retryable, says } of verdicts) {
    it(`reports ${code} of restic ${fake}, ${retryable ? 'retryable' : 'final'}, and never success`, async () => {
      const ran = await backup(fake);
      assert.equal(ran.code, 1, ran.log);
      assert.equal(ran.status.phase, 'Failed');
      assert.deepEqual([ran.status.error?.code, ran.status.error?.retryable], [code, retryable], ran.log);
      assert.match(ran.status.error?.message ?? '', says);
    });
  }

  it('reads past junk, unknown messages and absent fields', async () => {
    const ran = await backup('junk');
    assert.equal(ran.status.error?.code, 'SourceUnreadable', 'an error message without details still counts');
    assert.match(firstSnapshot(ran), /^[0-9a-f]{64}$/);
  });

  it('keeps id, count and names of an incomplete snapshot, once per file', async () => {
    const ran = await backup('exit-3');
    assert.match(firstSnapshot(ran), /^[0-9a-f]{64}$/);
    assert.deepEqual(ran.status.result?.backup?.unreadable, {
      count: 2,
      names: ['/source/data/secret', '/source/data/vault'],
    });
  });

  it('never adopts what an attempt left incomplete', async () => {
    await backup('exit-3');
    assert.ok(existsSync(join(world.backend, 'demo/app/.metastash-incomplete/snapshot-uid-1/dump')));
  });

  it('never makes a repository after a passing error', async () => {
    await backup('exit-1-everywhere');
    assert.deepEqual(commands(), ['cat']);
  });

  it('makes a repository once, where there is none', async () => {
    await backup('works');
    await world.backup([], { snapshot: { namespace: 'demo', name: 'next', uid: 'next' } });
    assert.deepEqual(commands(), ['cat', 'init', 'backup', 'snapshots', 'backup']);
  });

  it('clears a stale lock once, never with --remove-all, and goes on', async () => {
    const ran = await backup('exit-11-stale');
    assert.equal(ran.code, 0, ran.log);
    assert.deepEqual(commands(), ['cat', 'init', 'backup', 'unlock', 'backup']);
    assert.ok(calls().every((call) => !call.args.includes('--remove-all')));
    assert.ok(
      calls()
        .filter((call) => call.command === 'backup')
        .every((call) => call.args.includes('--retry-lock')),
    );
    const waits = calls().flatMap(({ command, args }) =>
      command === 'backup' ? [args[args.indexOf('--retry-lock') + 1]] : [],
    );
    assert.deepEqual(waits, ['20s', '15m'], 'a lock that is dead already is not waited for');
  });

  it('gives restic the password by environment alone, and nothing else of its own environment', async () => {
    world.env = {
      METASTASH_RESTIC: join(FAKES, 'works.mjs'),
      RESTIC_REPOSITORY2: 'x',
      LD_PRELOAD: '',
      AWS_PROFILE: 'mine',
    };
    await backup('works');
    for (const call of calls()) {
      assert.ok(!JSON.stringify(call.args).includes('canary'), 'a password in argv');
      assert.ok(call.env.includes('RESTIC_PASSWORD'));
      assert.deepEqual(
        call.env.filter((name) => /^(AWS|LD_|METASTASH|POD_)/.test(name)),
        [],
      );
    }
  });

  it('lets no form of a password through to report, log or termination message', async () => {
    world.write('/dev/termination-log', '');
    const ran = await backup('chatty');
    const said = JSON.stringify(ran.status) + ran.log + readFileSync(world.at('/dev/termination-log'), 'utf8');
    assert.match(said, /Fatal: \[secret\] \[secret\]/);
    for (const form of [PASSWORD, Buffer.from(PASSWORD).toString('base64'), encodeURIComponent(PASSWORD), 'canary']) {
      assert.ok(!said.includes(form), `${form} leaked`);
    }
  });

  it('stops restic and ends as retryable when the Pod is told to stop', async () => {
    world.env = { METASTASH_RESTIC: join(FAKES, 'hang.mjs') };
    await world.ready();
    const stop = new AbortController();
    const running = world.run(['backup'], backupTask(world), stop.signal);
    await until(() => existsSync(join(world.backend, `${REPOSITORY}.calls.jsonl`)) && commands().includes('backup'));
    stop.abort();
    const ran = await running;
    assert.deepEqual([ran.code, ran.status.error?.code, ran.status.error?.retryable], [1, 'Interrupted', true]);
  });

  it('fails a restore that restic calls done but that brought nothing back', async () => {
    await backup('works');
    world.env = { METASTASH_RESTIC: join(FAKES, 'restores-nothing.mjs') };
    const id = '16a0eed79f6b8ed1f2b9b4f5a3f0b7ee3a5f1f5a4e1d3c2b1a09f8e7d6c5b4a3';
    writeFileSync(join(world.backend, REPOSITORY, 'snapshots', id), '');
    const ran = await world.restore(id);
    assert.equal(ran.status.error?.code, 'RestoreIncomplete', ran.log);
    assert.match(
      ran.status.error?.message ?? '',
      /0 of 1 files of \/source\/data are back; missing: \/source\/data\/lost \(not there\)/,
    );
    assert.deepEqual(ran.status.result?.restore?.missing, { count: 1, names: ['/source/data/lost (not there)'] });
  });

  it('does not touch data without a config that it did not expect', async () => {
    mkdirSync(join(world.backend, REPOSITORY, 'snapshots'), { recursive: true });
    writeFileSync(join(world.backend, REPOSITORY, 'snapshots', 'x'), '');
    const ran = await backup('works');
    assert.equal(ran.status.error?.code, 'RepositoryHalfMade');
    assert.deepEqual(commands(), ['cat']);
  });
});

function backupTask(world: World): Readonly<Record<string, unknown>> {
  return {
    storage: world.storage,
    repository: world.repository(),
    resticPath: 'repository/v1/daily/dump',
    component: 'dump',
    session: 'daily',
    backupSession: 'app-daily-1',
    snapshot: { namespace: 'demo', name: 'snap', uid: 'u' },
    mountPaths: ['/source/data'],
    host: 'h',
    tags: [],
    run: 0,
  };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
