/** The children of a configuration that must not change anything: each as it is, nothing new, nothing gone. */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import { restated } from '../../jobs/mover-job.ts';
import { frozenChild } from '../../kube/frozen-child.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { kindOf } from '../../kube/references.ts';
import { hookIdentityOf } from './hook-account.ts';
import type { Observed } from './observe.ts';
import { triggerIdentity } from './trigger-account.ts';

/** Everything observed, restated. */
export function frozenChildren(configuration: BackupConfiguration, observed: Observed): readonly DesiredObject[] {
  const leases = observed.turn === undefined ? [] : [observed.turn];
  return [
    ...observedIdentity(configuration, observed),
    ...[...observed.repositories, ...observed.cronJobs].map(frozenChild),
    ...[...leases, ...observed.otherLeases, ...observed.sessions].map(restated),
  ];
}

/** Accounts and their rights, as they are always made, where they are there: they depend on little of the spec, and read that with care. */
function observedIdentity(configuration: BackupConfiguration, observed: Observed): readonly DesiredObject[] {
  const there = new Set(observed.identities.map(keyOf));
  const all = [...triggerIdentity(configuration), ...hookIdentityOf(configuration, observed)];
  return all.filter((one) => there.has(keyOf(one)));
}

function keyOf(object: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}): string {
  return `${kindOf(object)} ${object.metadata.name}`;
}
