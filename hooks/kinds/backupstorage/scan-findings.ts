/** What a scan found, as a status shows it (kubestash-api.md §1.1), and what a user should know of it. */
import type { ReportResult } from '../../domain/report.ts';
import { formatSize } from '../../domain/size.ts';
import type { StoredRepository } from '../../generated/types/backupstorage.ts';
import { countOf, listOf, mapOf, textOf, textsOf } from '../../kube/json-values.ts';
import type { JsonMap } from '../../kube/objects.ts';

export interface Findings {
  readonly repositories: readonly StoredRepository[];
  readonly totalSize: string;
  readonly warnings: readonly string[];
}

/** The findings in a mover's result, which may be anything. Whether an object exists for each is not known here. */
export function findingsFrom(result: ReportResult): Findings | undefined {
  const scanned = mapOf(mapOf(result)['scanned']);
  const [count, totalBytes] = [countOf(scanned['count']), countOf(scanned['totalBytes'])];
  if (count === undefined || totalBytes === undefined || !Array.isArray(scanned['repositories'])) return undefined;
  const repositories = listOf(scanned['repositories']).flatMap((one) => repositoryFrom(mapOf(one)) ?? []);
  return {
    repositories,
    totalSize: formatSize(totalBytes),
    warnings: [...moreThan(repositories.length, count), ...leftoversIn(mapOf(scanned['leftovers']))],
  };
}

function repositoryFrom(found: JsonMap): StoredRepository | undefined {
  const path = textOf(found['directory']);
  if (path === undefined) return undefined;
  const [name, namespace, error] = [textOf(found['name']), textOf(found['namespace']), textOf(found['error'])];
  const manifest = found['manifest'];
  return {
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    path,
    size: formatSize(countOf(found['sizeBytes']) ?? 0),
    ...(error === undefined ? {} : { error }),
    metastash: {
      snapshots: countOf(found['snapshots']) ?? 0,
      claimedBy: textOf(found['claimedBy']) ?? 'nobody',
      // As text: kubectl -o jsonpath prints it so that it can be applied again.
      ...(manifest === undefined ? {} : { manifest: JSON.stringify(manifest) }),
    },
  };
}

function moreThan(listed: number, count: number): readonly string[] {
  return count > listed ? [`The storage holds ${count} Repositories, of which ${listed} are listed.`] : [];
}

function leftoversIn(leftovers: JsonMap): readonly string[] {
  const count = countOf(leftovers['count']) ?? 0;
  if (count === 0) return [];
  const names = textsOf(leftovers['names']);
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  const size = formatSize(countOf(leftovers['bytes']) ?? 0);
  return [
    `${size} on the storage belong to no Repository: ${names.join(', ')}${more}. Nothing removes them by itself.`,
  ];
}
