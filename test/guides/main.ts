/**
 * `make guides DIR=…`: KubeStash's own workload guides, command by command, one after the other in one namespace, with only
 * image, backend and volumes replaced (replacements.ts). DIR is a checkout of github.com/kubestash/docs, whose text is not ours to
 * keep here. Writes the tables of docs/compatibility.md. Needs what `make e2e` needs, and a cluster without a namespace `demo`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply, kubectl } from '../e2e/kubectl.ts';
import { install } from '../e2e/installation.ts';
import { checkNeeds, ROOT } from '../e2e/needs.ts';
import { startS3 } from '../e2e/s3.ts';
import { removeVolumes, volumeFor } from '../e2e/volumes.ts';
import { runExamples } from './examples.ts';
import { stepsOf } from './guide.ts';
import type { Surroundings } from './replacements.ts';
import { runStep, type StepResult } from './run.ts';
import { sectionOf, type GuideResult } from './table.ts';

const GUIDES = ['workloads/deployment', 'workloads/statefulset', 'volumes/pvc'];
const CLAIMS = ['kubestash-pvc', 'source-data-sample-sts-0', 'source-data-sample-sts-1', 'source-data-sample-sts-2'];
/** For claims whose names the cluster makes up: caches of restic. */
const SPARE_VOLUMES = 4;
const DOCUMENT = join(ROOT, 'docs/compatibility.md');

const documentation = process.argv[2];
if (!documentation) throw new Error('usage: make guides DIR=<a checkout of github.com/kubestash/docs>');
checkNeeds(['demo']);
const installed = await install();
const s3 = await startS3(installed.folder);
const folder = mkdtempSync(join(tmpdir(), 'guides-'));
const around: Surroundings = {
  documentation,
  s3,
  volume: (name: string): string => {
    const path = join(installed.folder, 'volumes', name);
    mkdirSync(path, { recursive: true });
    return path;
  },
};
try {
  for (const claim of CLAIMS) volumeFor(installed.folder, 'demo', claim);
  const guides: GuideResult[] = [];
  for (const guide of GUIDES) guides.push({ guide, steps: await runGuide(guide) });
  process.stdout.write('\nuse-cases/customize-backup-restore\n');
  apply(Array.from({ length: SPARE_VOLUMES }, (_, index) => spareVolume(`spare-${index}`)));
  const examples = await runExamples(around, (claim) => volumeFor(installed.folder, 'demo', claim));
  const text = readFileSync(DOCUMENT, 'utf8');
  const section = `$1\n${sectionOf(guides, examples)}\n\n$2`;
  writeFileSync(DOCUMENT, text.replace(/(<!-- guides -->\n)[\s\S]*?(<!-- \/guides -->)/, section));
} finally {
  kubectl(['delete', 'namespace', 'demo', '--timeout=120s', '--ignore-not-found']);
  kubectl(['delete', 'pv', '-l', 'metastash.dev/guides=spare', '--wait=false']);
  removeVolumes();
  await s3.stop();
  await installed.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function runGuide(guide: string): Promise<readonly StepResult[]> {
  process.stdout.write(`\n${guide}\n`);
  const done: StepResult[] = [];
  for (const step of stepsOf(join(around.documentation, 'docs/guides', guide, 'index.md'))) {
    const result = await runStep(step, around, folder);
    done.push(result);
    const verdict = result.differences.length === 0 ? 'as written' : result.differences.join('; ');
    process.stdout.write(`  ${String(step.line).padStart(4)}  ${step.command.slice(0, 90)}\n        ${verdict}\n`);
  }
  return done;
}

function spareVolume(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, labels: { 'metastash.dev/guides': 'spare' } },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: around.volume(name), type: 'Directory' },
    },
  };
}
