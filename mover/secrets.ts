/** Secrets as movers get them: mounted, one file per key, or read with the mover's own token. */
import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretSource } from '../hooks/domain/task.ts';
import { isObject } from './decode.ts';
import { Fault, systemCode } from './faults.ts';
import { isKubeError } from './kube/kube-error.ts';
import { SECRETS, type Kube } from './kube/kube.ts';
import { placed } from './settings.ts';

export type SecretData = Readonly<Record<string, string>>;

/** Every key of the Secret with surrounding line breaks trimmed: `echo pw | kubectl create` must not change a password. */
export async function secretData(source: SecretSource, root: string, kube: () => Promise<Kube>): Promise<SecretData> {
  const raw = source.mountPath
    ? await mounted(source, placed(root, source.mountPath))
    : await fetched(source, await kube());
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, value.replace(/[\r\n]+$/, '')]));
}

/** The value of a key that must be there and not be empty; the message names the key, never a value. */
export function requiredKey(data: SecretData, key: string, source: SecretSource): string {
  const value = data[key];
  if (!value) {
    const found = value === undefined ? 'no key' : 'an empty value for key';
    throw new Fault('SecretKeyMissing', `Secret ${source.namespace}/${source.name} has ${found} ${key}`);
  }
  if (value.includes('\0')) {
    throw new Fault('SecretKeyMissing', `Secret ${source.namespace}/${source.name} has binary data in key ${key}`);
  }
  return value;
}

/**
 * The certificates of a key that may be left out, in PEM. One that cannot be read or has ended is said by its key, as the
 * TLS error that would follow names neither.
 */
export function certificatesIn(data: SecretData, key: string, source: SecretSource, now: number): string | undefined {
  const text = data[key];
  if (text === undefined) return undefined;
  const where = `Secret ${source.namespace}/${source.name}: key ${key}`;
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new Fault('SecretValueInvalid', `${where} holds no certificate in PEM`);
  const ends = blocks.map((block) => Date.parse(parsedCertificate(block, where).validTo));
  const last = Math.max(...ends);
  if (last > now) return text;
  throw new Fault('SecretValueInvalid', `${where} holds certificates that ended on ${new Date(last).toISOString()}`);
}

function parsedCertificate(block: string, where: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch {
    throw new Fault('SecretValueInvalid', `${where} holds a certificate that cannot be read`);
  }
}

async function mounted(source: SecretSource, directory: string): Promise<SecretData> {
  try {
    // Kubernetes mounts keys beside its own `..data` links.
    const keys = (await readdir(directory)).filter((key) => !key.startsWith('..'));
    if (keys.length === 0) throw notFound(source);
    const values = await Promise.all(keys.map((key) => readFile(join(directory, key), 'utf8')));
    return Object.fromEntries(keys.map((key, index) => [key, values[index] ?? '']));
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') throw notFound(source);
    if (systemCode(thrown) === 'EACCES') throw forbidden(source);
    throw thrown;
  }
}

async function fetched(source: SecretSource, kube: Kube): Promise<SecretData> {
  const secret = await kube.get(SECRETS, source.namespace, source.name).catch((thrown: unknown) => {
    if (isKubeError(thrown) && thrown.reason === 'forbidden') throw forbidden(source);
    throw thrown;
  });
  if (secret === undefined) throw notFound(source);
  const data = isObject(secret['data']) ? secret['data'] : {};
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString('utf8')]),
  );
}

function notFound(source: SecretSource): Fault {
  return new Fault('SecretNotFound', `Secret ${source.namespace}/${source.name} is not there`);
}

function forbidden(source: SecretSource): Fault {
  return new Fault('SecretForbidden', `The mover may not read Secret ${source.namespace}/${source.name}`);
}
