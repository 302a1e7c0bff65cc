/** `make images`: build/images/{hooks,mover}/rootfs, .tar and .cdx.json, from what `make build` bundled. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { assembleImages, IMAGES } from './images.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { readonly version: string };
const output = join(repository, 'build', 'images');
const images = assembleImages({
  repository,
  output,
  restic:
    process.env['METASTASH_RESTIC'] ||
    execFileSync('mover/tools/find-restic.sh', { cwd: repository, encoding: 'utf8' }).trim(),
  version: `v${version}`,
  revision: process.env['REVISION'] || 'unknown',
  createdAtSeconds: Number(process.env['SOURCE_DATE_EPOCH'] ?? 0),
});
for (const image of IMAGES) {
  const { digest } = images[image];
  process.stdout.write(
    `${relative(process.cwd(), join(output, `${image}.tar`))}  metastash/${image}:v${version}  ${digest}\n`,
  );
}
