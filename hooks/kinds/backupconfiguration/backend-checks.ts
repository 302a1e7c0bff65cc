/** Whether each backend is named once and refers to something (kubestash-api.md §1.5, checks 1). */
import { rivalDefaults } from '../../kube/default-objects.ts';
import { firstFault, repeatedAt, shown } from './faults.ts';
import type { Check, CheckInput } from './check.ts';

export const backendChecks: readonly Check[] = [
  { reason: 'DuplicateBackend', fault: repeatedName },
  { reason: 'BackendIncomplete', fault: noReference },
  { reason: 'SeveralDefaults', waits: true, fault: rivals },
];

function repeatedName({ effective: { backends } }: CheckInput): string | undefined {
  const at = repeatedAt(backends.map((one) => one.name));
  if (at === undefined) return undefined;
  return `${backends[at]?.pointer}/name ${shown(backends[at]?.name)} is used twice; give each backend its own name`;
}

/** An entry of the user's own names its storage. Without any entry the default is waited for. */
function noReference({ configuration, effective }: CheckInput): string | undefined {
  if ((configuration.spec.backends ?? []).length === 0) return undefined;
  return firstFault(effective.backends, ({ pointer, storage, retentionPolicy }) => {
    if (!storage?.name) return `${pointer}/storageRef is missing; name a BackupStorage`;
    if (retentionPolicy?.name === '')
      return `${pointer}/retentionPolicy names nothing; name a RetentionPolicy or leave it out`;
    return undefined;
  });
}

/** Which of two defaults is meant cannot be known, so neither is taken (B40). */
function rivals({ configuration, effective, observed }: CheckInput): string | undefined {
  const { name } = observed.namespace;
  const noBackends = (configuration.spec.backends ?? []).length === 0;
  const storages = noBackends ? rivalDefaults(observed.storages, name) : [];
  if (storages.length > 0) {
    return `/spec/backends is empty and namespace ${name} has several default BackupStorages (${storages.join(', ')}); leave default: true on one, or name one`;
  }
  const byDefault = noBackends || (configuration.spec.backends ?? []).some((one) => one.retentionPolicy === undefined);
  const policies = byDefault ? rivalDefaults(observed.retentionPolicies, name) : [];
  if (policies.length === 0) return undefined;
  return `${effective.backends[0]?.pointer ?? '/spec/backends'}: namespace ${name} has several default RetentionPolicies (${policies.join(', ')}); leave default: true on one, or name one`;
}
