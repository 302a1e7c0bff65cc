/** The tables of docs/crds.md: what each kind is, and what its rules refuse. */
import * as prettier from 'prettier';
import { objectSchema } from './manifest.ts';
import type { Fragments, KindSource, Schema } from './source.ts';

const START = '<!-- made from crds/source by crds/generate.ts -->';
const END = '<!-- end -->';

/** The page with its generated part renewed. Throws when the page has lost the marks. */
export function pageWithTables(page: string, kinds: readonly KindSource[], shared: Fragments): Promise<string> {
  const from = page.indexOf(START);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`docs/crds.md needs the lines "${START}" and "${END}"; put them back`);
  const body = [kindTable(kinds), ...kinds.map((kind) => rules(kind, shared))].filter((part) => part !== '').join('\n');
  const renewed = `${page.slice(0, from)}${START}\n\n${body}\n${page.slice(to)}`;
  return prettier.format(renewed, { parser: 'markdown', printWidth: 120 });
}

function kindTable(kinds: readonly KindSource[]): string {
  const rows = kinds.map(({ kind, plural, group, shortNames, status, description }) => {
    const names = `\`${plural}.${group}\`${shortNames ? `, \`${shortNames.join('`, `')}\`` : ''}`;
    return `| ${kind} | ${names} | ${status ? 'yes' : 'no'} | ${cell(firstSentence(description))} |`;
  });
  return ['| Kind | Names | Reconciled | What it is |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function rules(kind: KindSource, shared: Fragments): string {
  const found = rulesBelow(objectSchema(kind, shared), '');
  if (found.length === 0) return '';
  const rows = found.map(([path, message]) => `| \`${path || '.'}\` | ${cell(message)} |`);
  return [`### ${kind.kind}`, '', '| At | What the API server says |', '| --- | --- |', ...new Set(rows), ''].join(
    '\n',
  );
}

type Rule = readonly [path: string, message: string];

function rulesBelow(schema: Schema, path: string): readonly Rule[] {
  return [
    ...(schema['x-kubernetes-validations'] ?? []).map(({ message }): Rule => [path, message]),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
      rulesBelow(one, path ? `${path}.${name}` : name),
    ),
    ...(schema.items ? rulesBelow(schema.items, `${path}[]`) : []),
    ...(schema.additionalProperties ? rulesBelow(schema.additionalProperties, `${path}{}`) : []),
  ];
}

function firstSentence(text: string): string {
  return /^.*?\.(?= |$)/s.exec(text)?.[0] ?? text;
}

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
