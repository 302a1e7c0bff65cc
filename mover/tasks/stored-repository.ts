/** A Repository's manifest, as MetaStash or KubeStash left it on a backend, cut to what can be applied in another cluster. */
import { isObject, type JsonObject } from '../decode.ts';

export interface StoredRepository {
  readonly name: string;
  readonly namespace: string;
  readonly manifest: object;
}

const SPEC_FIELDS = ['appRef', 'storageRef', 'path', 'encryptionSecret'];
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const MAX_NAME = 253;
const MAX_CHARACTERS = 4000;

/** The Repository in this manifest, or in a few words why it is none. Applied again, it never asks for the removal of data. */
export function storedRepositoryFrom(manifest: JsonObject): StoredRepository | string {
  if (manifest['kind'] !== 'Repository') return 'is no Repository';
  const { name, namespace } = mapOf(manifest['metadata']);
  if (!isName(name) || !isName(namespace)) return 'has no name and namespace that an object can have';
  const spec = mapOf(manifest['spec']);
  const fields = SPEC_FIELDS.flatMap((field) => (spec[field] == null ? [] : [[field, spec[field]]]));
  const restored = {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Repository',
    metadata: { name, namespace },
    spec: { ...Object.fromEntries(fields), deletionPolicy: 'Delete' },
  };
  return JSON.stringify(restored).length > MAX_CHARACTERS ? 'is too large' : { name, namespace, manifest: restored };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_NAME && NAME.test(value);
}

function mapOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
