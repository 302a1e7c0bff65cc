/**
 * Kubernetes objects as YAML files on the backend: what makes the backend readable for another cluster. Imported where a
 * file is really written: the YAML library costs a backup more start-up time than all of ours.
 */
import { stringify } from 'yaml';

/** Bytes of this object as YAML. */
export function yamlOf(manifest: object): Uint8Array {
  return new TextEncoder().encode(stringify(manifest, { aliasDuplicateObjects: false, lineWidth: 0 }));
}
