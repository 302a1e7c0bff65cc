/** What is in an image, as CycloneDX 1.6: npm packages by the bundler's account, Node with what it carries, libraries, restic. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { goModulesOf } from './go-modules.ts';
import { sha256OfFile } from './layout.ts';
import { librariesOf } from './root-folder.ts';

export interface Component {
  readonly type: 'library' | 'application' | 'file' | 'container';
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly 'bom-ref': string;
  readonly licenses?: readonly object[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

/** esbuild's --metafile: every file that went into the bundle. */
interface Metafile {
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
}

export interface Materials {
  readonly repository: string;
  readonly metafile: string;
  /** Undefined in an image without it. */
  readonly restic: string | undefined;
  readonly image: { readonly name: string; readonly version: string; readonly digest: string };
}

/** The bill for one image. It has no serial number and no time of its own, so the same image has the same bill. */
export function billOfMaterials({ repository, metafile, restic, image }: Materials): object {
  const components = [
    ...npmPackages(repository, metafile),
    ...nodeComponents(),
    ...(restic ? resticComponents(restic) : []),
  ];
  const ref = `${image.name}@${image.digest}`;
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'container',
        name: image.name,
        version: image.version,
        'bom-ref': ref,
        licenses: licence('Apache-2.0'),
      },
    },
    components: [...components].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)),
    dependencies: [{ ref, dependsOn: components.map((one) => one['bom-ref']).sort() }],
  };
}

/** Packages of which at least one file is in the bundle, with the version and digest of the lockfile. */
export function npmPackages(repository: string, metafile: string): readonly Component[] {
  const { inputs } = JSON.parse(readFileSync(metafile, 'utf8')) as Metafile;
  const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const places = new Set(
    Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const found = [...places].map((place) => {
    const locked = lock.packages[place];
    if (!locked) throw new Error(`${place} is in the bundle but not in package-lock.json`);
    return npmComponent(place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length), locked);
  });
  return [...new Map(found.map((one) => [one['bom-ref'], one])).values()];
}

function npmComponent(name: string, { version, license, integrity }: LockedPackage): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const sha512 = integrity?.startsWith('sha512-')
    ? Buffer.from(integrity.slice(7), 'base64').toString('hex')
    : undefined;
  return {
    type: 'library',
    name,
    version,
    purl,
    'bom-ref': purl,
    ...(license ? { licenses: licence(license) } : {}),
    ...(sha512 ? { hashes: [{ alg: 'SHA-512', content: sha512 }] } : {}),
  };
}

/** Node, the libraries that it says are built into it, and those that it loads. */
function nodeComponents(): readonly Component[] {
  const notLibraries = ['node', 'modules', 'napi', 'unicode', 'cldr', 'tz'];
  const builtIn = Object.entries(process.versions).filter(([name]) => !notLibraries.includes(name));
  return [
    program('node', process.version.slice(1), process.execPath, 'MIT'),
    ...builtIn.map(([name, version]) => generic('library', name, version ?? '')),
    ...librariesOf(process.execPath).map((path) => ({
      type: 'file' as const,
      name: basename(path),
      'bom-ref': `file:${path}`,
      hashes: [{ alg: 'SHA-256', content: sha256OfFile(path) }],
    })),
  ];
}

function resticComponents(restic: string): readonly Component[] {
  const [own, ...modules] = goModulesOf(restic);
  if (!own) throw new Error(`${restic} holds no Go build information`);
  const all = [own, ...modules];
  const version = all.find(({ path }) => path === 'github.com/restic/restic')?.version ?? own.version;
  return [
    program('restic', version.replace(/^v/, ''), restic, 'BSD-2-Clause'),
    ...all
      .filter((module) => /^v\d/.test(module.version))
      .map(({ path, version: ofModule }) => {
        const purl = `pkg:golang/${path}@${ofModule}`;
        return { type: 'library' as const, name: path, version: ofModule, purl, 'bom-ref': purl };
      }),
  ];
}

function program(name: string, version: string, path: string, license: string): Component {
  const hashes = [{ alg: 'SHA-256', content: sha256OfFile(path) }];
  return { ...generic('application', name, version), licenses: licence(license), hashes };
}

function generic(type: Component['type'], name: string, version: string): Component {
  const purl = `pkg:generic/${name}@${encodeURIComponent(version)}`;
  return { type, name, version, purl, 'bom-ref': purl };
}

/** One identifier is an `id`; several joined by AND or OR are an `expression`. */
function licence(text: string): readonly object[] {
  return / |\(/.test(text) ? [{ expression: text.replaceAll('/', ' OR ') }] : [{ license: { id: text } }];
}
