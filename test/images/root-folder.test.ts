import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { IMAGES, type ImageName } from '../../mover/tools/images/images.ts';
import { assembled, imageOf } from './assembled.ts';

/** What may be in an image, beside the libraries that Node loads. */
const EXPECTED: Readonly<Record<ImageName, readonly RegExp[]>> = {
  hooks: [/^\/app\/hooks\.mjs$/],
  mover: [/^\/app\/(package\.json|mover\.js)$/, /^\/app\/mover-chunks\/[\w.-]+\.js$/, /^\/usr\/local\/bin\/restic$/],
};
const BASE = [
  /^\/nodejs\/bin\/node$/,
  /^\/etc\/(passwd|group|nsswitch\.conf|ssl\/certs\/ca-certificates\.crt)$/,
  /^\/(usr\/)?lib(64)?\/[\w./-]*(ld-linux[\w.-]*|lib(c|m|dl|pthread|stdc\+\+|gcc_s|atomic))\.so(\.\d+)*$/,
];

/** Mounts the folder read-only and starts the image's entry point in it as its user; a user namespace where this is not root. */
function inside(image: ImageName, command: readonly string[]): readonly [string, string[]] {
  const script =
    'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec chroot ${AS:+--userspec=$AS} "$0" "$@"';
  const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--user', '--map-root-user'];
  return ['unshare', [...namespaces, 'sh', '-c', script, join(assembled(), image, 'rootfs'), ...command]];
}

/** The image's own environment, and nothing of this machine's. */
function environmentOf(image: ImageName, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { Env, User } = imageOf(image).config.config;
  const as = process.getuid?.() === 0 ? { AS: User } : {};
  return {
    ...Object.fromEntries(Env.map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string])),
    ...as,
    ...more,
  };
}

function runs(image: ImageName, ...args: readonly string[]): string {
  const command = [...imageOf(image).config.config.Entrypoint, ...args];
  return output(image, command);
}

function output(image: ImageName, command: readonly string[]): string {
  const [program, args] = inside(image, command);
  const done = spawnSync(program, args, { encoding: 'utf8', env: environmentOf(image) });
  assert.equal(done.status, 0, `${command.join(' ')}: ${done.stderr}`);
  assert.equal(done.stderr, '');
  return done.stdout;
}

describe('the root folders of the images', function () {
  this.timeout(180_000);
  for (const image of IMAGES) {
    const paths = (): readonly string[] => {
      const root = join(assembled(), image, 'rootfs');
      return readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => `/${name}`);
    };
    const of = (path: string): Stats => lstatSync(join(assembled(), image, 'rootfs', path));

    it(`${image}: hold what is needed and nothing else: no shell, no package manager`, () => {
      const files = paths().filter((path) => !of(path).isDirectory());
      const known = [...BASE, ...EXPECTED[image]];
      assert.deepEqual(
        files.filter((path) => !known.some((one) => one.test(path))),
        [],
      );
      for (const one of EXPECTED[image])
        assert.ok(
          files.some((path) => one.test(path)),
          String(one),
        );
      for (const path of files) assert.ok(of(path).isFile(), `${path} is a plain file`);
    });

    it(`${image}: nobody may write anything, but below /tmp`, () => {
      const writable = paths().filter((path) => (of(path).mode & 0o022) !== 0);
      assert.deepEqual(writable, ['/tmp']);
      const special = paths().filter((path) => (of(path).mode & 0o6000) !== 0);
      assert.deepEqual(special, []);
    });
  }

  it('hooks: start read-only and as their user, and say how they are called', () => {
    assert.match(runs('hooks', '--help'), /^metastash-hooks: /);
  });

  it('hooks: answer from there', async () => {
    const [program, args] = inside('hooks', [...imageOf('hooks').config.config.Entrypoint, '--host', '127.0.0.1']);
    const child = spawn(program, args, {
      env: environmentOf('hooks', { METASTASH_PORT: '0' }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      const port = await new Promise<string>((resolve, reject) => {
        let text = '';
        const see = (chunk: Buffer): void => {
          text += chunk.toString();
          const found = /"port":(\d+)/.exec(text);
          if (found) resolve(found[1] ?? '');
        };
        child.stdout.on('data', see);
        child.stderr.on('data', see);
        child.once('exit', () => reject(new Error(text)));
      });
      assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200);
    } finally {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    }
  });

  it('mover: starts read-only and as its user, and finds its restic', () => {
    assert.match(runs('mover', '--help'), /^metastash-mover <command>/);
    assert.match(output('mover', ['/usr/local/bin/restic', 'version']), /^restic 0\.\d+/);
  });
});
