/** How a mover reaches a Repository: its directory, and the Secret that holds the restic password. */
import { normaliseDirectory } from '../domain/backend-path.ts';
import { blocked, ok, type Outcome } from '../domain/result.ts';
import type { RepositoryAccess } from '../domain/task.ts';
import type { KubeObject } from '../kube/objects.ts';
import { resolvedReference } from '../kube/references.ts';
import { ENCRYPTION_SECRET_PATH } from './mover-job.ts';
import { secretMountOf } from './secret-mount.ts';
import type { Mounts } from './shapes.ts';

const SECRET_VOLUME = 'metastash-encryption-secret';

export interface SecretReference {
  readonly name: string;
  readonly namespace?: string;
}

/** `Repository.spec`, as far as it is read here. */
export interface RepositoryPlaceSpec {
  readonly path?: string;
  readonly encryptionSecret?: SecretReference;
}

export interface RepositoryMount extends Mounts {
  readonly access: RepositoryAccess;
}

/**
 * Access to a Repository for a mover in `consumerNamespace`. `encryptionSecret` wins over the Repository's own (a
 * RestoreSession may bring it); its namespace, when left out, is that of the object that names it: the consumer's for the
 * former, the Repository's for the latter.
 */
export function repositoryAccessOf(
  repository: KubeObject<RepositoryPlaceSpec>,
  encryptionSecret: SecretReference | undefined,
  consumerNamespace: string,
): Outcome<RepositoryMount> {
  const { name, namespace = '' } = repository.metadata;
  const directory = normaliseDirectory(repository.spec?.path);
  if (!directory.ok) return blocked('PathInvalid', `Repository ${namespace}/${name}: ${directory.error}`);
  const secret = secretOf(repository, encryptionSecret, consumerNamespace);
  if (secret === undefined) {
    return blocked(
      'EncryptionSecretMissing',
      `Repository ${namespace}/${name} names no encryptionSecret; restic needs one with key RESTIC_PASSWORD`,
    );
  }
  const mount = secretMountOf(secret.name, secret.namespace, consumerNamespace, {
    volume: SECRET_VOLUME,
    mountPath: ENCRYPTION_SECRET_PATH,
  });
  const { source, volumes, volumeMounts } = mount;
  return ok({
    access: {
      namespace,
      name,
      directory: directory.value,
      ...(source === undefined ? {} : { encryptionSecret: source }),
    },
    volumes,
    volumeMounts,
  });
}

function secretOf(
  repository: KubeObject<RepositoryPlaceSpec>,
  given: SecretReference | undefined,
  consumerNamespace: string,
): { readonly name: string; readonly namespace: string } | undefined {
  if (given?.name) return resolvedReference(given, consumerNamespace);
  const own = repository.spec?.encryptionSecret;
  return own?.name ? resolvedReference(own, repository.metadata.namespace ?? '') : undefined;
}
