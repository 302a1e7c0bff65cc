/** From the names in a task to open doors: Secrets read, store and restic ready to use. */
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { RESTIC_PASSWORD_KEY } from '../../hooks/domain/restic-repository.ts';
import type { RepositoryAccess, StorageAccess } from '../../hooks/domain/task.ts';
import type { MoverContext } from '../context.ts';
import { Fault, systemCode } from '../faults.ts';
import { locationOf } from '../restic/location.ts';
import { openRestic, type Restic } from '../restic/restic.ts';
import { requiredKey, secretData, type SecretData } from '../secrets.ts';
import { placed } from '../settings.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';

export interface StorageDoor {
  readonly store: Store;
  readonly secret: SecretData;
}

/** The store of a storage, probed: a bucket or mount that is not there ends here. */
export async function openStorage(storage: StorageAccess, context: MoverContext): Promise<StorageDoor> {
  const { settings } = context;
  const secret = storage.secret ? await secretData(storage.secret, context) : {};
  context.conceal(Object.values(secret));
  const store = await openStore(storage, { root: settings.root, secret, inherited: settings.inherited });
  await store.probe();
  return { store, secret };
}

/** restic on `<directory>/<resticPath>`. The repository itself is not looked at. */
export async function openRepository(
  access: { readonly storage: StorageAccess; readonly repository: RepositoryAccess; readonly resticPath: string },
  secret: SecretData,
  context: MoverContext,
): Promise<Restic> {
  const { settings, command } = context;
  const encryption = access.repository.encryptionSecret;
  if (!encryption) {
    const name = `${access.repository.namespace}/${access.repository.name}`;
    throw new Fault('SecretNotFound', `Repository ${name} names no encryption Secret`);
  }
  const password = requiredKey(await secretData(encryption, context), RESTIC_PASSWORD_KEY, encryption);
  context.conceal([password]);
  const scratch = await scratchOf(context);
  const path = { directory: access.repository.directory, resticPath: access.resticPath };
  return openRestic({
    binary: settings.restic,
    location: await locationOf(access.storage, path, secret, { root: settings.root, scratch }),
    password,
    inherited: settings.inherited,
    root: settings.root,
    scratch,
    cache: command.cache,
    signal: context.signal,
    clean: context.clean,
  });
}

/** The scratch directory, made when it is not mounted. */
export async function scratchOf(context: MoverContext): Promise<string> {
  const scratch = placed(context.settings.root, context.command.scratchDir);
  try {
    await mkdir(join(scratch, 'restic-cache'), { recursive: true });
    return scratch;
  } catch (thrown) {
    throw new Fault(
      'ScratchFull',
      `${context.command.scratchDir} cannot be written: ${systemCode(thrown) ?? ''}`,
      thrown,
    );
  }
}
