/**
 * The quickstart as readers make it their own: other names, another namespace, another schedule, several sessions with one or two
 * repositories, up to five replicas. Drawn from a seed, so nobody has tuned the hooks to them: `FUZZ_SEED=7 FUZZ_RUNS=100 npx mocha …`.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { startVirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { apply, type Manifest } from '../../sandbox/cluster/manifests.ts';
import { manifestsAt, QUICKSTART, QUICKSTART_RESTORE, reconciled, unsettled } from './virtual-stories.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 8);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_105);
const HOUR = 3600;

/** What the quickstart calls something; each gets another name. */
const NAMES = ['demo', 'library', 'gallery', 'storage', 'two-months', 'encrypt-secret', 'books', 'photos'] as const;

interface Variation {
  readonly names: readonly string[];
  readonly replicas: number;
  readonly sessions: readonly { readonly name: string; readonly schedule: string; readonly repositories: number }[];
}

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/);
const schedule = fc
  .tuple(fc.nat(59), fc.nat(23), fc.constantFrom('*', '0', '1-5', '*/2'))
  .map(([minute, hour, day]) => `${minute} ${hour} * * ${day}`);
const variations: fc.Arbitrary<Variation> = fc.record({
  names: fc.uniqueArray(label, { minLength: NAMES.length, maxLength: NAMES.length }),
  replicas: fc.integer({ min: 1, max: 5 }),
  sessions: fc.uniqueArray(fc.record({ name: label, schedule, repositories: fc.integer({ min: 1, max: 2 }) }), {
    minLength: 1,
    maxLength: 3,
    selector: ({ name }) => name,
  }),
});

function renamed(manifest: Manifest, { names }: Variation): Manifest {
  const other = new Map<string, string>(NAMES.map((name, index) => [name, names[index] ?? name]));
  const text = JSON.stringify(manifest).replaceAll(/"([a-z-]+)"(?!:)/g, (whole, name: string) =>
    other.has(name) ? JSON.stringify(other.get(name)) : whole,
  );
  return JSON.parse(text) as Manifest;
}

/** The configuration with these sessions; the first Repository keeps its name, which the quickstart's restores go by. */
function withSessions(manifest: Manifest, { sessions }: Variation): Manifest {
  const spec = manifest.spec as { readonly sessions: readonly { readonly repositories: readonly object[] }[] };
  const [first] = spec.sessions;
  const [repository] = first?.repositories ?? [];
  const { name: own } = repository as { readonly name: string };
  const made = sessions.map(({ name, schedule: at, repositories }, index) => ({
    ...first,
    name,
    scheduler: { schedule: at, jobTemplate: { backoffLimit: 1 } },
    repositories: Array.from({ length: repositories }, (_, part) => {
      const other = index + part === 0 ? own : `${own}-${index}-${part}`;
      return { ...repository, name: other, directory: `of/${other}` };
    }),
  }));
  return { ...manifest, spec: { ...spec, sessions: made } };
}

function varied(manifest: Manifest, variation: Variation): Manifest {
  const other = renamed(manifest, variation);
  if (other.kind === 'StatefulSet')
    return { ...other, spec: { ...(other.spec as object), replicas: variation.replicas } };
  return other.kind === 'BackupConfiguration' ? withSessions(other, variation) : other;
}

/** Components of all Snapshots, and the sessions and restores that ended well. */
function outcome(objects: ReturnType<typeof reconciled>): Readonly<Record<string, number>> {
  const of = (kind: string): typeof objects => objects.filter((one) => one.kind === kind);
  const components = of('Snapshot').map(
    (one) => (one['status'] as { readonly totalComponents?: number }).totalComponents ?? 0,
  );
  return {
    sessions: of('BackupSession').length,
    snapshots: of('Snapshot').length,
    components: components.reduce((all, one) => all + one, 0),
    restores: of('RestoreSession').length,
  };
}

describe('the quickstart with other names, namespaces, schedules, sessions and replicas', function () {
  this.timeout(300_000);

  it(`backs up and restores in each of ${RUNS} variations`, () => {
    fc.assert(
      fc.property(variations, (variation) => {
        const cluster = startVirtualCluster({ onCall: ({ code, answer }) => assert.equal(code, 200, answer) });
        try {
          for (const one of manifestsAt(QUICKSTART)) apply(cluster.api, varied(one, variation));
          cluster.run(HOUR / 2);
          // The first backup of each session: what a tick adds later is not counted.
          const before = outcome(reconciled(cluster));
          const repositories = variation.sessions.reduce((all, one) => all + one.repositories, 0);
          assert.ok((before['sessions'] ?? 0) >= 2 * variation.sessions.length, JSON.stringify(before));
          assert.ok((before['snapshots'] ?? 0) >= 2 * repositories, JSON.stringify(before));
          assert.ok((before['components'] ?? 0) >= repositories * (variation.replicas + 1), JSON.stringify(before));
          for (const one of manifestsAt(QUICKSTART_RESTORE)) apply(cluster.api, varied(one, variation));
          cluster.run(HOUR / 2);
          assert.deepEqual(unsettled(cluster), []);
          assert.equal(outcome(reconciled(cluster))['restores'], 2);
          assert.deepEqual(cluster.warnings, []);
        } finally {
          cluster.stop();
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  });
});
