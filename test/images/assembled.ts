/** The images as `make images` assembles them, once for all tests of a run, in a folder that goes with it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ImageConfig } from '../../mover/tools/images/containerfile.ts';
import { assembleImages, type ImageName } from '../../mover/tools/images/images.ts';
import type { Descriptor } from '../../mover/tools/images/layout.ts';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
export const VERSION = 'v0.1.0';
export const REVISION = 'a test';

export interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ConfigFile {
  readonly architecture: string;
  readonly os: string;
  readonly config: ImageConfig;
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

let folder: string | undefined;
process.once('exit', () => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

/** The folder with everything in it. */
export function assembled(): string {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), 'metastash-images-'));
    assembleInto(join(folder, 'images'));
  }
  return join(folder, 'images');
}

export function assembleInto(output: string): Readonly<Record<ImageName, Descriptor>> {
  const restic =
    process.env['METASTASH_RESTIC'] ||
    execFileSync(join(REPOSITORY, 'mover/tools/find-restic.sh'), { encoding: 'utf8' }).trim();
  return assembleImages({
    repository: REPOSITORY,
    output,
    restic,
    version: VERSION,
    revision: REVISION,
    createdAtSeconds: 0,
  });
}

/** The bytes of one file of the archive. */
export function fileOf(image: ImageName, path: string): Buffer {
  return execFileSync('tar', ['-xOf', join(assembled(), `${image}.tar`), path], { maxBuffer: 1 << 30 });
}

export function blobOf(image: ImageName, { digest }: Descriptor): Buffer {
  return fileOf(image, `blobs/sha256/${digest.slice('sha256:'.length)}`);
}

/** The one image of the archive's index. */
export function imageOf(image: ImageName): { readonly manifest: Manifest; readonly config: ConfigFile } {
  const index = JSON.parse(fileOf(image, 'index.json').toString()) as { readonly manifests: readonly Descriptor[] };
  const [only] = index.manifests;
  if (!only || index.manifests.length !== 1) throw new Error('an archive holds one image');
  const manifest = JSON.parse(blobOf(image, only).toString()) as Manifest;
  return { manifest, config: JSON.parse(blobOf(image, manifest.config).toString()) as ConfigFile };
}

export function textOf(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}
