/**
 * Links the simulation: hooks, mover, sandbox and models in one file. Inside it the mover's doors to the world (files,
 * programs, timers, stores, Kubernetes) lead to the models in sandbox/simulation/mover/; the rest of its code is untouched.
 * A planted bug is a replacement of source text that must be found exactly once, so that it never goes stale in silence.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..');
const HERE = 'sandbox/simulation/mover';

/** Module of the mover, and the model in its place. */
const DOORS: Readonly<Record<string, string>> = {
  'mover/restic/process.ts': 'restic-process.ts',
  'mover/store/open.ts': 'open-store.ts',
  'mover/kube/open.ts': 'open-kube.ts',
};
const BUILT_INS: Readonly<Record<string, string>> = {
  'node:fs': 'files.ts',
  'node:fs/promises': 'files.ts',
  'node:timers/promises': 'timers.ts',
};
const GLOBAL_TIMERS = /\b(?:set|clear)Interval\b/;

export interface Patch {
  /** Below the project's folder. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A constant of the hooks that a seed may change: the name is imported, and follows what its module says. */
const PACE: Patch = {
  file: 'hooks/kinds/backupstorage/scan.ts',
  find: 'const EVERY_MS = 24 * 60 * MINUTE_MS;',
  replace: "import { scanEveryMs as EVERY_MS } from '../../../sandbox/simulation/scan-pace.ts';",
};

/** Writes the bundle, with the patches applied. Throws when a patch no longer fits the source. */
export async function bundleSimulation(outfile: string, patches: readonly Patch[] = []): Promise<void> {
  const applied = new Set<Patch>();
  await build({
    entryPoints: [join(ROOT, 'sandbox/simulation/main.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
    define: { 'import.meta.dirname': '__metastashDirectory' },
    banner: { js: `const __metastashDirectory = ${JSON.stringify(join(ROOT, 'sandbox', 'cluster'))};` },
    outfile,
    plugins: [linked([PACE, ...patches], applied)],
  });
  const missed = [PACE, ...patches].find((patch) => !applied.has(patch));
  if (missed) throw new Error(`no module of the simulation is ${missed.file}`);
}

function linked(patches: readonly Patch[], applied: Set<Patch>): Plugin {
  return {
    name: 'models-for-doors',
    setup(builder) {
      builder.onResolve({ filter: /./ }, ({ path, importer, resolveDir }) => {
        const from = relative(ROOT, importer);
        if (!from.startsWith('mover/')) return undefined;
        const model =
          BUILT_INS[path] ?? (path.startsWith('.') ? DOORS[relative(ROOT, join(resolveDir, path))] : undefined);
        return model === undefined ? undefined : { path: join(ROOT, HERE, model) };
      });
      builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const file = relative(ROOT, path);
        const own = patches.filter((patch) => patch.file === file);
        const timers = file.startsWith('mover/');
        if (own.length === 0 && !timers) return undefined;
        const source = own.reduce((text, patch) => patched(text, patch, applied), readFileSync(path, 'utf8'));
        const needsTimers = timers && GLOBAL_TIMERS.test(source);
        const first = needsTimers
          ? `import { setInterval, clearInterval } from ${JSON.stringify(join(ROOT, HERE, 'timers.ts'))};\n`
          : '';
        return { contents: `${first}${source}`, loader: 'ts' };
      });
    },
  };
}

function patched(text: string, patch: Patch, applied: Set<Patch>): string {
  const parts = text.split(patch.find);
  if (parts.length !== 2) {
    throw new Error(`${patch.file}: the text to replace is there ${parts.length - 1} times, not once: ${patch.find}`);
  }
  applied.add(patch);
  return parts.join(patch.replace);
}
