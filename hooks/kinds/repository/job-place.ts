/** What all Jobs of a Repository have in common. */
import type { ObserverPlace } from '../../jobs/observer-jobs.ts';
import { moverAccountName } from './mover-account.ts';
import type { Observed } from './observe.ts';
import { offshootLabels } from './offshoot-labels.ts';

/** Namespace, labels, identity and what the builders look up themselves. */
export function jobPlace(observed: Observed, component?: string): ObserverPlace {
  return {
    namespace: observed.namespace,
    labels: offshootLabels(observed.repository, component),
    related: observed.related,
    serviceAccountName: moverAccountName(observed.repository),
    namespaceObject: observed.namespaceObject,
  };
}
