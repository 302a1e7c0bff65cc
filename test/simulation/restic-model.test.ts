/** The model of restic beside the real one: the same commands on the same state come to the same end. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { JsonObject } from '../../mover/decode.ts';
import { runRestic, type ResticExit, type ResticRun } from '../../mover/restic/process.ts';
import { Disk } from '../../sandbox/simulation/model/disk.ts';
import { modelledRestic } from '../../sandbox/simulation/model/restic.ts';
import type { ResticHost, SourceFile } from '../../sandbox/simulation/model/restic-session.ts';

const RESTIC = process.env['METASTASH_RESTIC'] ?? 'restic';
const PASSWORD = 'one';
const KINDS = ['config', 'keys', 'locks', 'snapshots', 'index', 'data'] as const;

interface Ended {
  readonly code: number | undefined;
  readonly messages: readonly JsonObject[];
  readonly lines: readonly string[];
}

/** A repository and a source, real or modelled. */
interface Side {
  run(args: readonly string[], password?: string): Promise<Ended>;
  write(file: string, text: string): void;
  remove(file: string): void;
  /** Names of one kind of objects in the repository. */
  objects(kind: string): readonly string[];
  drop(kind: string, name: string): void;
  cut(kind: string, name: string): void;
}

function callOf(
  args: readonly string[],
  password: string,
  where: { url: string; cwd: string },
): { run: ResticRun; ended: Omit<Ended, 'code'> } {
  const messages: JsonObject[] = [];
  const lines: string[] = [];
  const run: ResticRun = {
    binary: RESTIC,
    args: [...args.slice(0, 1), '--json', '--no-cache', '--retry-lock', '1s', ...args.slice(1)],
    env: { RESTIC_REPOSITORY: where.url, RESTIC_PASSWORD: password, PATH: process.env['PATH'] ?? '' },
    cwd: where.cwd,
    signal: new AbortController().signal,
    silenceMs: 60_000,
    clean: (text) => text,
    onMessage: (message) => messages.push(message),
    onLine: (line) => lines.push(line),
  };
  return { run, ended: { messages, lines } };
}

async function endedOf(exit: Promise<ResticExit>, ended: Omit<Ended, 'code'>): Promise<Ended> {
  return { code: (await exit).code, ...ended };
}

function realSide(folder: string): Side {
  const [repository, source] = [join(folder, 'repository'), join(folder, 'source')];
  mkdirSync(source, { recursive: true });
  const files = (kind: string): readonly string[] => {
    if (kind === 'config')
      return readdirSync(repository, { withFileTypes: true }).flatMap((one) =>
        one.name === 'config' ? ['config'] : [],
      );
    return readdirSync(join(repository, kind), { recursive: true, withFileTypes: true }).flatMap((one) =>
      one.isFile() ? [one.name] : [],
    );
  };
  const path = (kind: string, name: string): string =>
    kind === 'data'
      ? join(repository, kind, name.slice(0, 2), name)
      : join(repository, ...(kind === 'config' ? [] : [kind]), name);
  return {
    run: (args, password = PASSWORD) => {
      const { run, ended } = callOf(args, password, { url: repository, cwd: folder });
      return endedOf(runRestic(run), ended);
    },
    write: (file, text) => {
      mkdirSync(dirname(join(source, file)), { recursive: true });
      writeFileSync(join(source, file), text);
    },
    remove: (file) => rmSync(join(source, file)),
    objects: files,
    drop: (kind, name) => rmSync(path(kind, name)),
    cut: (kind, name) => truncateSync(path(kind, name), Math.floor(readFileSync(path(kind, name)).length / 2)),
  };
}

function modelSide(): Side {
  const disk = new Disk('model');
  const source = new Map<string, string>();
  let now = Date.parse('2026-01-05T00:00:00Z');
  const host: ResticHost = {
    name: 'mover',
    hostname: 'host',
    now: () => now,
    does: async (_what, act, ms) => {
      now += ms;
      return act();
    },
    repositoryAt: () => ({ disk, key: 'repository' }),
    filesAt: (at): readonly SourceFile[] | undefined => {
      const found = [...source].filter(([file]) => `/source/${file}`.startsWith(at));
      if (found.length === 0 && at !== '/source') return undefined;
      return found.map(([file, text]) => ({ path: `/source/${file}`, blob: text, sizeBytes: text.length }));
    },
    restore: () => undefined,
    writeListing: () => undefined,
    isAlive: () => false,
  };
  const start = (kind: string): string => (kind === 'config' ? 'repository/config' : `repository/${kind}/`);
  const keyOf = (kind: string, name: string): string =>
    [...disk.objects.keys()].find((key) => key.startsWith(start(kind)) && key.endsWith(name)) ?? '';
  return {
    run: (args, password = PASSWORD) => {
      now += 1000;
      const { run, ended } = callOf(args, password, { url: 'repository', cwd: '/' });
      return endedOf(modelledRestic(run, host), ended);
    },
    write: (file, text) => void source.set(file, text),
    remove: (file) => void source.delete(file),
    objects: (kind) =>
      [...disk.objects.keys()].filter((key) => key.startsWith(start(kind))).map((key) => key.split('/').at(-1) ?? ''),
    drop: (kind, name) => void disk.objects.delete(keyOf(kind, name)),
    cut: (kind, name) => {
      const key = keyOf(kind, name);
      const stored = disk.objects.get(key);
      if (stored) disk.objects.set(key, { ...stored, text: stored.text.slice(0, stored.text.length / 2) });
    },
  };
}

type Step = (side: Side) => Promise<unknown>;

const backup = (side: Side, ...tags: readonly string[]): Promise<Ended> =>
  side.run(['backup', '--host', 'web', ...tags.flatMap((tag) => ['--tag', tag]), '--', 'source']);
const made: Step = async (side) => (await side.run(['init'])).code;
const filled: Step = async (side) => {
  await made(side);
  side.write('a', 'alpha');
  side.write('b', 'beta');
  await backup(side, 'first');
};

/** What one story is: steps before, and what is compared after. */
const STORIES: readonly { readonly name: string; readonly before: Step; readonly asked: Step }[] = [
  {
    name: 'no repository',
    before: async () => undefined,
    asked: async (side) => (await side.run(['cat', '--no-lock', '--', 'config'])).code,
  },
  { name: 'init', before: async () => undefined, asked: made },
  { name: 'init where there is a repository', before: made, asked: made },
  {
    name: 'init after one that was killed between key and config',
    before: async (side) => {
      await made(side);
      side.drop('config', 'config');
    },
    asked: async (side) => [(await side.run(['cat', '--no-lock', '--', 'config'])).code, await made(side)],
  },
  { name: 'another password', before: made, asked: async (side) => (await side.run(['snapshots'], 'another')).code },
  {
    name: 'a backup: its code, its summary, its tags',
    before: made,
    asked: async (side) => {
      side.write('a', 'alpha');
      side.write('b', 'beta');
      const { code, messages } = await backup(side, 'x=1', 'y=2');
      const summary = messages.find((one) => one['message_type'] === 'summary') ?? {};
      const list = await snapshotsOf(side);
      return {
        code,
        files: summary['total_files_processed'],
        bytes: summary['total_bytes_processed'],
        isStored: side.objects('snapshots').includes(String(summary['snapshot_id'])),
        tags: list.map((one) => one['tags']),
        hosts: list.map((one) => one['hostname']),
      };
    },
  },
  {
    name: 'a second backup of the same files adds a snapshot and no data',
    before: filled,
    asked: async (side) => {
      const packs = side.objects('data').length;
      const { code } = await backup(side, 'second');
      return { code, snapshots: side.objects('snapshots').length, newPacks: side.objects('data').length - packs };
    },
  },
  {
    name: 'a path that is not there',
    before: made,
    asked: async (side) => (await side.run(['backup', '--', 'source/nowhere'])).code,
  },
  {
    name: 'an empty directory is a snapshot',
    before: made,
    asked: async (side) => {
      const { code, messages } = await backup(side);
      const summary = messages.find((one) => one['message_type'] === 'summary') ?? {};
      return { code, files: summary['total_files_processed'] ?? 0, snapshots: side.objects('snapshots').length };
    },
  },
  {
    name: 'forget by id leaves the others, and an id that is gone is no failure',
    before: async (side) => {
      await filled(side);
      await backup(side, 'second');
    },
    asked: async (side) => {
      const id = String((await snapshotsOf(side))[0]?.['id']);
      const first = (await side.run(['forget', '--', id])).code;
      const again = (await side.run(['forget', '--', id])).code;
      return {
        first,
        again,
        left: (await snapshotsOf(side)).map((one) => one['tags']),
        locks: side.objects('locks').length,
      };
    },
  },
  {
    name: 'prune removes what no snapshot needs, and check is content',
    before: async (side) => {
      await filled(side);
      side.remove('a');
      side.remove('b');
      side.write('c', 'gamma');
      await backup(side, 'second');
      await side.run(['forget', '--', String((await snapshotsOf(side))[0]?.['id'])]);
    },
    asked: async (side) => {
      const packs = side.objects('data').length;
      const pruned = (await side.run(['prune'])).code;
      const checked = (await side.run(['check'])).code;
      const restored = (
        await side.run(['restore', '--target', 'back', '--', String((await snapshotsOf(side))[0]?.['id'])])
      ).code;
      return { pruned, checked, restored, isSmaller: side.objects('data').length < packs };
    },
  },
  {
    name: 'a pack that is lost: check and restore say so',
    before: async (side) => {
      await filled(side);
      for (const name of side.objects('data')) side.drop('data', name);
    },
    asked: async (side) => {
      const checked = (await side.run(['check'])).code;
      const restored = (
        await side.run(['restore', '--target', 'back', '--', String((await snapshotsOf(side))[0]?.['id'])])
      ).code;
      return { checked, restored };
    },
  },
  {
    name: 'a snapshot that is not there',
    before: filled,
    asked: async (side) => (await side.run(['restore', '--target', 'back', '--', '0'.repeat(64)])).code,
  },
];

async function snapshotsOf(side: Side): Promise<readonly JsonObject[]> {
  const { lines } = await side.run(['snapshots', '--no-lock']);
  const list = JSON.parse(lines.find((line) => line.startsWith('[')) ?? '[]') as JsonObject[];
  return list.sort((left, right) => (String(left['time']) < String(right['time']) ? -1 : 1));
}

describe('the model of restic', function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'metastash-restic-model-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const { name, before, asked } of STORIES) {
    it(`ends as the real one: ${name}`, async () => {
      const ends: unknown[] = [];
      for (const side of [realSide(folder), modelSide()]) {
        await before(side);
        ends.push(await asked(side));
      }
      assert.deepEqual(ends[1], ends[0]);
    });
  }

  it('writes the same kinds of objects', async () => {
    const kinds: string[][] = [];
    for (const side of [realSide(folder), modelSide()]) {
      await filled(side);
      kinds.push(KINDS.filter((kind) => side.objects(kind).length > 0));
    }
    assert.deepEqual(kinds[1], kinds[0]);
  });
});
