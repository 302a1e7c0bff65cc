/**
 * Which parents a claimed object may see. The answer is cached 20 minutes by uid and generation, so an object that already
 * has a controller asks for nothing: with one rule per Snapshot, every change of a Repository would wake all of them.
 */
import type { CustomizeRequest, CustomizeResponse } from '../../kube/metacontroller.ts';
import { claimOf, type Claimed } from './parents.ts';

/** The object's parent by name (for a Repository the BackupConfigurations of its namespace) while nobody controls it. */
export function customizeClaims(request: CustomizeRequest<Claimed>): CustomizeResponse {
  const object = request.parent;
  const controlled = (object.metadata.ownerReferences ?? []).some((one) => one.controller === true);
  const rule = controlled ? undefined : claimOf(object)?.rule(object);
  return { relatedResources: rule === undefined ? [] : [rule] };
}
