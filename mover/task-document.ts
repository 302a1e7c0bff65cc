/** `METASTASH_TASK` -> Task: the document our hooks write, checked field by field before anything relies on it. */
import { TASK_VERSION, type Task } from '../hooks/domain/task.ts';
import { listAt, objectAt, optionalAt, textAt, type JsonObject } from './decode.ts';
import { Fault } from './faults.ts';

const MAX_TASK_BYTES = 4 * 1024 * 1024;

/** The task in this text, or a `TaskInvalid` fault with the JSON pointer of the first field that is wrong. */
export function taskFrom(text: string | undefined): Task {
  if (!text) throw new Fault('TaskInvalid', 'METASTASH_TASK is not set');
  if (text.length > MAX_TASK_BYTES)
    throw new Fault('TaskInvalid', `METASTASH_TASK is longer than ${MAX_TASK_BYTES} bytes`);
  const document = objectAt(parsed(text), '/');
  if (document['version'] !== TASK_VERSION) {
    throw new Fault('TaskInvalid', `METASTASH_TASK at /version: this mover knows version ${TASK_VERSION} only`);
  }
  const name = textAt(document['task'], '/task');
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as Task['task']] : undefined;
  if (!check)
    throw new Fault('TaskInvalid', `METASTASH_TASK at /task: ${JSON.stringify(name)} is not a task of this mover`);
  optionalAt(document['report'], '/report', objectName);
  check(document);
  return document as unknown as Task;
}

const CHECKS: Readonly<Record<Task['task'], (document: JsonObject) => void>> = {
  'init-storage': (document) => {
    storage(document['storage'], '/storage');
    textAt(document['clusterUid'], '/clusterUid');
  },
  'init-repository': (document) => {
    storageAndRepository(document);
    objectName(document['owner'], '/owner');
    textAt(objectAt(document['owner'], '/owner')['clusterUid'], '/owner/clusterUid');
    objectAt(document['manifest'], '/manifest');
  },
  trigger: (document) => {
    textAt(document['invoker'], '/invoker');
    textAt(document['session'], '/session');
    objectAt(document['manifest'], '/manifest');
  },
  locate: (document) => {
    textAt(document['namespace'], '/namespace');
    const target = objectAt(document['target'], '/target');
    textAt(target['kind'], '/target/kind');
    textAt(target['name'], '/target/name');
    optionalAt(document['selector'], '/selector', objectAt);
    optionalAt(document['claims'], '/claims', texts);
    optionalAt(document['claimPrefixes'], '/claimPrefixes', texts);
  },
  backup: (document) => {
    storageAndRepository(document);
    for (const field of ['resticPath', 'component', 'session', 'backupSession', 'host'] as const) {
      textAt(document[field], `/${field}`);
    }
    objectName(document['snapshot'], '/snapshot');
    textAt(objectAt(document['snapshot'], '/snapshot')['uid'], '/snapshot/uid');
    texts(document['mountPaths'], '/mountPaths');
    texts(document['tags'], '/tags');
    optionalAt(document['manifest'], '/manifest', objectAt);
  },
  restore: (document) => {
    storageAndRepository(document);
    textAt(document['resticPath'], '/resticPath');
    textAt(document['component'], '/component');
    texts(document['mountPaths'], '/mountPaths');
    listAt(document['points'], '/points', (point, pointer) => {
      textAt(objectAt(point, pointer)['id'], `${pointer}/id`);
      textAt(objectAt(point, pointer)['hostPath'], `${pointer}/hostPath`);
    });
  },
  upload: (document) => {
    storageAndRepository(document);
    listAt(document['manifests'], '/manifests', objectAt);
  },
  diagnose: (document) => {
    textAt(document['namespace'], '/namespace');
    textAt(document['jobName'], '/jobName');
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be anything.
    throw new Fault('TaskInvalid', 'METASTASH_TASK is not JSON');
  }
}

function texts(value: unknown, pointer: string): readonly string[] {
  return listAt(value, pointer, textAt);
}

function objectName(value: unknown, pointer: string): void {
  const name = objectAt(value, pointer);
  textAt(name['namespace'], `${pointer}/namespace`);
  textAt(name['name'], `${pointer}/name`);
}

function secret(value: unknown, pointer: string): void {
  objectName(value, pointer);
  optionalAt(objectAt(value, pointer)['mountPath'], `${pointer}/mountPath`, textAt);
}

function storageAndRepository(document: JsonObject): void {
  storage(document['storage'], '/storage');
  const repository = objectAt(document['repository'], '/repository');
  objectName(repository, '/repository');
  textAt(repository['directory'], '/repository/directory');
  optionalAt(repository['encryptionSecret'], '/repository/encryptionSecret', secret);
}

const PLACE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  local: ['mountPath'],
  s3: ['bucket'],
  gcs: ['bucket'],
  azure: ['storageAccount', 'container'],
};

function storage(value: unknown, pointer: string): void {
  objectName(value, pointer);
  const access = objectAt(value, pointer);
  optionalAt(access['secret'], `${pointer}/secret`, secret);
  const place = objectAt(access['place'], `${pointer}/place`);
  const provider = textAt(place['provider'], `${pointer}/place/provider`);
  const fields = Object.hasOwn(PLACE_FIELDS, provider) ? PLACE_FIELDS[provider] : undefined;
  if (!fields) {
    throw new Fault(
      'TaskInvalid',
      `METASTASH_TASK at ${pointer}/place/provider: one of ${Object.keys(PLACE_FIELDS).join(', ')}`,
    );
  }
  for (const field of fields) textAt(place[field], `${pointer}/place/${field}`);
}
