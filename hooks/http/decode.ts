/**
 * A frozen body to the typed request of one hook. What is checked here is only what Metacontroller and the API server
 * always do; what a user may write (spec) is left to the kinds. Rule of the house: never read a missing part as «nothing is
 * there», since a child that a hook does not see is a child that its answer deletes.
 */
import type { ObjectMap } from '../kube/metacontroller.ts';
import type { KubeObject } from '../kube/objects.ts';
import { HookError, pointer } from './errors.ts';
import { isMap, isText, type Map } from './map.ts';
import { metadataFault } from './metadata.ts';
import { groupsOf, type Notes } from './object-map.ts';
import type { HookName, HookRequest, HookRow } from './row.ts';

export interface Decoded {
  readonly hook: HookName;
  readonly request: HookRequest;
  /** What was odd and is passed on unchanged: for the log. Pointers, never values. */
  readonly notes: Notes;
}

/** The request for this row's hook; throws HookError with the JSON pointer of what is wrong. */
export function decode(body: Map, row: HookRow, hook: HookName): Decoded {
  checkController(body['controller'], row);
  if (hook === 'customize') return { hook, request: { parent: parentOf(body, 'parent', row) }, notes: [] };
  const composite = row.controllerKind === 'CompositeController';
  const parent = parentOf(body, composite ? 'parent' : 'object', row);
  const finalizing = finalizingOf(body['finalizing'], hook);
  const notes: string[] = [];
  const owned = composite ? 'children' : 'attachments';
  const children = childrenOf(body[owned], owned, row, { parent, notes });
  const related = relatedOf(body['related'], row, notes);
  return {
    hook: finalizing && row.hooks.finalize ? 'finalize' : hook,
    request: composite
      ? { parent, children, related, finalizing }
      : { object: parent, attachments: children, related, finalizing },
    notes,
  };
}

/** Absent is fine: curl sends none. A kustomize name prefix may stand before the name that we gave it. */
function checkController(controller: unknown, row: HookRow): void {
  if (controller === undefined) return;
  if (!isMap(controller)) throw new HookError('ControllerMismatch', '/controller is not an object');
  if (controller['kind'] !== row.controllerKind) {
    throw new HookError('ControllerMismatch', `/controller/kind is not ${row.controllerKind}`);
  }
  const metadata = controller['metadata'];
  const name = isMap(metadata) ? metadata['name'] : undefined;
  if (typeof name !== 'string' || !(name === row.kind || name.endsWith(`-${row.kind}`))) {
    throw new HookError('ControllerMismatch', `/controller/metadata/name is not ${row.kind}`);
  }
}

function parentOf(body: Map, field: string, row: HookRow): KubeObject {
  const parent = body[field];
  if (!isMap(parent)) throw new HookError('ParentMissing', pointer(field));
  for (const key of ['apiVersion', 'kind'] as const) {
    if (parent[key] !== row.parent[key]) {
      throw new HookError('ParentMismatch', `${pointer(field, key)} is not ${row.parent[key]}`);
    }
  }
  const { metadata } = parent;
  const needed = row.isClusterScoped ? ['name', 'uid'] : ['name', 'namespace', 'uid'];
  const missing = isMap(metadata) ? needed.find((key) => !isText(metadata[key])) : needed.join(', ');
  if (missing !== undefined) throw new HookError('ParentIncomplete', pointer(field, 'metadata', missing));
  const fault = metadataFault(metadata);
  if (fault !== undefined) throw new HookError('ParentIncomplete', pointer(field, 'metadata') + fault);
  return parent as unknown as KubeObject;
}

/** `finalizing` decides, not the path: Metacontroller says it to whichever hook it calls. */
function finalizingOf(finalizing: unknown, hook: HookName): boolean {
  if (hook === 'finalize') {
    if (finalizing === true) return true;
    throw new HookError('FinalizingMalformed', '/finalizing is not true');
  }
  if (finalizing === undefined) return false;
  if (typeof finalizing !== 'boolean') throw new HookError('FinalizingMalformed', '/finalizing is not true or false');
  return finalizing;
}

function childrenOf(
  value: unknown,
  field: string,
  row: HookRow,
  seen: { readonly parent: KubeObject; readonly notes: string[] },
): ObjectMap {
  if (!isMap(value)) throw new HookError('ChildrenMissing', pointer(field));
  const missing = row.children.find((group) => value[group] === undefined);
  if (missing !== undefined) throw new HookError('ChildGroupMissing', pointer(field, missing));
  const groups = groupsOf(value, field, 'ChildrenMissing', seen.notes);
  for (const group in groups) {
    if (row.children.includes(group)) noteForeign(groups, [field, group], seen);
    else if (Object.keys(groups[group] ?? {}).length > 0)
      throw new HookError('ChildGroupUnknown', pointer(field, group));
  }
  return groups;
}

/** Metacontroller shows only children of this uid; another controller's is passed on, as leaving it out would delete it. */
function noteForeign(
  groups: ObjectMap,
  [field, group]: readonly [string, string],
  { parent, notes }: { readonly parent: KubeObject; readonly notes: string[] },
): void {
  for (const [key, child] of Object.entries(groups[group] ?? {})) {
    const controller = child.metadata.ownerReferences?.find((owner) => owner.controller === true);
    if (controller && controller.uid !== parent.metadata.uid)
      notes.push(`${pointer(field, group, key)} has another owner`);
  }
}

/** A cached customize answer may name fewer groups than today's would, so only the map itself can be demanded. */
function relatedOf(value: unknown, row: HookRow, notes: string[]): ObjectMap {
  if (value === undefined || value === null) {
    if (row.hooks.customize) throw new HookError('RelatedMissing', '/related');
    return {};
  }
  return groupsOf(value, 'related', 'RelatedMalformed', notes);
}
