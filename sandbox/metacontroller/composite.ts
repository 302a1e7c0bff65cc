/** One CompositeController: what a sync of one parent does (pkg/controller/composite/controller.go). */
import type { Resource, StoredObject } from '../api-server/api.ts';
import { selectorOf, type Selector } from '../api-server/selectors.ts';
import { equal, isMap, listOf, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import { COMPOSITE_ANSWER, CUSTOMIZE_ANSWER, desiredObjects, numberOf } from './answers.ts';
import { manageListed } from './children.ts';
import { claimed } from './claims.ts';
import { controllerView } from './controller-view.ts';
import type { Environment, ParentController, Wiring } from './controller.ts';
import { hasFinalizer, managesWhileDeleting, removedFinalizer, syncedFinalizer, type Finalizer } from './finalizers.ts';
import { hookOf, type Hook, type HookVersion } from './hook.ts';
import type { Steps } from './hook-caller.ts';
import { isConflict, isNotFound, prefixed, textOfError } from './errors.ts';
import { updateLive } from './live-updates.ts';
import { hookMap, ObjectMap } from './object-map.ts';
import { strategies, type Strategies } from './strategies.ts';

interface Composite {
  readonly environment: Environment;
  readonly wiring: Wiring;
  readonly view: JsonMap;
  readonly parentResource: Resource;
  readonly selectsParent: Selector;
  readonly generateSelector: boolean;
  readonly children: readonly Resource[];
  readonly strategies: Strategies;
  readonly finalizer: Finalizer;
  readonly sync: Hook | undefined;
  readonly finalize: Hook | undefined;
}

/** The controller of a CompositeController object. Throws Error with the words of its CreateError event. */
export function compositeController(definition: StoredObject, environment: Environment): ParentController {
  const spec = mapOf(definition['spec']);
  const parentRule = mapOf(spec['parentResource']);
  const parentResource = environment.resourceOf(parentRule);
  const children = listOf(spec['childResources']).map((rule) => environment.resourceOf(mapOf(rule)));
  const { hooks } = spec;
  if (!isMap(hooks)) throw new Error('no hooks defined');
  const around = environment.hookSurroundings(spec['endpointConfigs']);
  const hook = {
    sync: hookOf('sync', hooks['sync'], COMPOSITE_ANSWER, around),
    finalize: hookOf('finalize', hooks['finalize'], COMPOSITE_ANSWER, around),
    customize: hookOf('customize', hooks['customize'], CUSTOMIZE_ANSWER, around),
  };
  const finalizer = {
    name: `metacontroller.io/compositecontroller-${definition.metadata.name}`,
    enabled: isMap(hooks['finalize']),
  };
  const selectsParent = selectorOf(parentRule['labelSelector']);
  const generateSelector = spec['generateSelector'] === true;
  const methods = strategies(environment.api, spec['childResources']);
  const view = controllerView(definition);
  const cares = (parent: StoredObject): boolean =>
    hasFinalizer(parent, finalizer.name) || selectsParent(parent.metadata.labels);
  const parts = {
    environment,
    view,
    parentResource,
    selectsParent,
    generateSelector,
    children,
    strategies: methods,
    finalizer,
    sync: hook.sync,
    finalize: hook.finalize,
  };
  return environment.controller({
    definition,
    view,
    parents: [{ resource: parentResource, ignoreStatusChanges: parentRule['ignoreStatusChanges'] === true }],
    children,
    customize: hook.customize,
    cares,
    // A parent with a selector of its own may want a child that nobody controls.
    wantsOrphan: (parent, child) => selectsOrphan(parent, child, generateSelector),
    sync: (parent, wiring) => syncParent({ ...parts, wiring }, parent),
    apply: (parent, observed, answer, wiring) => applyAnswer({ ...parts, wiring }, parent, observed, answer),
  });
}

function selectsOrphan(parent: StoredObject, child: StoredObject, generateSelector: boolean): boolean {
  try {
    return childSelector(parent, generateSelector)(child.metadata.labels);
  } catch {
    // The parent's own sync reports a selector that cannot be used.
    return false;
  }
}

function childSelector(parent: StoredObject, generateSelector: boolean): Selector {
  if (generateSelector) return (labels) => labels?.['controller-uid'] === parent.metadata.uid;
  const selector = mapOf(mapOf(parent['spec'])['selector']);
  if (Object.keys(mapOf(selector['matchLabels'])).length === 0 && listOf(selector['matchExpressions']).length === 0) {
    throw new Error('.spec.selector must have either matchLabels, matchExpressions, or both');
  }
  return selectorOf(selector);
}

function* syncParent(composite: Composite, cached: StoredObject): Steps<void> {
  const { environment, finalizer } = composite;
  const cares = (parent: StoredObject): boolean =>
    hasFinalizer(parent, finalizer.name) || composite.selectsParent(parent.metadata.labels);
  if (!cares(cached)) return;
  const parent = yield* prefixed(
    `can't sync finalizer for ${named(cached)}`,
    syncedFinalizer(environment.client, cached, finalizer),
  );
  if (!cares(parent)) return;
  const observed = yield* claimedChildren(composite, parent);
  const related = yield* composite.wiring.relatedTo(parent);
  const finalizing = finalizes(composite, parent);
  const hook = finalizing ? composite.finalize : composite.sync;
  // The odd words are the real host's: it formats an error that is nil.
  if (!hook) throw new Error(`sync hook nil//not defined for ${named(parent)}: %!w(<nil>)`);
  const request = requestOf(composite, parent, { observed, related, finalizing, version: hook.version });
  const failed = `${finalizing ? 'finalize' : 'sync'} hook failed (version=${hook.version})`;
  const answer = yield* prefixed(`sync hook failed for ${named(parent)}: ${failed}`, hook.call(request, parent));
  yield* applyAnswer(composite, parent, observed, answer);
}

/** What an answer makes the host do: timer, finalizer, children, status, in this order. */
function* applyAnswer(
  composite: Composite,
  before: StoredObject,
  observed: ObjectMap<StoredObject>,
  answer: JsonMap,
): Steps<void> {
  const { environment, finalizer, wiring } = composite;
  const { client } = environment;
  const children = desiredObjects(answer['children']);
  wiring.resyncAfter(before, numberOf(answer['resyncAfterSeconds']));
  let parent = before;
  if (answer['finalized'] === true) {
    parent = yield* prefixed(
      `can't remove finalizer for ${named(parent)}`,
      removedFinalizer(client, parent, finalizer.name),
    );
  }
  const desired = (): ObjectMap => labelledDesired(composite, parent, children);
  let manageError: Error | undefined;
  if (parent.metadata.deletionTimestamp === undefined || managesWhileDeleting(parent, finalizer)) {
    const work = { client, parent, observed, methodOf: composite.strategies, shuffled: environment.shuffled };
    const error = yield* manageListed(answer['children'], work, desired);
    if (error)
      manageError = new Error(`can't reconcile children for ${named(parent)}: ${error.message}`, { cause: error });
  } else desired();
  const finished = yield* updateStatus(composite, parent, mapOf(answer['status']));
  if (finished && manageError) throw manageError;
}

/** Every desired child must be one that the parent would claim; under generateSelector it gets the label for that. */
function labelledDesired(composite: Composite, parent: StoredObject, children: readonly JsonMap[]): ObjectMap {
  const desired = new ObjectMap();
  for (const child of children) desired.add(inNamespaceOf(parent, child));
  const matches = childSelector(parent, composite.generateSelector);
  for (const group of desired.groups.values()) {
    for (const [key, child] of group.objects) {
      const labels = textLabels(child);
      if (composite.generateSelector && labels['controller-uid'] === undefined) {
        labels['controller-uid'] = parent.metadata.uid;
        group.objects.set(key, { ...child, metadata: { ...mapOf(child['metadata']), labels } });
      }
      if (!matches(labels)) throw new Error(`labels on desired child ${childName(child)} don't match parent selector`);
    }
  }
  return desired;
}

function textLabels(child: JsonMap): Record<string, string> {
  const labels = mapOf(child['metadata'])['labels'];
  const refused = (why: string): Error =>
    new Error(`invalid labels on desired child ${childName(child)}: .metadata.labels accessor error: ${why}`);
  if (labels !== undefined && !isMap(labels)) throw refused(`${goValue(labels)}, expected map[string]interface{}`);
  return Object.fromEntries(
    Object.entries(mapOf(labels)).map(([key, value]) => {
      if (typeof value === 'string') return [key, value];
      throw refused(`contains non-string value in the map under key "${key}": ${goValue(value)}, expected string`);
    }),
  );
}

/** The value and its type as Go's %v and %T print them. */
function goValue(value: unknown): string {
  if (value === null) return '<nil> is of the type <nil>';
  const types: Readonly<Record<string, string>> = {
    boolean: 'bool',
    string: 'string',
    number: Number.isInteger(value) ? 'int64' : 'float64',
  };
  const type = types[typeof value] ?? (Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}');
  return `${typeof value === 'object' ? JSON.stringify(value) : String(value)} is of the type ${type}`;
}

function* claimedChildren(composite: Composite, parent: StoredObject): Steps<ObjectMap<StoredObject>> {
  const { environment, wiring } = composite;
  const matches = childSelector(parent, composite.generateSelector);
  const map = new ObjectMap<StoredObject>();
  for (const resource of composite.children) {
    const informer = wiring.childInformer(resource);
    const { uid, namespace } = parent.metadata;
    map.openFor(resource);
    const candidates = [...informer.controlledBy(uid, namespace), ...informer.orphans(namespace)];
    const work = claimed({ client: environment.client, parent, matches }, candidates);
    for (const child of yield* prefixed(`can't claim ${resource.kind} children`, work)) map.add(child);
  }
  return map;
}

/** A parent that is deleted, or that the controller's selector has left, is finalized. */
function finalizes(composite: Composite, parent: StoredObject): boolean {
  if (!composite.finalize) return false;
  return parent.metadata.deletionTimestamp !== undefined || !composite.selectsParent(parent.metadata.labels);
}

interface Seen {
  readonly observed: ObjectMap<StoredObject>;
  readonly related: ObjectMap<StoredObject>;
  readonly finalizing: boolean;
  readonly version: HookVersion;
}

function requestOf(composite: Composite, parent: StoredObject, seen: Seen): JsonMap {
  return {
    controller: composite.view,
    parent,
    children: hookMap(seen.observed, parent, seen.version),
    related: hookMap(seen.related, parent, seen.version),
    finalizing: seen.finalizing,
  };
}

/** False where the sync is over without an error: the parent is gone, or somebody else keeps writing it. */
function* updateStatus(composite: Composite, parent: StoredObject, status: JsonMap): Steps<boolean> {
  const wanted = { ...status, observedGeneration: parent.metadata.generation ?? 0 };
  try {
    yield* updateLive(
      composite.environment.client,
      parent,
      (live) => (equal(live['status'], wanted) ? undefined : { ...live, status: wanted }),
      'status',
    );
    return true;
  } catch (error) {
    if (isNotFound(error) || isConflict(error)) return false;
    throw new Error(`can't update status for ${named(parent)}: ${textOfError(error)}`, { cause: error });
  }
}

/** A child without a namespace gets the parent's. */
function inNamespaceOf(parent: StoredObject, child: JsonMap): JsonMap {
  const metadata = mapOf(child['metadata']);
  const { namespace } = parent.metadata;
  if (namespace === undefined || textOf(metadata['namespace']) !== '') return child;
  return { ...child, metadata: { ...metadata, namespace } };
}

function named(object: StoredObject): string {
  return `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function childName(child: JsonMap): string {
  const metadata = mapOf(child['metadata']);
  return `${textOf(child['kind'])} ${textOf(metadata['namespace'])}/${textOf(metadata['name'])}`;
}
