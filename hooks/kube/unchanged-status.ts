/** A status that is answered as it was observed. */
import { mapOf } from './json-values.ts';

/** The observed status, whatever it holds, without `observedGeneration`, which Metacontroller adds itself (metacontroller.md §2.2). */
export function unchangedStatus<Status extends object>({ status }: { readonly status?: Status }): Status {
  return Object.fromEntries(
    Object.entries(mapOf(status)).filter(([field]) => field !== 'observedGeneration'),
  ) as Status;
}
