/** Assembles the images of hooks and mover from their Containerfiles, without a container engine. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials } from './bill-of-materials.ts';
import { lastStageOf } from './containerfile.ts';
import { writeImageArchive, type Descriptor } from './layout.ts';
import { BASE_ENV, writeBase, writeCopies } from './root-folder.ts';

export const IMAGES = ['hooks', 'mover'] as const;
export type ImageName = (typeof IMAGES)[number];

export interface Assembly {
  readonly repository: string;
  /** Gets `<image>/rootfs`, `<image>.tar` and `<image>.cdx.json` for each image. */
  readonly output: string;
  readonly restic: string;
  readonly version: string;
  readonly revision: string;
  readonly createdAtSeconds: number;
}

/** Writes root folders, archives and bills of materials; what was there before goes. */
export function assembleImages(assembly: Assembly): Readonly<Record<ImageName, Descriptor>> {
  rmSync(assembly.output, { recursive: true, force: true });
  const base = join(assembly.output, 'base');
  mkdirSync(base, { recursive: true, mode: 0o755 });
  writeBase(base);
  const [hooks, mover] = IMAGES.map((image) => assemble(image, base, assembly)) as [Descriptor, Descriptor];
  rmSync(base, { recursive: true });
  return { hooks, mover };
}

function assemble(image: ImageName, base: string, assembly: Assembly): Descriptor {
  const { repository, output, restic, version, revision } = assembly;
  const text = readFileSync(join(repository, image, 'Containerfile'), 'utf8');
  const { config, copies } = lastStageOf(text, { VERSION: version, REVISION: revision });
  const added = join(output, image, 'added');
  mkdirSync(added, { recursive: true, mode: 0o755 });
  writeCopies(added, copies, { repository, stages: { restic: { '/restic': restic } } });
  const descriptor = writeImageArchive(join(output, `${image}.tar`), {
    name: `docker.io/metastash/${image}:${version}`,
    architecture: architecture(),
    layers: [base, added],
    config: { ...config, Env: [...BASE_ENV, ...config.Env] },
    createdAtSeconds: assembly.createdAtSeconds,
  });
  const root = join(output, image, 'rootfs');
  for (const layer of [base, added]) cpSync(layer, root, { recursive: true, preserveTimestamps: true });
  rmSync(added, { recursive: true });
  const bill = billOfMaterials({
    repository,
    metafile: join(repository, 'build', `${image}.meta.json`),
    restic: copies.some(({ stage }) => stage === 'restic') ? restic : undefined,
    image: { name: `metastash/${image}`, version, digest: descriptor.digest },
  });
  writeFileSync(join(output, `${image}.cdx.json`), `${JSON.stringify(bill, undefined, 2)}\n`);
  return descriptor;
}

/** Go's word for this machine, which OCI uses. */
function architecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}
