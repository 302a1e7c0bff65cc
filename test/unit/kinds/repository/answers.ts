/** What a test reads from a Repository's answer. */
import assert from 'node:assert/strict';
import type { RepositoryStatus } from '../../../../hooks/generated/types/repository.ts';
import { syncRepository } from '../../../../hooks/kinds/repository/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import type { SyncResponse } from '../../../../hooks/kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../../../../hooks/kube/objects.ts';
import { minutesIn, repository, requestOf, stored, SURROUNDINGS, type RepositoryParts } from './objects.ts';

export type Answer = SyncResponse<RepositoryStatus>;

/** The answer at this minute of a Repository's life, with all around it that its first Job needs. */
export function answerAt(minute: number, parts: RepositoryParts, children: readonly KubeObject[] = []): Answer {
  return syncRepository(requestOf(repository(parts), SURROUNDINGS, children), minutesIn(minute));
}

export interface NewTask {
  readonly job: DesiredObject;
  readonly report: DesiredObject;
  /** What the Job's mover is told to do. */
  readonly order: Readonly<Record<string, unknown>>;
}

/** The Job and report that an answer asks for anew. */
export function newTask({ children }: Answer): NewTask {
  const [job, report] = ['Job', 'TaskReport'].map((kind) =>
    children.find((child) => child.kind === kind && child['spec']),
  );
  assert.ok(job && report);
  const { env } = JSON.parse(JSON.stringify(job)).spec.template.spec.containers[0];
  return { job, report, order: JSON.parse(env[0].value) };
}

export function namesOf({ children }: Answer, kind: string): readonly string[] {
  return children.filter((one) => one.kind === kind).map((one) => one.metadata.name);
}

export function one({ children }: Answer, kind: string): DesiredObject {
  const found = children.filter((child) => child.kind === kind);
  assert.equal(found.length, 1, `one ${kind}`);
  return found[0] as DesiredObject;
}

/** Phase, state, reason and message in one line. */
export function said({ status }: Answer): string {
  const ready = conditionOf(status, 'Ready');
  const state = ['Reconciling', 'Stalled'].find((type) => conditionOf(status, type)?.status === 'True') ?? 'Ready';
  return `${status.phase} ${state} ${ready?.reason}: ${ready?.message}`;
}

/** ServiceAccount, Role and RoleBinding of an answer as the API server stores them. */
export function accountsOf({ children }: Answer): readonly KubeObject[] {
  const kinds = ['ServiceAccount', 'Role', 'RoleBinding'];
  return children.filter((child) => kinds.includes(child.kind)).map((child) => stored(child));
}
