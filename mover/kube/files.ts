/**
 * The file form (docs/architecture.md): `<dir>/<plural>.<group>/<namespace>/<name>.json`. Files appear whole, by rename;
 * a status patch holds a lock file meanwhile and obeys TaskReport's two rules, which the API server enforces by CEL.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject } from '../decode.ts';
import { systemCode } from '../faults.ts';
import type { ExecOutcome } from '../hooks/exec-outcome.ts';
import { resourceName, type ExecOrder, type Kube, type Resource } from './kube.ts';
import { KubeError } from './kube-error.ts';

const LOCK_RETRY_MS = 20;
/** A holder that was killed leaves its lock; no patch takes this long. */
const LOCK_STALE_MS = 10_000;

/** Kubernetes as files below `directory`. */
export function filesKube(directory: string): Kube {
  const folder = (resource: Resource, namespace: string): string => join(directory, resourceName(resource), namespace);
  const file = (resource: Resource, namespace: string, name: string): string =>
    join(folder(resource, namespace), `${name}.json`);
  return {
    get: (resource, namespace, name) => objectIn(file(resource, namespace, name)),
    list: async (resource, namespace, labels = {}) => {
      const names = (await readdir(folder(resource, namespace)).catch(absent)) ?? [];
      const objects = await Promise.all(
        names.filter((name) => name.endsWith('.json')).map((name) => objectIn(join(folder(resource, namespace), name))),
      );
      return objects.filter((object) => object !== undefined).filter((object) => hasLabels(object, labels));
    },
    create: (resource, namespace, object) => {
      const name = String(isObject(object['metadata']) ? object['metadata']['name'] : '');
      return created(file(resource, namespace, name), object);
    },
    patchStatus: (resource, namespace, name, status) => patched(file(resource, namespace, name), status),
    exec: (order, signal) => executed(directory, order, signal),
  };
}

/**
 * Commands are files too: `<dir>/exec/<id>.json` is the order, and whoever stands for the node answers with
 * `<id>.outcome.json`. Where nobody does (a container without a cluster), the signal ends the wait.
 */
async function executed(directory: string, order: ExecOrder, signal: AbortSignal): Promise<ExecOutcome> {
  const path = join(directory, 'exec', `${randomUUID()}.json`);
  const outcome = path.replace(/\.json$/, '.outcome.json');
  await rename(await staged(path, order), path);
  for (;;) {
    const answer = await objectIn(outcome);
    if (typeof answer?.['error'] === 'string') throw new KubeError('unavailable', answer['error']);
    if (typeof answer?.['exitCode'] === 'number') {
      return { exitCode: answer['exitCode'], output: String(answer['output'] ?? '') };
    }
    await sleep(LOCK_RETRY_MS, undefined, { signal });
  }
}

async function objectIn(path: string): Promise<JsonObject | undefined> {
  const text = await readFile(path, 'utf8').catch(absent);
  if (text === undefined) return undefined;
  const object: unknown = JSON.parse(text);
  if (!isObject(object)) throw new KubeError('unavailable', `${path} does not hold an object`);
  // What the API server answers instead of an object that this mover may not see.
  if (object['kind'] === 'Status' && object['code'] === 403)
    throw new KubeError('forbidden', String(object['message']));
  return object;
}

async function created(path: string, object: JsonObject): Promise<'created' | 'exists'> {
  const part = await staged(path, object);
  try {
    await link(part, path);
    return 'created';
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return 'exists';
    throw thrown;
  } finally {
    await rm(part, { force: true });
  }
}

async function patched(path: string, patch: object): Promise<void> {
  const unlock = await locked(`${path}.lock`);
  try {
    const object = await objectIn(path);
    if (!object) throw new KubeError('not-found', `${path} is not there`);
    const before = isObject(object['status']) ? object['status'] : {};
    const after = merged(before, patch as JsonObject);
    refuseForbiddenChange(before, after);
    await rename(await staged(path, { ...object, status: after }), path);
  } finally {
    await unlock();
  }
}

/** crds/metastash.dev_taskreports.yaml: a final report does not change; the Pod that claimed it stays. */
function refuseForbiddenChange(before: JsonObject, after: JsonObject): void {
  const final = before['phase'] === 'Succeeded' || before['phase'] === 'Failed';
  if (final && JSON.stringify(before) !== JSON.stringify(after)) throw new KubeError('invalid', 'the report is final');
  if (before['podUID'] !== undefined && before['podUID'] !== after['podUID']) {
    throw new KubeError('invalid', 'another Pod has claimed this report');
  }
}

async function locked(path: string): Promise<() => Promise<void>> {
  for (;;) {
    const file = await open(path, 'wx').catch((thrown: unknown) => {
      if (systemCode(thrown) === 'EEXIST') return undefined;
      if (systemCode(thrown) === 'ENOENT') throw new KubeError('not-found', `${dirname(path)} is not there`);
      throw thrown;
    });
    if (file) {
      await file.close();
      return () => rm(path, { force: true });
    }
    const held = await stat(path).catch(absent);
    if (held && Date.now() - held.mtimeMs > LOCK_STALE_MS) await rm(path, { force: true });
    await sleep(LOCK_RETRY_MS);
  }
}

async function staged(path: string, object: object): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const part = join(dirname(path), `.${randomUUID()}.part`);
  await writeFile(part, JSON.stringify(object));
  return part;
}

/** RFC 7386: objects merge, null removes, everything else replaces. */
function merged(before: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(patch)) {
    const old = result[key];
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = isObject(value) ? merged(isObject(old) ? old : {}, value) : value;
  }
  return result;
}

function hasLabels(object: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const found = isObject(metadata['labels']) ? metadata['labels'] : {};
  return Object.entries(labels).every(([key, value]) => found[key] === value);
}

function absent(thrown: unknown): undefined {
  if (systemCode(thrown) === 'ENOENT') return undefined;
  throw thrown;
}
