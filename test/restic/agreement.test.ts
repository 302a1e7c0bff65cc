/**
 * Our plan beside restic's own `forget --dry-run --json`, on random histories, where the rules coincide: last and the calendar
 * rules, by UTC. A history is a random part of one repository of real snapshots: those of one tag, of one host. restic judges
 * all hosts in one run. HISTORIES=1000 asks for more.
 *
 * Left out on purpose: restic keeps the oldest snapshot while a rule has counts left ("oldest ... snapshot"); we do not.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planRetention, type RetentionItem } from '../../hooks/domain/retention.ts';
import { KEEP_RULES, retentionRulesFrom, type KeepRule } from '../../hooks/domain/retention-rules.ts';

const HISTORIES = Number(process.env['HISTORIES'] ?? 40);
const SEED = Number(process.env['SEED'] ?? 20261128);
const HOSTS = Math.min(8, Math.ceil(HISTORIES / 5));
const PER_HOST = HISTORIES > 100 ? 24 : 8;
const NOW = Date.parse('2027-01-01T00:00:00Z');
const RESTIC = process.env['METASTASH_RESTIC'] ?? 'restic';
const DAY = 86_400_000;

/** Instants at which periods begin and end, where a rule of another calendar would differ. */
const EDGES = [
  '2024-02-29T00:00:00Z',
  '2024-12-29T23:59:59Z',
  '2024-12-30T00:00:00Z',
  '2025-12-28T23:59:59Z',
  '2025-12-31T23:59:59Z',
  '2026-01-01T00:00:00Z',
  '2026-01-04T23:59:59Z',
  '2026-01-05T00:00:00Z',
  '2026-03-29T01:30:00Z',
  '2026-10-25T01:30:00Z',
  '2026-12-31T23:00:00Z',
].map((text) => Date.parse(text));

interface Snapshot {
  readonly host: string;
  readonly at: number;
  readonly tags: readonly string[];
}

interface ResticGroup {
  readonly host: string;
  readonly keep: readonly { readonly id: string; readonly time: string; readonly hostname: string }[] | null;
  readonly remove: readonly { readonly id: string; readonly time: string; readonly hostname: string }[] | null;
  readonly reasons:
    readonly { readonly snapshot: { readonly time: string }; readonly matches: readonly string[] | null }[] | null;
}

/** A small generator of whole numbers below a bound; the same seed gives the same histories. */
function generator(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const COMMANDS = Math.ceil(HISTORIES / HOSTS);

function pool(random: (bound: number) => number): readonly Snapshot[] {
  return Array.from({ length: HOSTS }, (_, host) => `host-${host}`).flatMap((host) => {
    const times = new Set<number>();
    while (times.size < PER_HOST) {
      const spread = [2, 30, 400, 1000][random(4)] ?? 1;
      const edge = EDGES[random(EDGES.length)] ?? NOW;
      const at = random(3) === 0 ? edge : NOW - Math.floor((random(1_000_000) / 1_000_000) * spread * DAY);
      times.add(Math.floor(at / 1000) * 1000);
    }
    return [...times].map((at) => ({
      host,
      at,
      tags: Array.from({ length: COMMANDS }, (_, number) => `h${number}`).filter(() => random(2) === 0),
    }));
  });
}

function rulesAt(random: (bound: number) => number): Partial<Record<KeepRule, number>> {
  const rules: Partial<Record<KeepRule, number>> = {};
  while (Object.keys(rules).length === 0) {
    for (const rule of KEEP_RULES) if (random(2) === 0) rules[rule] = 1 + random(6);
  }
  return rules;
}

describe(`a retention plan beside restic forget --dry-run, on ${HISTORIES} histories`, function () {
  this.timeout(3_600_000);
  const random = generator(SEED);
  const snapshots = pool(random);
  let folder = '';
  const restic = (...args: readonly string[]): string => {
    const env = { ...process.env, RESTIC_REPOSITORY: join(folder, 'repository'), RESTIC_PASSWORD: 'x', TZ: 'UTC' };
    return execFileSync(RESTIC, ['--no-cache', ...args], { env, encoding: 'utf8', maxBuffer: 2 ** 28, cwd: folder });
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'agreement-'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/file'), 'tiny');
    restic('init');
    for (const { host, at, tags } of snapshots) {
      const time = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
      restic('backup', '--quiet', '--host', host, '--time', time, ...tags.flatMap((tag) => ['--tag', tag]), 'data');
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps what restic keeps and removes what restic removes', () => {
    let compared = 0;
    let decisions = 0;
    for (let number = 0; number < COMMANDS; number += 1) {
      const rules = rulesAt(random);
      const flags = Object.entries(rules).flatMap(([rule, count]) => [`--keep-${rule}`, String(count)]);
      const filter = ['--tag', `h${number}`, '--group-by', 'host'];
      const output = restic('forget', '--dry-run', '--json', ...filter, ...flags);
      const groups = JSON.parse(output.trim().split('\n').at(-1) ?? '[]') as readonly ResticGroup[];
      for (const group of groups) {
        const history = snapshots.filter((one) => one.host === group.host && one.tags.includes(`h${number}`));
        assert.deepEqual(ours(history, rules), theirs(group), `${group.host} h${number} ${flags.join(' ')}`);
        compared += 1;
        decisions += history.length;
      }
    }
    assert.ok(compared >= HISTORIES * 0.9, `only ${compared} histories`);
    process.stdout.write(`      ${compared} histories, ${decisions} decisions, seed ${SEED}\n`);
  });
});

/** Times that we remove. */
function ours(history: readonly Snapshot[], successfulSnapshots: object): readonly string[] {
  const rules = retentionRulesFrom({ successfulSnapshots });
  assert.ok(rules.ok);
  const items = history.map(({ at }): RetentionItem => ({
    name: String(at),
    session: 'one',
    at,
    outcome: 'Succeeded',
    isDeleting: false,
    isSuspect: false,
    isPinned: false,
    usedBy: undefined,
  }));
  return planRetention(items, () => rules.value, NOW)
    .filter((one) => one.verdict === 'remove')
    .map((one) => new Date(one.item.at).toISOString())
    .sort();
}

/** Times that restic removes, and the oldest where only the rule that we do not have keeps it. */
function theirs(group: ResticGroup): readonly string[] {
  const onlyOldest = (group.reasons ?? [])
    .filter(({ matches }) => (matches ?? []).length > 0 && (matches ?? []).every((one) => one.startsWith('oldest ')))
    .map((one) => one.snapshot.time);
  return [...(group.remove ?? []).map((one) => one.time), ...onlyOldest]
    .map((time) => new Date(time).toISOString())
    .sort();
}
