/** The Repositories that a session backs up into, and whether each can take a Snapshot now. */
import type { Problem } from '../../domain/result.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import type { Repository } from '../../generated/types/repository.ts';
import { conditionOf } from '../../kube/conditions.ts';
import { isDeleting } from '../../kube/references.ts';
import { REASON } from './conditions.ts';
import type { Observed } from './observe.ts';

export interface Destination {
  readonly name: string;
  readonly repository: Repository | undefined;
  /** Why it can take no Snapshot; `waits` where that may pass by itself. */
  readonly problem: Problem | undefined;
}

/** One destination per Repository that the session's configuration names, in its order, each once. */
export function destinationsOf(session: BackupSession, observed: Observed): readonly Destination[] {
  const listed = observed.config?.repositories;
  const names = (Array.isArray(listed) ? listed : []).map((one: { readonly name?: string }) => one?.name);
  return [...new Set(names)].filter(isName).map((name) => {
    const repository = observed.repositories.get(name);
    return { name, repository, problem: problemOf(`${session.metadata.namespace}/${name}`, repository) };
  });
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '';
}

function problemOf(name: string, repository: Repository | undefined): Problem | undefined {
  if (repository === undefined) {
    return { reason: REASON.repositoryNotFound, message: `Repository ${name} does not exist yet.`, waits: true };
  }
  const notReady = (message: string, waits: boolean): Problem => ({
    reason: REASON.repositoryNotReady,
    message: `Repository ${name} ${message}`,
    waits,
  });
  if (isDeleting(repository)) return notReady('is being deleted.', false);
  if (repository.spec?.paused === true) return notReady('is paused (spec.paused).', false);
  const ready = conditionOf(repository.status, 'Ready');
  if (repository.status?.phase === 'Ready' && ready?.status !== 'False') return undefined;
  const stalled = conditionOf(repository.status, 'Stalled')?.status === 'True';
  return notReady(`is not ready: ${ready?.message ?? 'it has not been set up yet.'}`, !stalled);
}
