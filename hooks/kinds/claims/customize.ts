/**
 * Which parents a claimed object may see. The answer is cached 20 minutes by uid and generation, and losing a controller
 * changes neither: what may be claimed again later must name its parent from the start, and the others ask for nothing.
 */
import type { CustomizeRequest, CustomizeResponse } from '../../kube/metacontroller.ts';
import { claimOf, type Claimed } from './parents.ts';

/** The object's parent (for a Repository the BackupConfigurations of its namespace), or what may take a controller's place. */
export function customizeClaims(request: CustomizeRequest<Claimed>): CustomizeResponse {
  const object = request.parent;
  const claim = claimOf(object);
  const controller = (object.metadata.ownerReferences ?? []).find((one) => one.controller === true);
  const rule = controller === undefined ? claim?.rule(object) : claim?.successorRule(object, controller);
  return { relatedResources: rule === undefined ? [] : [rule] };
}
