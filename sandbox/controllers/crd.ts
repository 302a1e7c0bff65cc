/**
 * The CustomResourceDefinition controllers: a definition is established soon after it is made, and goes only after all its
 * objects went, finalizers included (k8s.io/apiextensions-apiserver pkg/controller/{establish,finalizer}).
 */
import { ApiError, type StoredObject } from '../api-server/api.ts';
import { DEFINITION_FINALIZER } from '../api-server/deletion.ts';
import type { SandboxApiServer } from '../api-server/server.ts';
import { isMap, listOf, mapOf, textOf } from '../api-server/values.ts';
import type { Clock } from '../clock.ts';

const GROUP_VERSION = 'apiextensions.k8s.io/v1';
const KIND = 'CustomResourceDefinition';

/** Runs the controllers until the returned function is called. */
export function startDefinitionController(api: SandboxApiServer, clock: Clock): () => void {
  for (const definition of api.list(GROUP_VERSION, KIND)) reconcile(api, clock, definition);
  return api.watchAll(({ type, object }) => {
    if (object.kind === KIND && object.apiVersion === GROUP_VERSION) {
      const current =
        type === 'DELETED' ? undefined : api.get({ apiVersion: GROUP_VERSION, kind: KIND, name: object.metadata.name });
      if (current) reconcile(api, clock, current);
    } else if (type === 'DELETED') {
      const resource = api.resource(object.apiVersion, object.kind);
      const group = object.apiVersion.split('/')[0] ?? '';
      const definition =
        resource && api.get({ apiVersion: GROUP_VERSION, kind: KIND, name: `${resource.plural}.${group}` });
      if (definition?.metadata.deletionTimestamp !== undefined) reconcile(api, clock, definition);
    }
  });
}

function reconcile(api: SandboxApiServer, clock: Clock, definition: StoredObject): void {
  try {
    if (definition.metadata.deletionTimestamp === undefined) establish(api, clock, definition);
    else empty(api, definition);
  } catch (error) {
    // Another writer was first: its change brings the definition back here.
    if (!(error instanceof ApiError)) throw error;
  }
}

function establish(api: SandboxApiServer, clock: Clock, definition: StoredObject): void {
  const held = definition.metadata.finalizers?.includes(DEFINITION_FINALIZER)
    ? definition
    : api.update({
        ...definition,
        metadata: {
          ...definition.metadata,
          finalizers: [...(definition.metadata.finalizers ?? []), DEFINITION_FINALIZER],
        },
      });
  if (isMap(mapOf(held['status'])['acceptedNames'])) return;
  const spec = mapOf(held['spec']);
  const lastTransitionTime = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const conditions = [
    { type: 'NamesAccepted', status: 'True', lastTransitionTime, reason: 'NoConflicts', message: 'no conflicts found' },
    {
      type: 'Established',
      status: 'True',
      lastTransitionTime,
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
    },
  ];
  const storedVersions = versionsOf(held, 'storage');
  api.updateStatus({ ...held, status: { conditions, acceptedNames: spec['names'], storedVersions } });
}

function empty(api: SandboxApiServer, definition: StoredObject): void {
  if (!definition.metadata.finalizers?.includes(DEFINITION_FINALIZER)) return;
  const spec = mapOf(definition['spec']);
  const apiVersion = `${textOf(spec['group'])}/${versionsOf(definition, 'served')[0] ?? ''}`;
  const kind = textOf(mapOf(spec['names'])['kind']);
  for (const object of api.list(apiVersion, kind)) {
    const { name, namespace, deletionTimestamp } = object.metadata;
    if (deletionTimestamp === undefined)
      api.delete({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) });
  }
  if (api.list(apiVersion, kind).length > 0) return;
  const finalizers = definition.metadata.finalizers.filter((one) => one !== DEFINITION_FINALIZER);
  api.update({ ...definition, metadata: { ...definition.metadata, finalizers } });
}

function versionsOf(definition: StoredObject, flag: 'served' | 'storage'): readonly string[] {
  return listOf(mapOf(definition['spec'])['versions'])
    .filter(isMap)
    .filter((version) => version[flag] === true)
    .map((version) => textOf(version['name']));
}
