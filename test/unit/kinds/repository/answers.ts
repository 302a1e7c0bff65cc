/** What a test reads from a Repository's answer. */
import assert from 'node:assert/strict';
import type { RepositoryStatus } from '../../../../hooks/generated/types/repository.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import type { SyncResponse } from '../../../../hooks/kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../../../../hooks/kube/objects.ts';
import { stored } from './objects.ts';

export type Answer = SyncResponse<RepositoryStatus>;

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
