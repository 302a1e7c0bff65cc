/** Objects as `kubectl get` shows them: the columns come from the CRDs, so the demo shows what users will see. */
import type { ApiServer, StoredObject } from '../api-server/api.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly priority?: number;
}

interface Definition extends StoredObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly additionalPrinterColumns?: readonly Column[] }[];
  };
}

/** The lines of a table of all objects of a kind in a namespace, sorted by name. `now` gives the ages. */
export function tableOf(
  api: ApiServer,
  apiVersion: string,
  kind: string,
  view: { namespace: string; now: number },
): readonly string[] {
  const columns = columnsOf(api, apiVersion, kind);
  const objects = [...api.list(apiVersion, kind, view.namespace)].sort((left, right) =>
    left.metadata.name < right.metadata.name ? -1 : 1,
  );
  const rows = objects.map((object) => [
    object.metadata.name,
    ...columns.map((column) => cellOf(object, column, view.now)),
  ]);
  return padded([['NAME', ...columns.map((column) => column.name.toUpperCase())], ...rows]);
}

/** Rows as lines with aligned columns, three spaces apart, as kubectl prints them. */
export function padded(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}

function columnsOf(api: ApiServer, apiVersion: string, kind: string): readonly Column[] {
  const [group, version] = apiVersion.split('/');
  const definitions = api.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition') as readonly StoredObject[];
  const definition = definitions.find((one): one is Definition => {
    const { spec } = one as Definition;
    return spec.group === group && spec.names.kind === kind;
  });
  const columns = definition?.spec.versions.find((one) => one.name === version)?.additionalPrinterColumns ?? [];
  return columns.filter((column) => !column.priority);
}

function cellOf(object: StoredObject, column: Column, now: number): string {
  const value = column.jsonPath
    .split('.')
    .slice(1)
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);
  if (value === undefined || value === null) return column.type === 'date' ? '<unknown>' : '';
  return column.type === 'date' ? ageOf(String(value), now) : String(value);
}

/** An age as kubectl words it. */
export function ageOf(timestamp: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(timestamp)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes}m`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1440)}d`;
}
