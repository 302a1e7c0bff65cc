/** The figures of Snapshots by which later ones are judged (domain/shrinkage.ts). */
import type { Measure, Reference } from '../domain/shrinkage.ts';
import { parseSize } from '../domain/size.ts';
import type { SnapshotComponent } from '../generated/types/snapshot.ts';
import { countOf, listOf, mapOf, textOf } from './json-values.ts';

/** What a component's entry says of its paths. */
export function measuresOf(component: SnapshotComponent): readonly Measure[] {
  return listOf(component.resticStats).flatMap((one) => {
    const { summary, progress } = mapOf(one);
    const hostPath = textOf(mapOf(summary)['hostPath']);
    const size = parseSize(mapOf(summary)['size']);
    const files = countOf(mapOf(progress)['totalFiles']);
    if (hostPath === undefined) return [];
    return [{ hostPath, ...(files === undefined ? {} : { files }), bytes: size.ok ? size.value : 0 }];
  });
}

/** A reference as a Repository's status holds it, which may be anything. */
export function referenceFrom(value: unknown): Reference | undefined {
  const map = mapOf(value);
  const snapshot = textOf(map['snapshot']);
  const paths = listOf(map['paths']).flatMap((one): readonly Measure[] => {
    const { hostPath, files, bytes } = mapOf(one);
    const path = textOf(hostPath);
    if (path === undefined) return [];
    const count = countOf(files);
    return [{ hostPath: path, ...(count === undefined ? {} : { files: count }), bytes: countOf(bytes) ?? 0 }];
  });
  return snapshot === undefined || paths.length === 0 ? undefined : { snapshot, paths };
}
