/**
 * A Snapshot object for what a backend holds. Its stored status travels in annotation `metastash.dev/imported`, from which
 * its own hook derives the status; no backup is ever made for it.
 */
import type { StoredSnapshot } from '../../domain/report.ts';
import { ok, refused, type Parsed } from '../../domain/result.ts';
import type { Repository } from '../../generated/types/repository.ts';
import { ANNOTATION, LABEL, MANAGED_BY } from '../../kube/labels.ts';
import { listOf, mapOf, textOf, textsOf } from '../../kube/json-values.ts';
import { labelValue } from '../../kube/names.ts';
import type { DesiredObject, JsonMap } from '../../kube/objects.ts';

const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const MAX_NAME = 253;
/** The API server's bound on all annotations together is 256 KiB, and Metacontroller keeps a copy of each. */
const MAX_STATUS = 100_000;
/** Bounds of the CRD: one object that is refused there would fail every sync of the Repository. */
const TEXT_FIELDS = { snapshotID: 64, type: 64, session: 253, backupSession: 253, version: 32 } as const;
const REFERENCE_FIELDS = ['apiGroup', 'kind', 'name', 'namespace'] as const;

/** The entries of a page that may be anything. */
export function storedSnapshotsFrom(value: unknown): readonly StoredSnapshot[] {
  return listOf(value).map((one) => {
    const { name, labels, spec, status, lost } = mapOf(one);
    return {
      name: textOf(name) ?? '',
      labels: mapOf(labels) as StoredSnapshot['labels'] & object,
      spec: mapOf(spec),
      status: mapOf(status),
      lost: textsOf(lost),
    };
  });
}

/** The object to make, or why none can be made. It never asks for the removal of data, whatever stood there before. */
export function importedSnapshot(stored: StoredSnapshot, repository: Repository): Parsed<DesiredObject> {
  const { name, lost = [] } = stored;
  if (name.length > MAX_NAME || !NAME.test(name)) return refused(`${JSON.stringify(name.slice(0, 80))} is no name`);
  const status = JSON.stringify({ ...stored.status, ...(lost.length === 0 ? {} : { lost }) });
  if (status.length > MAX_STATUS) return refused(`${name} is too large`);
  const spec = specOf(mapOf(stored.spec), repository);
  return ok({
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Snapshot',
    metadata: {
      name,
      namespace: repository.metadata.namespace ?? '',
      labels: labelsOf(stored, spec, repository),
      annotations: { [ANNOTATION.imported]: status },
    },
    spec,
  });
}

function specOf(stored: JsonMap, repository: Repository): JsonMap {
  const texts = Object.entries(TEXT_FIELDS).flatMap(([field, limit]) => {
    const text = textOf(stored[field]);
    return text === undefined || text.length > limit ? [] : [[field, text]];
  });
  const appRef = referenceOf(stored['appRef']) ?? repository.spec.appRef;
  return {
    ...Object.fromEntries(texts),
    repository: repository.metadata.name,
    ...(appRef === undefined ? {} : { appRef }),
    deletionPolicy: 'Delete',
  };
}

function referenceOf(value: unknown): JsonMap | undefined {
  const map = mapOf(value);
  if (textOf(map['name']) === undefined) return undefined;
  return Object.fromEntries(
    REFERENCE_FIELDS.flatMap((field) => (typeof map[field] === 'string' ? [[field, map[field]]] : [])),
  );
}

/** As on Snapshots that are made here; who invoked the backup is known from the stored labels alone. */
function labelsOf({ labels = {} }: StoredSnapshot, spec: JsonMap, repository: Repository): Record<string, string> {
  const { namespace = '', name } = repository.metadata;
  const appRef = mapOf(spec['appRef']);
  const wanted: Readonly<Record<string, string | undefined>> = {
    [LABEL.managedBy]: MANAGED_BY,
    [LABEL.repositoryName]: name,
    [LABEL.appRefKind]: textOf(appRef['kind']),
    [LABEL.appRefNamespace]: textOf(appRef['namespace']) ?? namespace,
    [LABEL.appRefName]: textOf(appRef['name']),
    [LABEL.invokerKind]: textOf(labels[LABEL.invokerKind]),
    [LABEL.invokerName]: textOf(labels[LABEL.invokerName]) ?? repository.metadata.labels?.[LABEL.invokerName],
    [LABEL.sessionName]: textOf(spec['session']),
    [LABEL.backupSession]: textOf(spec['backupSession']),
  };
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([key, value]) => {
      const text = value === undefined ? undefined : labelValue(value);
      return text !== undefined && LABEL_VALUE.test(text) ? [[key, text]] : [];
    }),
  );
}

const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
