/** The API server form of the mover's Kubernetes interface, and the TaskReport's rules as the API server enforces them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiKube } from '../../../mover/kube/api.ts';
import { kubeconfigConnection } from '../../../mover/kube/kubeconfig.ts';
import { serviceAccountConnection } from '../../../mover/kube/service-account.ts';
import { BACKUP_SESSIONS, PODS, SECRETS, TASK_REPORTS, type Kube } from '../../../mover/kube/kube.ts';
import { Reporter } from '../../../mover/report/reporter.ts';
import { definitionsAreServed } from '../../e2e/kubectl.ts';

const ROOT = join(import.meta.dirname, '../../..');
const NAMESPACE = 'mover-report-test';

function kubectl(args: readonly string[], input?: object): string {
  return execFileSync('kubectl', args, { encoding: 'utf8', ...(input ? { input: JSON.stringify(input) } : {}) });
}

describe('mover at a real API server', () => {
  let kube: Kube;
  before(async () => {
    assert.ok(process.env['KUBECONFIG'], 'KUBECONFIG must name a real API server; `make test-cluster` starts one');
    for (const crd of ['metastash.dev_taskreports', 'core.kubestash.com_backupsessions'])
      kubectl(['apply', '-f', join(ROOT, `crds/${crd}.yaml`)]);
    await definitionsAreServed();
    kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    kube = apiKube(kubeconfigConnection());
  });
  after(() => kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']));

  const makeReport = (name: string): void => {
    const spec = { task: 'backup', jobName: name, run: 0 };
    kubectl(['apply', '-f', '-'], {
      apiVersion: 'metastash.dev/v1alpha1',
      kind: 'TaskReport',
      metadata: { name, namespace: NAMESPACE },
      spec,
    });
  };
  const reporter = (name: string, podUid: string, waitMs = 5000): Reporter =>
    new Reporter({
      kube,
      report: { namespace: NAMESPACE, name },
      podUid,
      waitMs,
      now: () => new Date(),
      log: () => undefined,
    });
  const status = async (name: string): Promise<Record<string, unknown>> =>
    ((await kube.get(TASK_REPORTS, NAMESPACE, name))?.['status'] ?? {}) as Record<string, unknown>;

  it('claims, moves and ends a report, and every field survives the schema', async () => {
    makeReport('whole');
    const mine = reporter('whole', 'pod-a');
    await mine.claim();
    mine.progress({
      percent: 50,
      bytesDone: 1,
      bytesTotal: 2,
      filesDone: 3,
      filesTotal: 4,
      secondsElapsed: 5,
      secondsRemaining: 6,
    });
    await mine.finish(
      { backup: { paths: [], unreadable: { count: 1, names: ['ü'] } } },
      { code: 'SourceUnreadable', message: 'm', retryable: false },
    );
    const found = await status('whole');
    assert.deepEqual(
      { ...found, startedAt: undefined, heartbeatAt: undefined, finishedAt: undefined },
      {
        ...{ schemaVersion: 1, phase: 'Failed', podUID: 'pod-a' },
        progress: {
          percent: 50,
          bytesDone: 1,
          bytesTotal: 2,
          filesDone: 3,
          filesTotal: 4,
          secondsElapsed: 5,
          secondsRemaining: 6,
        },
        result: { backup: { paths: [], unreadable: { count: 1, names: ['ü'] } } },
        error: { code: 'SourceUnreadable', message: 'm', retryable: false },
        ...{ startedAt: undefined, heartbeatAt: undefined, finishedAt: undefined },
      },
    );
  });

  it('is claimed by exactly one of many Pods', async () => {
    makeReport('contested');
    const claims = await Promise.allSettled(['a', 'b', 'c', 'd'].map((uid) => reporter('contested', uid).claim()));
    assert.equal(claims.filter((one) => one.status === 'fulfilled').length, 1);
  });

  it('does not let a final report change, nor another Pod take it', async () => {
    makeReport('final');
    const mine = reporter('final', 'pod-a');
    await mine.claim();
    await assert.rejects(kube.patchStatus(TASK_REPORTS, NAMESPACE, 'final', { podUID: 'pod-b' }), {
      reason: 'invalid',
    });
    await mine.finish(undefined, undefined);
    await assert.rejects(kube.patchStatus(TASK_REPORTS, NAMESPACE, 'final', { phase: 'Running' }), {
      reason: 'invalid',
    });
    await assert.rejects(reporter('final', 'pod-a').claim(), { code: 'ReportTaken' });
  });

  it('waits for a report that is made after the Job', async () => {
    const claim = reporter('late', 'pod-a', 30_000).claim();
    makeReport('late');
    await claim;
    assert.equal((await status('late'))['podUID'], 'pod-a');
  });

  it('creates a BackupSession once', async () => {
    const session = {
      apiVersion: 'core.kubestash.com/v1alpha1',
      kind: 'BackupSession',
      metadata: { name: 'app-daily-1764000000', namespace: NAMESPACE },
      spec: { invoker: { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'app' }, session: 'daily' },
    };
    assert.equal(await kube.create(BACKUP_SESSIONS, NAMESPACE, session), 'created');
    assert.equal(await kube.create(BACKUP_SESSIONS, NAMESPACE, session), 'exists');
  });

  it('lists by label over several pages and answers nothing for what is not there', async () => {
    const items = Array.from({ length: 520 }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `s-${index}`, namespace: NAMESPACE, labels: { all: 'yes' } },
    }));
    kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'List', items });
    assert.equal((await kube.list(SECRETS, NAMESPACE, { all: 'yes' })).length, 520);
    assert.deepEqual(await kube.list(PODS, NAMESPACE, { all: 'yes' }), []);
    assert.equal(await kube.get(PODS, NAMESPACE, 'nobody'), undefined);
  });

  it('tells a refusal from an absence', async () => {
    const token = kubectl(['create', 'token', 'default', '-n', NAMESPACE]).trim();
    const config = JSON.parse(kubectl(['config', 'view', '--raw', '--minify', '-o', 'json'])) as { users: unknown };
    const user = (config as { users: { name: string }[] }).users[0]?.name;
    const directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
    const file = join(directory, 'config');
    writeFileSync(file, JSON.stringify({ ...config, users: [{ name: user, user: { token } }] }), { mode: 0o600 });
    const admin = process.env['KUBECONFIG'];
    try {
      process.env['KUBECONFIG'] = file;
      await assert.rejects(apiKube(kubeconfigConnection()).get(SECRETS, NAMESPACE, 'any'), { reason: 'forbidden' });
    } finally {
      process.env['KUBECONFIG'] = admin;
      rmSync(directory, { recursive: true });
    }
  });

  it('finds the API server by the ServiceAccount that a Pod has mounted, and reads a renewed token', async () => {
    const text = kubectl(['config', 'view', '--raw', '--minify', '-o', 'json']);
    const [named] = (JSON.parse(text) as { clusters: { cluster: Record<string, string> }[] }).clusters;
    const { server = '', 'certificate-authority-data': authority = '' } = named?.cluster ?? {};
    const { hostname, port } = new URL(server);
    const folder = mkdtempSync(join(tmpdir(), 'serviceaccount-'));
    const ask = apiKube(serviceAccountConnection({ host: hostname, port }, folder));
    try {
      await assert.rejects(ask.get(SECRETS, NAMESPACE, 'any'), {
        reason: 'unavailable',
        message: /token cannot be read/,
      });
      writeFileSync(join(folder, 'ca.crt'), Buffer.from(authority, 'base64'));
      writeFileSync(join(folder, 'token'), 'out of date\n');
      await assert.rejects(ask.get(SECRETS, NAMESPACE, 'any'), { reason: 'forbidden', message: /Unauthorized/ });
      writeFileSync(join(folder, 'token'), kubectl(['create', 'token', 'default', '-n', NAMESPACE]));
      await assert.rejects(ask.get(SECRETS, NAMESPACE, 'any'), { reason: 'forbidden', message: /cannot get resource/ });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('calls an object that the schema refuses invalid', async () => {
    const bad = { apiVersion: 'metastash.dev/v1alpha1', kind: 'TaskReport', metadata: { name: 'bad' } };
    await assert.rejects(kube.create(TASK_REPORTS, NAMESPACE, bad), { reason: 'invalid' });
  });
});
