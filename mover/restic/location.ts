/** How restic gets into a repository, with the Secret's bytes filled in: the last step of hooks/domain/restic-repository.ts. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resticRepositoryOf, type SecretUse } from '../../hooks/domain/restic-repository.ts';
import type { StorageAccess } from '../../hooks/domain/task.ts';
import { requiredKey, type SecretData } from '../secrets.ts';
import { placed } from '../settings.ts';

export interface ResticLocation {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
}

/** Directories of this process: the container's `/`, and the scratch directory for files that restic must be given. */
export interface Places {
  readonly root: string;
  readonly scratch: string;
}

/** The location of `<directory>/<resticPath>`. CA bundle and service account key go into the scratch directory, mode 0600. */
export async function locationOf(
  storage: StorageAccess,
  path: { readonly directory: string; readonly resticPath: string },
  secret: SecretData,
  places: Places,
): Promise<ResticLocation> {
  const { place } = storage;
  const shifted = place.provider === 'local' ? { ...place, mountPath: placed(places.root, place.mountPath) } : place;
  const repository = resticRepositoryOf(shifted, path.directory, path.resticPath);
  const env: Record<string, string> = { ...repository.env };
  const flags = [...repository.flags, ...repository.options.flatMap((option) => ['--option', option])];
  for (const use of storage.secret ? repository.secretUses : []) {
    const value = valueOf(use, secret, storage);
    if (value === undefined) continue;
    if (use.as === 'env') env[use.target] = value;
    else {
      const file = await privateFile(places, `${storage.name}-${use.key}`, value);
      if (use.as === 'env-file') env[use.target] = file;
      else flags.push(use.target, file);
    }
  }
  return { url: repository.url, env, flags };
}

function valueOf(use: SecretUse, secret: SecretData, storage: StorageAccess): string | undefined {
  if (use.required && storage.secret) return requiredKey(secret, use.key, storage.secret);
  return secret[use.key] || undefined;
}

async function privateFile(places: Places, name: string, text: string): Promise<string> {
  await mkdir(places.scratch, { recursive: true });
  const path = join(places.scratch, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
