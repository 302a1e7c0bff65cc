/**
 * The root file systems of the images as plain folders: a base with Node and the libraries it loads, and what COPY adds.
 * Everything gets its mode set here, so that neither umask nor a checkout's modes show.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Copy } from './containerfile.ts';

/** Where distroless Node keeps it; the entry points name it. */
export const NODE = '/nodejs/bin/node';
export const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
export const BASE_ENV = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  `SSL_CERT_FILE=${CERTIFICATES}`,
];

const PASSWD = ['root:x:0:0:root:/:/', 'nobody:x:65534:65534:nobody:/:/', 'nonroot:x:65532:65532:nonroot:/:/'];
const GROUP = ['root:x:0:', 'nogroup:x:65534:', 'nonroot:x:65532:'];

/** Fills an empty folder with Node, its libraries, authorities' certificates, names of users and /tmp. */
export function writeBase(folder: string, node: string = process.execPath): void {
  placed(folder, NODE, realpathSync(node), 0o555);
  placeLibraries(folder, node);
  placed(folder, CERTIFICATES, realpathSync(CERTIFICATES), 0o444);
  const texts = { '/etc/passwd': PASSWD, '/etc/group': GROUP, '/etc/nsswitch.conf': ['hosts: files dns'] };
  for (const [path, lines] of Object.entries(texts)) {
    writeFileSync(join(folder, path), `${lines.join('\n')}\n`);
    chmodSync(join(folder, path), 0o444);
  }
  directory(join(folder, 'tmp'));
  chmodSync(join(folder, 'tmp'), 0o1777);
}

export interface Places {
  /** The repository, which COPY without `--from` means. */
  readonly repository: string;
  /** What an earlier stage makes: `{restic: {'/restic': path here}}`. */
  readonly stages: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Does what COPY says. A program that is copied brings the libraries it loads. Throws when a source is missing. */
export function writeCopies(folder: string, copies: readonly Copy[], places: Places): void {
  for (const { stage, sources, target, mode } of copies) {
    for (const source of sources) {
      const from = stage === undefined ? resolve(places.repository, source) : places.stages[stage]?.[source];
      if (from === undefined || !existsSync(from)) throw new Error(`COPY ${source}: not there; run make build restic`);
      if (statSync(from).isDirectory()) copyTree(from, join(folder, target));
      else
        placed(
          folder,
          target.endsWith('/') ? join(target, basename(source)) : target,
          realpathSync(from),
          mode ?? 0o444,
        );
      if (stage !== undefined) placeLibraries(folder, from);
    }
  }
}

function placeLibraries(folder: string, program: string): void {
  for (const library of librariesOf(program)) placed(folder, library, realpathSync(library), 0o555);
}

/**
 * The libraries that a program loads, where it looks for them. `ldd` says `libc.so.6 => /lib/… (0x…)`, or the loader's path alone,
 * and fails for a static program, which needs none.
 */
export function librariesOf(program: string): readonly string[] {
  const lines = textOf('ldd', [realpathSync(program)]).split('\n');
  const paths = lines.map((line) => /=> (\/\S+)/.exec(line)?.[1] ?? /^\s*(\/\S+)/.exec(line)?.[1]);
  return [...new Set(paths.filter((path) => path !== undefined))].sort();
}

function textOf(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

function copyTree(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  chmodSync(to, 0o755);
  for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' })) {
    const path = join(to, name);
    chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o444);
  }
}

function placed(folder: string, path: string, from: string, mode: number): void {
  const to = join(folder, path);
  if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) return;
  directory(dirname(to));
  copyFileSync(from, to);
  chmodSync(to, mode);
}

function directory(path: string): void {
  if (existsSync(path)) return;
  directory(dirname(path));
  mkdirSync(path);
  chmodSync(path, 0o755);
}
