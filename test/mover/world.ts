/** A container for a mover, in a temporary directory: root, volumes, Secrets, a local backend, and the API server's files. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ReportStatus } from '../../hooks/domain/report.ts';
import type { StorageAccess, Task } from '../../hooks/domain/task.ts';
import { commandFrom, type Command } from '../../mover/command.ts';
import { runMover } from '../../mover/run.ts';
import { settingsFrom } from '../../mover/settings.ts';

export const PASSWORD = 'canary-Passw0rd/with "quotes" and ümlaut';
export const OWNER = { clusterUid: 'cluster-1', namespace: 'demo', name: 'repo' } as const;
const ENCRYPTION_PATH = '/var/run/metastash/encryption-secret';

/** Fields of a task that differ from the usual one. */
export type Change = Readonly<Record<string, unknown>>;

export interface Ran {
  readonly code: number;
  readonly log: string;
  readonly status: ReportStatus;
}

export class World {
  readonly directory = mkdtempSync(join(tmpdir(), 'mover-'));
  readonly root = join(this.directory, 'root');
  readonly files = join(this.directory, 'api');
  readonly backend = join(this.root, 'backend');
  env: Record<string, string> = {};
  storage: StorageAccess = { namespace: 'demo', name: 'storage', place: { provider: 'local', mountPath: '/backend' } };
  #reports = 0;

  constructor() {
    mkdirSync(this.backend, { recursive: true });
    mkdirSync(join(this.root, 'source/data'), { recursive: true });
    this.password(PASSWORD);
  }

  /** Removes everything. */
  end(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A path of the container on this machine. */
  at(path: string): string {
    return join(this.root, path);
  }

  /** Writes a file of the container. */
  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), content);
  }

  password(value: string): void {
    this.write(`${ENCRYPTION_PATH}/RESTIC_PASSWORD`, `${value}\n`);
  }

  /** Puts an object where the API server's files are. */
  object(folder: string, namespace: string, object: { metadata: { name: string } }): string {
    const file = join(this.files, folder, namespace, `${object.metadata.name}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(object));
    return file;
  }

  repository(): { namespace: string; name: string; directory: string; encryptionSecret: object } {
    const encryptionSecret = { namespace: 'demo', name: 'encryption', mountPath: ENCRYPTION_PATH };
    return { namespace: 'demo', name: 'repo', directory: 'demo/app', encryptionSecret };
  }

  /** Runs a mover in this process, with a TaskReport of its own, and answers with what it reported. */
  async run(argv: readonly string[], task: Change, signal = new AbortController().signal): Promise<Ran> {
    this.#reports += 1;
    const name = `report-${this.#reports}`;
    const report = { namespace: 'demo', name };
    const file = this.object('taskreports.metastash.dev', 'demo', { metadata: { name } });
    const lines: string[] = [];
    const command = commandFrom(argv) as Command;
    const document = { version: 1, task: argv[0], report, ...task };
    const code = await runMover(command, this.settings(document), {
      signal,
      now: () => new Date(),
      write: (line) => void lines.push(line),
    });
    const status = (JSON.parse(readFileSync(file, 'utf8')) as { status: ReportStatus }).status;
    return { code, log: lines.join('\n'), status };
  }

  settings(document: object): ReturnType<typeof settingsFrom> {
    return settingsFrom({
      PATH: process.env['PATH'],
      METASTASH_RESTIC: process.env['METASTASH_RESTIC'],
      METASTASH_ROOT: this.root,
      METASTASH_FILES: this.files,
      METASTASH_TASK: JSON.stringify(document),
      METASTASH_REPORT_WAIT_SECONDS: '0',
      POD_UID: `pod-${this.#reports}`,
      POD_NAMESPACE: 'demo',
      ...this.env,
    });
  }

  initStorage(change: Change = {}): Promise<Ran> {
    return this.run(['init-storage'], { storage: this.storage, clusterUid: OWNER.clusterUid, ...change });
  }

  initRepository(change: Change = {}): Promise<Ran> {
    const manifest = { apiVersion: 'storage.kubestash.com/v1alpha1', kind: 'Repository', metadata: { name: 'repo' } };
    const task = { storage: this.storage, repository: this.repository(), owner: OWNER, manifest };
    return this.run(['init-repository'], { ...task, ...change });
  }

  /** A backup of /source/data into `repository/v1/daily/dump`. */
  backup(argv: readonly string[] = [], change: Change = {}): Promise<Ran> {
    return this.run(['backup', ...argv], {
      storage: this.storage,
      repository: this.repository(),
      resticPath: 'repository/v1/daily/dump',
      component: 'dump',
      session: 'daily',
      backupSession: 'app-daily-1764000000',
      snapshot: { namespace: 'demo', name: 'snap', uid: 'snapshot-uid-1' },
      mountPaths: ['/source/data'],
      host: 'deployment-app',
      tags: ['metastash.dev/session=daily'],
      run: 0,
      clusterUid: OWNER.clusterUid,
      ...change,
    });
  }

  /** A restore of one restic snapshot of /source/data. */
  restore(id: string, argv: readonly string[] = [], change: Change = {}): Promise<Ran> {
    return this.run(['restore', ...argv], {
      storage: this.storage,
      repository: this.repository(),
      resticPath: 'repository/v1/daily/dump',
      component: 'dump',
      points: [{ id, hostPath: '/source/data' }],
      mountPaths: ['/source/data'],
      ...change,
    });
  }

  /** A claimed directory, ready for backups. */
  async ready(): Promise<this> {
    await this.initRepository();
    return this;
  }
}

/** The restic snapshot of the first path of a backup. */
export function firstSnapshot(ran: Ran): string {
  return ran.status.result?.backup?.paths[0]?.snapshotID ?? '';
}

/** The task's own type, for documents written out in tests. */
export type AnyTask = Task;
