/** `make demo`: the main job on real data, on one machine, with the real hooks over HTTP, the real mover and real restic. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mountNamespaceProblem } from '../node/namespace-process.ts';
import { startCluster } from '../cluster/cluster.ts';
import { curlExamples } from './curl-examples.ts';
import { startHooks } from '../cluster/hooks-service.ts';
import { startS3Gateway } from '../cluster/s3-gateway.ts';
import { createScreen } from './screen.ts';
import { tell } from './story.ts';
import { NotReached } from './wait.ts';

const USAGE = `Usage: make demo [BACKEND=local|s3] [KEEP=1]

Backs up a StatefulSet and a Deployment, destroys their data, restores it and compares every entry.
  --backend local|s3   where backups go: a folder, or a real S3 server on this machine (default local)
  --keep               leave the hooks running and the world's folder in place
`;

const root = join(import.meta.dirname, '..', '..');

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      backend: { type: 'string', default: 'local' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || !['local', 's3'].includes(values.backend)) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  const problem = mountNamespaceProblem();
  if (problem) throw new Error(problem);
  return demo(values.backend === 's3', values.keep);
}

async function demo(onS3: boolean, keep: boolean): Promise<number> {
  const startedAt = performance.now();
  const screen = createScreen(process.stdout);
  const directory = mkdtempSync(join(tmpdir(), 'metastash-demo-'));
  const gateway = onS3 ? await startS3Gateway(directory, 'metastash-quickstart') : undefined;
  const hooks = await startHooks(join(root, 'build', 'hooks.js'), join(directory, 'hooks.log'));
  const cluster = startCluster({ root, directory, hooksUrl: hooks.url });
  screen.line(`hooks on ${hooks.url}, the cluster's disks in ${directory}`);
  let equal = false;
  try {
    const quickstart = join(root, 'examples', onS3 ? 'quickstart-s3' : 'quickstart');
    equal = await tell({ cluster, screen, quickstart, restore: join(root, 'examples', 'quickstart', 'restore') });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    screen.line();
    screen.line(equal ? `Everything came back, in ${seconds} s.` : 'Something is not equal: see above.');
  } catch (error) {
    if (!(error instanceof NotReached)) throw error;
    screen.bad(error.message);
  } finally {
    await cluster.stop();
    gateway?.stop();
    if (!keep) {
      hooks.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  }
  if (keep) for (const line of curlExamples(hooks)) screen.line(line);
  return equal ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
