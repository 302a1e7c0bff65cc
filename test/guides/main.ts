/**
 * `make guides DIR=…`: KubeStash's own workload guides, command by command, one after the other in one namespace, with only
 * image, backend and volumes replaced. DIR is a checkout of github.com/kubestash/docs, whose text is not ours to keep here.
 * Writes the table in docs/compatibility.md. Needs what `make e2e` needs, and a cluster without a namespace `demo`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install } from '../e2e/installation.ts';
import { kubectl } from '../e2e/kubectl.ts';
import { checkNeeds, ROOT } from '../e2e/needs.ts';
import { startS3 } from '../e2e/s3.ts';
import { removeVolumes, volumeFor } from '../e2e/volumes.ts';
import { stepsOf } from './guide.ts';
import { runStep, type StepResult } from './run.ts';
import { tableOf, type GuideResult } from './table.ts';

const GUIDES = ['workloads/deployment', 'workloads/statefulset', 'volumes/pvc', 'workloads/daemonset'];
const CLAIMS = ['kubestash-pvc', 'source-data-sample-sts-0', 'source-data-sample-sts-1', 'source-data-sample-sts-2'];
const DOCUMENT = join(ROOT, 'docs/compatibility.md');

const documentation = process.argv[2];
if (!documentation) throw new Error('usage: make guides DIR=<a checkout of github.com/kubestash/docs>');
checkNeeds(['demo']);
const installed = await install();
const s3 = await startS3(installed.folder);
const folder = mkdtempSync(join(tmpdir(), 'guides-'));
const results: GuideResult[] = [];
try {
  for (const claim of CLAIMS) volumeFor(installed.folder, 'demo', claim);
  for (const guide of GUIDES) {
    results.push({ guide, steps: await runGuide(guide) });
  }
} finally {
  kubectl(['delete', 'namespace', 'demo', '--timeout=120s', '--ignore-not-found']);
  removeVolumes();
  await s3.stop();
  await installed.stop();
  rmSync(folder, { recursive: true });
}
const text = readFileSync(DOCUMENT, 'utf8');
writeFileSync(DOCUMENT, text.replace(/(<!-- guides -->\n)[\s\S]*?(<!-- \/guides -->)/, `$1\n${tableOf(results)}\n$2`));
process.exit(results.every(({ steps }) => steps.length > 0) ? 0 : 1);

async function runGuide(guide: string): Promise<readonly StepResult[]> {
  process.stdout.write(`\n${guide}\n`);
  const done: StepResult[] = [];
  const around = {
    documentation: documentation ?? '',
    s3,
    volume: (name: string): string => {
      const path = join(installed.folder, 'volumes', name);
      mkdirSync(path, { recursive: true });
      return path;
    },
  };
  for (const step of stepsOf(join(around.documentation, 'docs/guides', guide, 'index.md'))) {
    const result = await runStep(step, around, folder);
    done.push(result);
    const verdict = result.differences.length === 0 ? 'as written' : result.differences.join('; ');
    process.stdout.write(`  ${String(step.line).padStart(4)}  ${step.command.slice(0, 90)}\n        ${verdict}\n`);
  }
  return done;
}
