/**
 * Claims BackupSessions, Snapshots and Repositories for the parent that they belong to: sessions made by hand, from Git or by
 * KubeStash's CLI run, and a re-created parent gets its children back. Sets labels and one annotation, makes nothing and
 * never takes an object from a controller that it already has. A RestoreSession belongs to nobody and is only stamped.
 */
import { ANNOTATION, LABEL } from '../../kube/labels.ts';
import type { DecoratorRequest, DecoratorResponse } from '../../kube/metacontroller.ts';
import { labelValue } from '../../kube/names.ts';
import type { OwnerReference } from '../../kube/objects.ts';
import { candidatesFor, claimOf, type Claim, type Claimed } from './parents.ts';

/** An object that lost its controller may hold a cached customize answer without rules, for up to 20 minutes. */
const UNCLAIMED_RESYNC_SECONDS = 300;

/** Labels by which the parent's controller adopts this object, and the uid stamp that tells an original from a copy (law 9). */
export function syncClaims(request: DecoratorRequest<Claimed>): DecoratorResponse {
  const { object, related } = request;
  const claim = claimOf(object);
  if (object.metadata.deletionTimestamp !== undefined) return { attachments: [] };
  if (claim === undefined) return { annotations: stampOf(object), attachments: [] };
  const controller = (object.metadata.ownerReferences ?? []).find((one) => one.controller === true);
  const parent = controller ? undefined : claim.parentOf(object, candidatesFor(object, claim, related));
  return {
    labels: labelsFor(object, claim, controller, parent),
    annotations: stampOf(object),
    attachments: [],
    ...(controller ? {} : { resyncAfterSeconds: UNCLAIMED_RESYNC_SECONDS }),
  };
}

/** A controller of another kind keeps its child: only the name of the invoker is added then. */
function labelsFor(
  object: Claimed,
  claim: Claim,
  controller: OwnerReference | undefined,
  parent: Claimed | undefined,
): Readonly<Record<string, string>> {
  const ours = controller?.kind === claim.parentKind && controller.apiVersion === claim.parentApiVersion;
  const uid = ours ? controller.uid : parent?.metadata.uid;
  const invoker = claim.invokerName(object, ours ? controller.name : parent?.metadata.name, parent);
  return {
    ...(uid === undefined ? {} : { [LABEL.controllerUid]: uid }),
    ...(invoker === undefined ? {} : { [LABEL.invokerName]: labelValue(invoker) }),
  };
}

/** Once and never again: where the stamp differs from the uid, the object is a copy and says so for ever. */
function stampOf(object: Claimed): Readonly<Record<string, string>> {
  const { annotations, uid } = object.metadata;
  return annotations?.[ANNOTATION.uid] === undefined ? { [ANNOTATION.uid]: uid } : {};
}
