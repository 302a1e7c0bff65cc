/**
 * The metadata store: small files beside the restic repositories, on whatever backend holds them. Keys are relative to
 * the storage's prefix, with `/` between parts and no outer slashes. Failures are Faults of the catalogue.
 */
export interface Store {
  /** The bytes under this key, or undefined when there is no such object. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Replaces or creates the object; readers never see half of it. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Creates the object unless one is there; answers whether this call created it. Atomic among all writers. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>;
  /** Every object whose key starts with this directory, in no particular order. */
  list(directory: string): AsyncIterable<StoredObject>;
  /** What lies directly in this directory. */
  children(directory: string): Promise<StoreDirectory>;
  /** Removes the object; one that is not there is no error. */
  delete(key: string): Promise<void>;
  /** Fails unless the backend itself (bucket, container, mount) is there and readable. */
  probe(): Promise<void>;
}

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
}

export interface StoreDirectory {
  /** Names, not keys. */
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

/** Content type of every metadata object (kubestash-api.md §2.5). */
export const YAML_CONTENT_TYPE = 'application/yaml';

/** Non-empty parts joined to a key. */
export function keyOf(...parts: readonly string[]): string {
  return parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/');
}

/** Keys of a store that lives below a prefix of a bucket, there and back. */
export interface PrefixedKeys {
  /** The object's key in the bucket. */
  readonly whole: (key: string) => string;
  /** What every key of this directory starts with; empty for the whole bucket. */
  readonly below: (directory: string) => string;
  /** The store's key of an object in the bucket. */
  readonly keyOf: (whole: string) => string;
  /** The name that a key in the bucket has inside this directory. */
  readonly nameIn: (directory: string, whole: string) => string;
}

/** Arithmetic of keys below this prefix. */
export function prefixedKeys(prefix: string): PrefixedKeys {
  const below = (directory: string): string => {
    const whole = keyOf(prefix, directory);
    return whole === '' ? '' : `${whole}/`;
  };
  return {
    whole: (key) => keyOf(prefix, key),
    below,
    keyOf: (whole) => whole.slice(below('').length),
    nameIn: (directory, whole) => whole.slice(below(directory).length).replace(/\/$/, ''),
  };
}
