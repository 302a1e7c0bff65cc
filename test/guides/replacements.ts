/**
 * What a guide cannot have here, and what stands for it. Nothing else of a guide is changed; docs/compatibility.md shows this list
 * beside the table of results.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { list } from '../e2e/kubectl.ts';
import type { S3 } from '../e2e/s3.ts';
import type { Step } from './guide.ts';

export const SUBSTITUTIONS: readonly (readonly [string, string])[] = [
  ['image `busybox`', '`busybox:1.37`, made on the spot: no registry is asked'],
  ['a bucket of GCS or S3, the Secret with its key', 'a bucket of an S3 server on the node, and its key'],
  ['volumes of a provisioner or an NFS server', 'PersistentVolumes that are folders of the node'],
  ['names that the author’s cluster made up: of Pods, of sessions and Snapshots', 'those of this cluster'],
  ['`watch`, `-w`, `-it`', 'the same command again and again, without a terminal'],
];

export interface Surroundings {
  /** The checked-out documentation. */
  readonly documentation: string;
  readonly s3: S3;
  /** The folder that stands for a PersistentVolume of a provisioner. */
  readonly volume: (name: string) => string;
}

/**
 * The manifests of `kubectl apply -f <url>` with image, backend and volume replaced; undefined where the command is another.
 * Some of the files are not in the documentation's repository: what the guide shows stands for them.
 */
export function manifestsOf({ command, shown }: Step, around: Surroundings): readonly object[] | undefined {
  const path = /https:\/\/github\.com\/kubestash\/docs\/raw\/\{\{.*?\}\}\/(\S+)/.exec(command)?.[1];
  if (path === undefined) return undefined;
  const file = join(around.documentation, path);
  return manifestsIn(existsSync(file) ? readFileSync(file, 'utf8') : shown, around);
}

/** The manifests of this text with image, backend and volume replaced. */
export function manifestsIn(text: string, around: Surroundings): readonly object[] {
  return parseAllDocuments(text.replaceAll(/image: busybox\s*$/gm, 'image: busybox:1.37'))
    .map((document) => document.toJS() as Manifest | null)
    .filter((one) => one !== null)
    .map((one) => replaced(one, around));
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly [field: string]: unknown };
}

function replaced(manifest: Manifest, { s3, volume }: Surroundings): object {
  const { kind, spec, metadata } = manifest;
  if (kind === 'BackupStorage') return { ...manifest, spec: { ...spec, storage: s3.storage('demo', 'gcs-secret') } };
  if (kind !== 'PersistentVolume') return manifest;
  const rest = Object.entries(spec).filter(([field]) => field !== 'csi');
  const hostPath = { path: volume(metadata.name), type: 'Directory' };
  return { ...manifest, spec: { ...Object.fromEntries(rest), hostPath } };
}

/** Commands that make the cloud's Secret: its files are not written, its keys are those of the S3 server. */
export function backendCommand(command: string, { s3 }: Surroundings): string | undefined {
  if (/> GOOGLE_/.test(command)) return 'true';
  if (!/create secret generic .*gcs-secret/.test(command)) return undefined;
  const keys = Object.entries(s3.credentials).map(([key, value]) => `--from-literal=${key}=${value}`);
  return `kubectl create secret generic -n demo gcs-secret ${keys.join(' ')}`;
}

/** The command with the names that this cluster made up: of Pods, and of sessions with their time. */
export function withOurNames(command: string): string {
  return command
    .replaceAll(/\b(kubestash-demo)-(?:[a-z0-9]{8,10}-)?[a-z0-9]{5}\b/g, (name, owner: string) => podOf(owner) ?? name)
    .replaceAll(/\b[a-z0-9-]+-1[67]\d{8}\b/g, (name) => newestLike(name) ?? name);
}

function podOf(owner: string): string | undefined {
  const pods = list('pods', 'demo').filter((pod) => pod.metadata.name.startsWith(`${owner}-`));
  return pods.find((pod) => pod.status?.phase === 'Running')?.metadata.name;
}

function newestLike(name: string): string | undefined {
  const prefix = name.replace(/\d+$/, '');
  const found = list('backupsessions,snapshots.storage.kubestash.com', 'demo').map((one) => one.metadata.name);
  return found
    .filter((one) => one.startsWith(prefix) && /^\d+$/.test(one.slice(prefix.length)))
    .sort()
    .at(-1);
}
