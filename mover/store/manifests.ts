/**
 * Kubernetes objects as YAML files on the backend: what makes the backend readable for another cluster. Imported where a
 * file is really written: the YAML library costs a backup more start-up time than all of ours.
 */
import { parse, stringify } from 'yaml';
import { isObject, type JsonObject } from '../decode.ts';

/** More than this is no manifest of a Kubernetes object. */
const MAX_MANIFEST_BYTES = 1024 * 1024;
/** Aliases can make a small file a huge object. */
const MAX_ALIASES = 100;

/** Bytes of this object as YAML. */
export function yamlOf(manifest: object): Uint8Array {
  return new TextEncoder().encode(stringify(manifest, { aliasDuplicateObjects: false, lineWidth: 0 }));
}

/** The object in a YAML file that anyone may have written, or in one sentence why there is none. */
export function objectIn(bytes: Uint8Array): JsonObject | string {
  if (bytes.length > MAX_MANIFEST_BYTES) return `larger than ${MAX_MANIFEST_BYTES} bytes`;
  try {
    const value: unknown = parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), {
      maxAliasCount: MAX_ALIASES,
      schema: 'core',
      logLevel: 'error',
    });
    return isObject(value) ? value : 'holds no map';
  } catch {
    // The parser's words quote the file, which may be anything.
    return 'is not YAML';
  }
}
