/**
 * The folder through which a mover without an API server reaches the sandbox's (METASTASH_FILES, docs/architecture.md):
 * what it may read is written there before it starts; what it creates or whose status it patches is carried over.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ApiServer, StoredObject } from '../api-server/api.ts';
import { ApiError } from '../api-server/api.ts';
import type { ExecAnswer, ExecOrder } from './exec.ts';

const POLL_MS = 50;
const COMMANDS = 'exec';
const READABLE = [
  ['v1', 'Pod'],
  ['v1', 'PersistentVolumeClaim'],
  ['v1', 'Event'],
] as const;

export interface FilesBridge {
  /** Carries over what is there and stops looking. */
  close(): void;
}

export interface NodeSide {
  /** Hears of refusals, which a mover would have heard from the API server. */
  readonly log: (line: string) => void;
  /** Runs a command that the mover wants in another Pod. */
  readonly exec: (order: ExecOrder) => Promise<ExecAnswer>;
}

/** Opens the bridge of one Pod. */
export function openFilesBridge(
  api: ApiServer,
  directory: string,
  view: { readonly namespace: string; readonly reportName: string | undefined },
  node: NodeSide,
): FilesBridge {
  const seen = new Map<string, string>();
  const commands = new Set<string>();
  for (const [apiVersion, kind] of READABLE) {
    for (const object of api.list(apiVersion, kind, view.namespace)) write(object);
  }
  function write(object: StoredObject): void {
    const file = join(directory, pathOf(api, object));
    mkdirSync(dirname(file), { recursive: true });
    const text = JSON.stringify(object);
    seen.set(file, text);
    writeFileSync(file, text);
  }
  function offerReport(): void {
    if (view.reportName === undefined) return;
    const { namespace, reportName: name } = view;
    const report = api.get({ apiVersion: 'metastash.dev/v1alpha1', kind: 'TaskReport', namespace, name });
    if (report && !existsSync(join(directory, pathOf(api, report)))) write(report);
  }
  function carryOver(): void {
    offerReport();
    runCommands(directory, commands, node);
    for (const file of filesBelow(directory)) {
      const text = readFileSync(file, 'utf8');
      if (seen.get(file) === text) continue;
      const known = seen.has(file);
      seen.set(file, text);
      apply(api, JSON.parse(text) as StoredObject, known, node.log);
    }
  }
  mkdirSync(directory, { recursive: true });
  carryOver();
  const timer = setInterval(carryOver, POLL_MS);
  return {
    close: () => {
      clearInterval(timer);
      carryOver();
    },
  };
}

/** Orders lie in `exec/`, each answered once beside it; by rename, so that an answer appears whole. */
function runCommands(directory: string, started: Set<string>, node: NodeSide): void {
  const folder = join(directory, COMMANDS);
  if (!existsSync(folder)) return;
  const orders = readdirSync(folder).filter((name) => /^[^.]+\.json$/.test(name) && !started.has(name));
  for (const name of orders) {
    started.add(name);
    const order = JSON.parse(readFileSync(join(folder, name), 'utf8')) as ExecOrder;
    void node.exec(order).then((answer) => {
      const file = join(folder, name.replace(/\.json$/, '.outcome.json'));
      writeFileSync(`${file}.part`, JSON.stringify(answer));
      renameSync(`${file}.part`, file);
    });
  }
}

function apply(api: ApiServer, object: StoredObject, known: boolean, log: (line: string) => void): void {
  try {
    if (!known) {
      api.create(object);
      return;
    }
    const { name, namespace } = object.metadata;
    const key = { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace ? { namespace } : {}) };
    api.patch(key, { status: object.status }, 'status');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    log(`${error.code} ${error.reason}: ${error.message}\n`);
  }
}

function pathOf(api: ApiServer, object: StoredObject): string {
  const resource = api.resource(object.apiVersion, object.kind);
  const group = object.apiVersion.includes('/') ? `.${object.apiVersion.split('/')[0]}` : '';
  return join(`${resource?.plural}${group}`, object.metadata.namespace ?? '', `${object.metadata.name}.json`);
}

/** Whole `.json` files only: movers write beside and rename. */
function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory).flatMap((name) => {
    if (name === COMMANDS) return [];
    const path = join(directory, name);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return filesBelow(path);
    return name.endsWith('.json') && !name.startsWith('.') ? [path] : [];
  });
}
