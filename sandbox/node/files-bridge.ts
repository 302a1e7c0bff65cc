/**
 * The folder through which a mover without an API server reaches the sandbox's (METASTASH_FILES, docs/architecture.md):
 * what it may read is written there before it starts; what it creates or whose status it patches is carried over. Its account's
 * Roles decide, as they do in a cluster.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ObjectName } from '../../hooks/domain/task.ts';
import type { ApiServer, StoredObject } from '../api-server/api.ts';
import { ApiError } from '../api-server/api.ts';
import { groupOf } from '../api-server/errors.ts';
import { isAllowed, refusalOf, type Account, type Attempt } from '../api-server/rbac.ts';
import type { ExecAnswer, ExecOrder } from './exec.ts';

const POLL_MS = 50;
const COMMANDS = 'exec';
const READABLE = [
  ['v1', 'Pod', 'pods'],
  ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'],
  ['v1', 'Event', 'events'],
] as const;

/** What the mover behind the bridge is and needs. */
export interface BridgeView {
  readonly account: Account;
  readonly reportName: string | undefined;
  /** Secrets that are not mounted: it reads them with its token, when its account may. */
  readonly secrets: readonly ObjectName[];
}

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

/** Opens the bridge of one Pod. `log` hears of refusals, which a mover would have heard from the API server. */
export function openFilesBridge(api: ApiServer, directory: string, view: BridgeView, node: NodeSide): FilesBridge {
  const bridge: Bridge = { api, directory, view, seen: new Map() };
  const commands = new Set<string>();
  mkdirSync(directory, { recursive: true });
  offerReadable(bridge);
  const carryOver = (): void => {
    // The world was removed while the mover was still ending.
    if (!existsSync(directory)) return;
    offerReport(bridge);
    view.secrets.forEach((secret) => offerSecret(bridge, secret));
    runCommands(bridge, commands, node);
    takeChanges(bridge, node.log);
  };
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
function runCommands({ api, directory, view }: Bridge, started: Set<string>, node: NodeSide): void {
  const folder = join(directory, COMMANDS);
  if (!existsSync(folder)) return;
  const orders = readdirSync(folder).filter((name) => /^[^.]+\.json$/.test(name) && !started.has(name));
  for (const name of orders) {
    started.add(name);
    const order = JSON.parse(readFileSync(join(folder, name), 'utf8')) as ExecOrder;
    const attempt: Attempt = { verb: 'create', group: '', resource: 'pods/exec', namespace: order.namespace };
    const answer: Promise<ExecAnswer> = isAllowed(api, view.account, attempt)
      ? node.exec(order)
      : Promise.resolve({ error: refusalOf(view.account, { ...attempt, name: order.pod }) });
    void answer.then((outcome) => {
      const file = join(folder, name.replace(/\.json$/, '.outcome.json'));
      writeFileSync(`${file}.part`, JSON.stringify(outcome));
      renameSync(`${file}.part`, file);
    });
  }
}

interface Bridge {
  readonly api: ApiServer;
  readonly directory: string;
  readonly view: BridgeView;
  /** What was written or taken last, by file. */
  readonly seen: Map<string, string>;
}

function write({ directory, seen }: Bridge, path: string, object: object): void {
  const file = join(directory, path);
  const text = JSON.stringify(object);
  if (seen.get(file) === text) return;
  mkdirSync(dirname(file), { recursive: true });
  seen.set(file, text);
  // By rename, as a mover may be reading.
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}

function offerReadable(bridge: Bridge): void {
  const { api, view } = bridge;
  const { namespace } = view.account;
  for (const [apiVersion, kind, resource] of READABLE) {
    if (!isAllowed(api, view.account, { verb: 'list', group: '', resource, namespace })) continue;
    for (const object of api.list(apiVersion, kind, namespace)) write(bridge, pathOf(api, object), object);
  }
}

/** Once: from then on the mover writes it. Without the rights for it, it is as if it were not there yet. */
function offerReport(bridge: Bridge): void {
  const { api, directory, view } = bridge;
  const { account, reportName: name } = view;
  if (name === undefined) return;
  const { namespace } = account;
  const report = api.get({ apiVersion: 'metastash.dev/v1alpha1', kind: 'TaskReport', namespace, name });
  if (!report || existsSync(join(directory, pathOf(api, report)))) return;
  const attempt = { group: 'metastash.dev', namespace, name };
  const mayUse =
    isAllowed(api, account, { ...attempt, verb: 'get', resource: 'taskreports' }) &&
    isAllowed(api, account, { ...attempt, verb: 'patch', resource: 'taskreports/status' });
  if (mayUse) write(bridge, pathOf(api, report), report);
}

/** The Secret as it is now, or the API server's refusal in its place. */
function offerSecret(bridge: Bridge, { namespace, name }: ObjectName): void {
  const { api, directory, view, seen } = bridge;
  const path = join('secrets', namespace, `${name}.json`);
  const attempt: Attempt = { verb: 'get', group: '', resource: 'secrets', namespace, name };
  if (!isAllowed(api, view.account, attempt)) {
    const message = refusalOf(view.account, attempt);
    write(bridge, path, {
      apiVersion: 'v1',
      kind: 'Status',
      status: 'Failure',
      reason: 'Forbidden',
      code: 403,
      message,
    });
    return;
  }
  const secret = api.get({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  if (secret) write(bridge, path, secret);
  else if (seen.delete(join(directory, path))) rmSync(join(directory, path), { force: true });
}

function takeChanges({ api, directory, view, seen }: Bridge, log: (line: string) => void): void {
  for (const file of filesBelow(directory)) {
    const text = readFileSync(file, 'utf8');
    if (seen.get(file) === text) continue;
    const isKnown = seen.has(file);
    seen.set(file, text);
    apply(api, view.account, { object: JSON.parse(text) as StoredObject, isKnown }, log);
  }
}

function apply(
  api: ApiServer,
  account: Account,
  { object, isKnown }: { readonly object: StoredObject; readonly isKnown: boolean },
  log: (line: string) => void,
): void {
  try {
    const { name, namespace = '' } = object.metadata;
    const plural = api.resource(object.apiVersion, object.kind)?.plural ?? '';
    const place = { group: groupOf(object.apiVersion), namespace };
    const attempt: Attempt = isKnown
      ? { ...place, verb: 'patch', resource: `${plural}/status`, name }
      : { ...place, verb: 'create', resource: plural };
    if (!isAllowed(api, account, attempt)) throw new ApiError(403, 'Forbidden', refusalOf(account, attempt));
    if (!isKnown) api.create(object);
    else
      api.patch(
        { apiVersion: object.apiVersion, kind: object.kind, name, namespace },
        { status: object.status },
        'status',
      );
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
