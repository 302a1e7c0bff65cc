/** The TaskReport from claim to end, and what happens when somebody else has it (design §4). */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ReportStatus } from '../../hooks/domain/report.ts';
import { filesKube } from '../../mover/kube/files.ts';
import { BACKUP_SESSIONS, PODS, TASK_REPORTS, type Kube } from '../../mover/kube/kube.ts';
import { KubeError } from '../../mover/kube/kube-error.ts';
import { Redaction } from '../../mover/report/redaction.ts';
import { Reporter } from '../../mover/report/reporter.ts';
import { World } from './world.ts';

const PROGRESS = { percent: 0, bytesDone: 0, bytesTotal: 100, filesDone: 0, filesTotal: 1, secondsElapsed: 0 };

describe('TaskReport', () => {
  let directory: string;
  let nowMs: number;
  let kube: Kube;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'report-'));
    nowMs = Date.parse('2026-01-02T03:04:05Z');
    kube = filesKube(directory);
    put({});
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const file = (): string => join(directory, 'taskreports.metastash.dev/demo/r.json');
  function put(object: object): void {
    mkdirSync(dirname(file()), { recursive: true });
    writeFileSync(file(), JSON.stringify({ metadata: { name: 'r' }, ...object }));
  }
  const status = (): ReportStatus => (JSON.parse(readFileSync(file(), 'utf8')) as { status: ReportStatus }).status;
  const reporter = (podUid: string, over: Partial<{ kube: Kube; waitMs: number }> = {}): Reporter =>
    new Reporter({
      kube,
      report: { namespace: 'demo', name: 'r' },
      podUid,
      waitMs: 0,
      now: () => new Date(nowMs),
      log: () => undefined,
      ...over,
    });

  it('goes from nothing to Running to Succeeded, with the Pod that did it', async () => {
    const mine = reporter('a');
    await mine.claim();
    assert.deepEqual(
      [status().phase, status().podUID, status().startedAt],
      ['Running', 'a', '2026-01-02T03:04:05.000Z'],
    );
    nowMs += 1000;
    await mine.finish({ uploaded: { snapshots: ['s'] } }, undefined);
    assert.deepEqual([status().phase, status().finishedAt], ['Succeeded', '2026-01-02T03:04:06.000Z']);
    assert.deepEqual(status().result, { uploaded: { snapshots: ['s'] } });
  });

  it('is claimed by exactly one of two Pods at once', async () => {
    const claims = await Promise.allSettled([reporter('a').claim(), reporter('b').claim()]);
    assert.deepEqual(claims.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
    const lost = claims.find((one) => one.status === 'rejected');
    assert.equal((lost?.reason as { code: string }).code, 'ReportTaken');
  });

  it('may be claimed again by its own Pod, whose first answer was lost', async () => {
    await reporter('a').claim();
    await reporter('a').claim();
    assert.equal(status().podUID, 'a');
  });

  it('is not claimed once it is final', async () => {
    const mine = reporter('a');
    await mine.claim();
    await mine.finish(undefined, { code: 'X', message: 'x', retryable: false });
    await assert.rejects(reporter('a').claim(), { code: 'ReportTaken' });
  });

  it('is waited for until the wait is over', async () => {
    rmSync(file());
    await assert.rejects(reporter('a').claim(), { code: 'ReportUnavailable' });
    let asked = 0;
    const late: Kube = {
      ...kube,
      get: async (...args) => {
        asked += 1;
        if (asked === 1) throw new KubeError('forbidden', 'RBAC is not there yet');
        if (asked === 2) return undefined;
        put({});
        return kube.get(...args);
      },
    };
    await reporter('a', { kube: late, waitMs: 60_000 }).claim();
    assert.equal(status().podUID, 'a');
  });

  it('writes progress every 10 s or 5 percent and not more often', async () => {
    const writes: number[] = [];
    const counting: Kube = {
      ...kube,
      patchStatus: (resource, namespace, name, patch) => {
        writes.push((patch as ReportStatus).progress?.percent ?? -1);
        return kube.patchStatus(resource, namespace, name, patch);
      },
    };
    const mine = reporter('a', { kube: counting });
    await mine.claim();
    nowMs += 10_000;
    for (const percent of [1, 2, 3, 6, 7, 12]) mine.progress({ ...PROGRESS, percent });
    nowMs += 9_999;
    mine.progress({ ...PROGRESS, percent: 13 });
    nowMs += 1;
    mine.progress({ ...PROGRESS, percent: 14 });
    await mine.finish(undefined, undefined);
    assert.deepEqual(writes, [-1, 1, 6, 12, 14, -1]);
    assert.equal(status().progress?.percent, 14);
  });

  it('makes a Pod stop before it touches data when another one has the report', async () => {
    const world = new World();
    try {
      const name = 'report-1';
      const taken = { metadata: { name }, status: { phase: 'Running', podUID: 'somebody else' } };
      const original = world.object.bind(world);
      world.object = (folder, namespace, object) =>
        original(folder, namespace, object.metadata.name === name ? taken : object);
      const ran = await world.initStorage();
      assert.equal(ran.code, 3, ran.log);
      assert.deepEqual(ran.status, taken.status);
      assert.throws(() => readFileSync(join(world.backend, 'metadata.yaml')));
    } finally {
      world.end();
    }
  });
});

describe('Kubernetes as files', () => {
  let directory: string;
  let kube: Kube;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kube-'));
    kube = filesKube(directory);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('creates once and then says that it exists', async () => {
    const session = { metadata: { name: 's' }, spec: { session: 'daily' } };
    assert.equal(await kube.create(BACKUP_SESSIONS, 'demo', session), 'created');
    assert.equal(await kube.create(BACKUP_SESSIONS, 'demo', { metadata: { name: 's' } }), 'exists');
    assert.deepEqual(await kube.get(BACKUP_SESSIONS, 'demo', 's'), session);
  });

  it('lists a namespace by labels, core kinds without a dot', async () => {
    for (const [name, app] of [
      ['a', 'x'],
      ['b', 'y'],
    ])
      await kube.create(PODS, 'demo', { metadata: { name, labels: { app } } });
    assert.deepEqual((await kube.list(PODS, 'demo', { app: 'y' })).length, 1);
    assert.deepEqual((await kube.list(PODS, 'demo')).length, 2);
    assert.deepEqual(await kube.list(PODS, 'elsewhere'), []);
    assert.ok(readFileSync(join(directory, 'pods/demo/a.json')));
  });

  it('answers nothing for what is not there, and refuses to patch it', async () => {
    assert.equal(await kube.get(TASK_REPORTS, 'demo', 'none'), undefined);
    await assert.rejects(kube.patchStatus(TASK_REPORTS, 'demo', 'none', {}), { reason: 'not-found' });
  });
});

describe('Redaction', () => {
  it('finds a value plain, line by line, base64, URL- and JSON-escaped, the longest form first', () => {
    const redaction = new Redaction();
    redaction.conceal(['line one\nline "two"', 'abc']);
    for (const form of [
      'line one\nline "two"',
      'line one',
      'line "two"',
      encodeURIComponent('line "two"'),
      JSON.stringify('line "two"').slice(1, -1),
      Buffer.from('line one\nline "two"').toString('base64'),
    ]) {
      assert.equal(redaction.text(`<${form}>`), '<[secret]>');
    }
    assert.equal(redaction.text('abc is too short to hide'), 'abc is too short to hide');
    assert.deepEqual(redaction.json({ a: ['line one', 1, null], b: { c: 'x' } }), {
      a: ['[secret]', 1, null],
      b: { c: 'x' },
    });
  });
});
