/** Secrets as movers get them: mounted, one file per key, or read with the mover's own token. */
import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretSource } from '../hooks/domain/task.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { secretRefusal } from './consent.ts';
import type { MoverContext } from './context.ts';
import { isObject, type JsonObject } from './decode.ts';
import { Fault, systemCode } from './faults.ts';
import { isKubeError } from './kube/kube-error.ts';
import { SECRETS, type Kube } from './kube/kube.ts';
import { placed } from './settings.ts';

export type SecretData = Readonly<Record<string, string>>;

export type Reader = Pick<MoverContext, 'settings' | 'kube' | 'signal'>;

/** A grant is made at about the time of the Job: a refusal counts once it has lasted this long. */
const LONGEST_WAIT_MS = 20_000;
const LOOK_AGAIN_MS = 1000;

/** Every key of the Secret with surrounding line breaks trimmed: `echo pw | kubectl create` must not change a password. */
export async function secretData(source: SecretSource, { settings, kube, signal }: Reader): Promise<SecretData> {
  const raw = source.mountPath
    ? await mounted(source, placed(settings.root, source.mountPath))
    : await fetched(source, await kube(), { signal, waitMs: settings.reportWaitSeconds * 1000 });
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

async function fetched(
  source: SecretSource,
  kube: Kube,
  { signal, waitMs }: { readonly signal: AbortSignal; readonly waitMs: number },
): Promise<SecretData> {
  const looks = 1 + Math.floor(Math.min(waitMs, LONGEST_WAIT_MS) / LOOK_AGAIN_MS);
  for (let look = 1; ; look += 1) {
    try {
      return decoded(source, await kube.get(SECRETS, source.namespace, source.name));
    } catch (thrown) {
      if (!isKubeError(thrown) || thrown.reason !== 'forbidden') throw thrown;
      if (look >= looks) throw forbidden(source, thrown.message);
      await sleep(LOOK_AGAIN_MS, undefined, { signal });
    }
  }
}

function decoded(source: SecretSource, secret: JsonObject | undefined): SecretData {
  if (secret === undefined) throw notFound(source);
  const data = isObject(secret['data']) ? secret['data'] : {};
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString('utf8')]),
  );
}

function notFound(source: SecretSource): Fault {
  return new Fault('SecretNotFound', `Secret ${source.namespace}/${source.name} is not there`);
}

function forbidden(source: SecretSource, refusal = ''): Fault {
  return new Fault('SecretForbidden', secretRefusal(source, refusal));
}
