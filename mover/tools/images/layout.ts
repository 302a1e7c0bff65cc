/** An OCI image layout as one archive (opencontainers/image-spec:image-layout.md): the same folders give the same digests. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ImageConfig } from './containerfile.ts';

export interface ImageSource {
  /** `docker.io/metastash/hooks:v0.1.0`: what a runtime calls the image once it is imported. */
  readonly name: string;
  /** `amd64`, `arm64`: Go's word. */
  readonly architecture: string;
  /** Folders, lowest first; each becomes one layer. */
  readonly layers: readonly string[];
  readonly config: ImageConfig;
  readonly createdAtSeconds: number;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

const OCI = 'application/vnd.oci.image';
// Sorted, owned by root, and of one instant: nothing of this machine or moment. Layers are not compressed, as what pushes them does that
// and the digest then does not depend on a compressor.
const TAR = ['--format=ustar', '--sort=name', '--owner=0', '--group=0', '--numeric-owner'];

/** Writes the archive and returns the descriptor of the image in it. */
export function writeImageArchive(archive: string, source: ImageSource): Descriptor {
  mkdirSync(dirname(archive), { recursive: true });
  const layout = mkdtempSync(`${archive}-`);
  try {
    mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true });
    const image = writeImage(layout, source);
    const names = { 'io.containerd.image.name': source.name, 'org.opencontainers.image.ref.name': tagOf(source.name) };
    const platform = { architecture: source.architecture, os: 'linux' };
    const index = {
      schemaVersion: 2,
      mediaType: `${OCI}.index.v1+json`,
      manifests: [{ ...image, platform, annotations: names }],
    };
    writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    writeFileSync(join(layout, 'index.json'), JSON.stringify(index));
    tar(`${archive}.part`, layout, source.createdAtSeconds);
    renameSync(`${archive}.part`, archive);
    return image;
  } finally {
    rmSync(layout, { recursive: true });
  }
}

function writeImage(layout: string, source: ImageSource): Descriptor {
  const created = new Date(source.createdAtSeconds * 1000).toISOString();
  const layers = source.layers.map((folder) => writeLayer(layout, folder, source.createdAtSeconds));
  const config = writeJson(layout, `${OCI}.config.v1+json`, {
    created,
    architecture: source.architecture,
    os: 'linux',
    config: source.config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(() => ({ created, created_by: 'make images' })),
  });
  const mediaType = `${OCI}.manifest.v1+json`;
  return writeJson(layout, mediaType, {
    schemaVersion: 2,
    mediaType,
    config,
    layers,
    annotations: source.config.Labels,
  });
}

function writeLayer(layout: string, folder: string, seconds: number): Descriptor {
  const file = join(layout, 'layer');
  tar(file, folder, seconds);
  const hex = sha256OfFile(file);
  const size = statSync(file).size;
  renameSync(file, join(layout, 'blobs', 'sha256', hex));
  return { mediaType: `${OCI}.layer.v1.tar`, digest: `sha256:${hex}`, size };
}

function writeJson(layout: string, mediaType: string, value: object): Descriptor {
  const bytes = Buffer.from(JSON.stringify(value));
  const hex = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(layout, 'blobs', 'sha256', hex), bytes);
  return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
}

function tar(archive: string, folder: string, seconds: number): void {
  const names = readdirSync(folder).sort();
  execFileSync('tar', [...TAR, `--mtime=@${seconds}`, '-cf', archive, '-C', folder, ...names]);
}

/** The SHA-256 of a file of any size, in hex. */
export function sha256OfFile(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(1 << 20);
  const file = openSync(path, 'r');
  for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) hash.update(chunk.subarray(0, read));
  closeSync(file);
  return hash.digest('hex');
}

function tagOf(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}
