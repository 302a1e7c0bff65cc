/**
 * docs/errors.md names every reason that a condition, a component or a hook's entry can carry: the list is computed from the
 * sources and from the golden corpus, so a new reason fails here until somebody says what it means and what to do.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FAULTS } from '../../mover/faults.ts';
import { caseIds, goldenCase, goldenResponse } from '../golden/cases.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const [, MANUAL = ''] = readFileSync(`${ROOT}docs/errors.md`, 'utf8').split('\n## Reasons in statuses\n');
const [REASONS = '', REFUSALS = ''] = MANUAL.split('\n## Refusals of the API server\n');
const ROWS = REASONS.split('\n').flatMap((line) => /^\| `([^`]+)` \| (.+) \| (.+) \|$/.exec(line)?.slice(1, 4) ?? []);
const DOCUMENTED = ROWS.filter((_, index) => index % 3 === 0);
const EVERY_FAULT = Object.keys(FAULTS);

/** Made in one place only: the kind of object that is waited for, or of target. */
const WAITING = /^WaitingFor(Deployment|ReplicaSet|StatefulSet|DaemonSet|PersistentVolumeClaim)$/;

function sources(): readonly { readonly name: string; readonly text: string }[] {
  const names = ['kinds', 'jobs', 'kube', 'domain'].flatMap((folder) =>
    readdirSync(join(ROOT, 'hooks', folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(ROOT, 'hooks', name), 'utf8') }));
}

/** Reasons as literals: in the lists of the kinds, in problems, and in errors of runs. */
function reasonsInSources(): readonly string[] {
  return sources().flatMap(({ name, text }) => {
    const listed = name.endsWith('conditions.ts') ? (/export const REASON = \{[^]*?\n\}/.exec(text)?.[0] ?? '') : '';
    const waiting = [...text.matchAll(/\b(?:waitingFor|waits)\(\s*'([A-Z]\w+)'/g)].map(
      ([, kind]) => `WaitingFor${kind}`,
    );
    return [
      ...[...listed.matchAll(/: '([A-Z]\w+)'/g)].map(([, reason = '']) => reason),
      ...[...text.matchAll(/\b(?:reason|code): '([A-Z]\w+)'/g)].map(([, reason = '']) => reason),
      ...[...text.matchAll(/\b(?:blocked|unknown)\(\s*'([A-Z]\w+)'/g)].map(([, reason = '']) => reason),
      ...waiting,
    ];
  });
}

/** What an answer says for itself; a reason that was already there may come from anyone. */
function reasonsInCorpus(): readonly string[] {
  return caseIds().flatMap((id) => {
    const before = JSON.stringify(goldenCase(id).request);
    const { status } = goldenResponse(id) as Answered;
    const reasons = (status?.conditions ?? []).map(({ reason }) => reason);
    return reasons.filter((reason) => !before.includes(`"reason":"${reason}"`));
  });
}

interface Answered {
  readonly status?: { readonly conditions?: readonly { readonly reason: string }[] };
}

/** The words of every rule of the CRDs, with the kinds that have it. */
function ruleMessages(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const file of readdirSync(`${ROOT}crds`).filter((name) => name.endsWith('.yaml'))) {
    const crd = parse(readFileSync(`${ROOT}crds/${file}`, 'utf8')) as {
      readonly spec: { readonly names: { readonly kind: string } };
    };
    for (const message of messagesIn(crd)) {
      const kinds = found.get(message) ?? [];
      found.set(message, kinds.includes(crd.spec.names.kind) ? kinds : [...kinds, crd.spec.names.kind]);
    }
  }
  return found;
}

function messagesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) =>
    key === 'x-kubernetes-validations'
      ? (field as readonly { readonly message?: string }[]).map(({ message = '' }) => message)
      : messagesIn(field),
  );
}

describe('docs/errors.md', () => {
  it('says of every reason what it means and what to do, in order of the alphabet, each once', () => {
    const given = [...new Set([...reasonsInSources(), ...reasonsInCorpus()])].filter((one) => !WAITING.test(one));
    assert.ok(given.length > 100);
    const known = [...DOCUMENTED, ...EVERY_FAULT];
    assert.deepEqual(given.filter((one) => !known.includes(one)).sort(), [], 'reasons without a row in docs/errors.md');
    assert.deepEqual(DOCUMENTED, [...new Set(DOCUMENTED)].sort());
  });

  it('lists no reason that nothing gives', () => {
    const texts = [...sources().map(({ text }) => text), readFileSync(`${ROOT}mover/tasks/diagnose.ts`, 'utf8')].join(
      '\n',
    );
    const given = reasonsInSources();
    assert.deepEqual(
      DOCUMENTED.filter((one) => !given.includes(one) && !texts.includes(`'${one}'`)),
      [],
    );
  });

  it('lists what the rules of the CRDs say, word for word, with the kinds', () => {
    const expected = [...ruleMessages()]
      .map(([message, kinds]) => `| ${message.replaceAll('|', '\\|')} | ${[...kinds].sort().join(', ')} |`)
      .sort();
    const rows = REFUSALS.split('\n').filter((line) => line.startsWith('| ') && !/^\| (Message|---)/.test(line));
    assert.deepEqual(rows, expected);
  });
});
