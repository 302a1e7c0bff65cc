/** KubeStash objects in a folder of YAML files and of Markdown pages with YAML blocks. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './api-server.ts';

export interface Found {
  readonly file: string;
  readonly object: KubernetesObject;
  /** Whether it stood in a page's text: such objects are often samples of what a cluster shows. */
  readonly inPage: boolean;
}

export interface Collection {
  readonly yamlFiles: number;
  readonly pages: number;
  readonly found: readonly Found[];
}

/** Every object of a kubestash.com group below `folder`, in the order of their paths. Text that is not YAML is passed over. */
export function kubestashObjects(folder: string): Collection {
  const files = (readdirSync(folder, { recursive: true }) as string[]).sort();
  const yamlFiles = files.filter((file) => /\.ya?ml$/.test(file));
  const pages = files.filter((file) => file.endsWith('.md'));
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return {
    yamlFiles: yamlFiles.length,
    pages: pages.length,
    found: [
      ...yamlFiles.flatMap((file) => objectsIn(text(file)).map((object) => ({ file, object, inPage: false }))),
      ...pages.flatMap((file) =>
        yamlBlocks(text(file)).flatMap((block) => objectsIn(block).map((object) => ({ file, object, inPage: true }))),
      ),
    ],
  };
}

function yamlBlocks(page: string): readonly string[] {
  return [...page.matchAll(/^([ \t]*)```(?:yaml|yml|console|bash)?[^\n]*\n([\s\S]*?)^[ \t]*```/gm)].map(
    ([, indent = '', block = '']) =>
      block
        .split('\n')
        .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
        .join('\n')
        .replace(/^(\$|❯) .*\n/gm, '---\n'),
  );
}

function objectsIn(text: string): readonly KubernetesObject[] {
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' });
  return ('empty' in documents ? [] : documents)
    .filter((document) => document.errors.length === 0)
    .flatMap((document) => listed(document.toJS()))
    .filter(isKubestash);
}

function listed(value: unknown): readonly unknown[] {
  const items = (value as { items?: unknown[] } | null)?.items;
  return Array.isArray(items) ? items : [value];
}

function isKubestash(value: unknown): value is KubernetesObject {
  const { apiVersion, kind } = (value ?? {}) as Partial<KubernetesObject>;
  return typeof apiVersion === 'string' && /kubestash\.com\/v1alpha1$/.test(apiVersion) && typeof kind === 'string';
}
