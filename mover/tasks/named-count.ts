/** Lists for a report: the count is whole, the names are bounded, since a status has a size limit. */
import type { NamedCount } from '../../hooks/domain/report.ts';

const MAX_NAMES = 50;
const MAX_NAME_LENGTH = 512;

/** The first names, each cut to a bounded length, and how many there are. */
export function namedCount(names: readonly string[], count: number = names.length): NamedCount {
  const cut = (name: string): string =>
    name.length <= MAX_NAME_LENGTH ? name : `${name.slice(0, MAX_NAME_LENGTH - 1)}…`;
  return { count, names: names.slice(0, MAX_NAMES).map(cut) };
}
