/** `METASTASH_TASK` -> Task: the document our hooks write, checked field by field before anything relies on it. */
import { normaliseDirectory } from '../hooks/domain/backend-path.ts';
import { TASK_VERSION, type Task } from '../hooks/domain/task.ts';
import { listAt, objectAt, optionalAt, textAt, type JsonObject } from './decode.ts';
import { Fault } from './faults.ts';
import { isSnapshotId } from './restic/messages.ts';

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
    owner(document['owner']);
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
    optionalAt(document['judgement'], '/judgement', judgement);
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
  forget: (document) => {
    maintenance(document);
    listAt(document['snapshots'], '/snapshots', forgetTarget);
  },
  prune: resticPathsOf,
  check: resticPathsOf,
  wipe: (document) => {
    storage(document['storage'], '/storage');
    textAt(document['clusterUid'], '/clusterUid');
    optionalAt(document['repository'], '/repository', repository);
  },
  scan: (document) => {
    storage(document['storage'], '/storage');
    textAt(document['clusterUid'], '/clusterUid');
  },
  sync: (document) => {
    storageAndRepository(document);
    optionalAt(document['after'], '/after', textAt);
  },
  diagnose: (document) => {
    textAt(document['namespace'], '/namespace');
    textAt(document['jobName'], '/jobName');
  },
  hook: (document) => {
    textAt(document['hook'], '/hook');
    countAt(document['attempts'], '/attempts');
    countAt(document['timeoutSeconds'], '/timeoutSeconds');
    hookAction(document['action'], '/action');
    optionalAt(document['pods'], '/pods', podChoice);
  },
};

function hookAction(value: unknown, pointer: string): void {
  const action = objectAt(value, pointer);
  const kind = textAt(action['kind'], `${pointer}/kind`);
  if (kind === 'exec') {
    const command = listAt(action['command'], `${pointer}/command`, wordAt);
    textAt(command[0], `${pointer}/command/0`);
    return;
  }
  if (kind !== 'http' && kind !== 'tcp') {
    throw new Fault('TaskInvalid', `METASTASH_TASK at ${pointer}/kind: one of exec, http, tcp`);
  }
  optionalAt(action['host'], `${pointer}/host`, textAt);
  if (typeof action['port'] !== 'number') textAt(action['port'], `${pointer}/port`);
  if (kind === 'tcp') return;
  for (const field of ['method', 'scheme', 'path']) textAt(action[field], `${pointer}/${field}`);
  listAt(action['headers'], `${pointer}/headers`, (header, at) => textAt(objectAt(header, at)['name'], `${at}/name`));
}

function podChoice(value: unknown, pointer: string): void {
  const choice = objectAt(value, pointer);
  textAt(choice['namespace'], `${pointer}/namespace`);
  objectAt(choice['labels'], `${pointer}/labels`);
  optionalAt(choice['owner'], `${pointer}/owner`, objectAt);
  optionalAt(choice['container'], `${pointer}/container`, textAt);
}

/** An argument may be empty. */
function wordAt(value: unknown, pointer: string): string {
  return value === '' ? '' : textAt(value, pointer);
}

function countAt(value: unknown, pointer: string): void {
  if (Number.isInteger(value) && (value as number) > 0) return;
  throw new Fault('TaskInvalid', `METASTASH_TASK at ${pointer}: a whole number above zero is needed`);
}

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

function judgement(value: unknown, pointer: string): void {
  const { reference } = objectAt(value, pointer);
  optionalAt(reference, `${pointer}/reference`, (one, at) => {
    textAt(objectAt(one, at)['snapshot'], `${at}/snapshot`);
    listAt(objectAt(one, at)['paths'], `${at}/paths`, (path, where) => {
      textAt(objectAt(path, where)['hostPath'], `${where}/hostPath`);
    });
  });
}

function secret(value: unknown, pointer: string): void {
  objectName(value, pointer);
  optionalAt(objectAt(value, pointer)['mountPath'], `${pointer}/mountPath`, textAt);
}

function storageAndRepository(document: JsonObject): void {
  storage(document['storage'], '/storage');
  repository(document['repository'], '/repository');
}

function repository(value: unknown, pointer: string): void {
  objectName(value, pointer);
  const access = objectAt(value, pointer);
  textAt(access['directory'], `${pointer}/directory`);
  optionalAt(access['encryptionSecret'], `${pointer}/encryptionSecret`, secret);
}

function maintenance(document: JsonObject): void {
  storageAndRepository(document);
  owner(document['owner']);
}

function resticPathsOf(document: JsonObject): void {
  maintenance(document);
  listAt(document['resticPaths'], '/resticPaths', resticPath);
}

function forgetTarget(value: unknown, pointer: string): void {
  const target = objectAt(value, pointer);
  textAt(target['name'], `${pointer}/name`);
  textAt(target['uid'], `${pointer}/uid`);
  listAt(target['components'], `${pointer}/components`, (one, at) => {
    const component = objectAt(one, at);
    resticPath(component['resticPath'], `${at}/resticPath`);
    listAt(component['ids'], `${at}/ids`, snapshotId);
  });
}

/** A path that climbs could be another Repository's. */
function resticPath(value: unknown, pointer: string): void {
  const path = textAt(value, pointer);
  const parsed = normaliseDirectory(path);
  if (!parsed.ok || parsed.value !== path) {
    throw new Fault(
      'TaskInvalid',
      `METASTASH_TASK at ${pointer}: a path below the directory of the Repository is needed`,
    );
  }
}

/** A prefix or `latest` could be another snapshot tomorrow (faults.md B71). */
function snapshotId(value: unknown, pointer: string): void {
  if (!isSnapshotId(textAt(value, pointer))) {
    throw new Fault('TaskInvalid', `METASTASH_TASK at ${pointer}: a whole restic snapshot id is needed`);
  }
}

function owner(value: unknown): void {
  objectName(value, '/owner');
  textAt(objectAt(value, '/owner')['clusterUid'], '/owner/clusterUid');
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
