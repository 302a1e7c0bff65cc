/** How a mover gets a Secret: mounted in its own namespace, read with its own token from another (design §6). */
import type { SecretSource } from '../domain/task.ts';
import type { Mounts } from './shapes.ts';

export interface SecretMount extends Mounts {
  readonly source?: SecretSource;
}

/**
 * The Secret's source and, in the same namespace, its mount. The mount is optional: a missing Secret is then the mover's
 * `SecretNotFound` and not a Pod that never starts. An empty name means no Secret.
 */
export function secretMountOf(
  name: string | undefined,
  namespace: string,
  consumerNamespace: string,
  at: { readonly volume: string; readonly mountPath: string },
): SecretMount {
  if (name === undefined || name === '') return { volumes: [], volumeMounts: [] };
  if (namespace !== consumerNamespace) return { source: { namespace, name }, volumes: [], volumeMounts: [] };
  return {
    source: { namespace, name, mountPath: at.mountPath },
    volumes: [{ name: at.volume, secret: { secretName: name, optional: true } }],
    volumeMounts: [{ name: at.volume, mountPath: at.mountPath, readOnly: true }],
  };
}
