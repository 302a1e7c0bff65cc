/** One DecoratorController: what a sync of one parent does (pkg/controller/decorator/controller.go). */
import type { Resource, StoredObject } from '../api-server/api.ts';
import { groupOf } from '../api-server/errors.ts';
import { selectorOf, type Selector } from '../api-server/selectors.ts';
import { equal, isMap, listOf, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import { CUSTOMIZE_ANSWER, DECORATOR_ANSWER, desiredObjects, numberOf } from './answers.ts';
import { annotationsOf, withAnnotations } from './apply.ts';
import { manageListed } from './children.ts';
import { controllerView } from './controller-view.ts';
import type { Environment, ParentController, Wiring } from './controller.ts';
import { hasFinalizer, managesWhileDeleting, syncedFinalizer, withFinalizers, type Finalizer } from './finalizers.ts';
import { hookOf, type Hook } from './hook.ts';
import type { Steps } from './hook-caller.ts';
import { isConflict, isNotFound, prefixed } from './errors.ts';
import { hookMap, ObjectMap } from './object-map.ts';
import { strategies, type Strategies } from './strategies.ts';

const OWNER_ANNOTATION = 'metacontroller.k8s.io/decorator-controller';

interface Decorator {
  readonly environment: Environment;
  readonly wiring: Wiring;
  readonly view: JsonMap;
  readonly name: string;
  readonly selects: (parent: StoredObject) => boolean;
  readonly attachments: readonly Resource[];
  readonly strategies: Strategies;
  readonly finalizer: Finalizer;
  readonly sync: Hook | undefined;
  readonly finalize: Hook | undefined;
}

/** The controller of a DecoratorController object. Throws Error with the words of its CreateError event. */
export function decoratorController(definition: StoredObject, environment: Environment): ParentController {
  const spec = mapOf(definition['spec']);
  const rules = listOf(spec['resources']).map(mapOf);
  const parents = rules.map((rule) => ({
    resource: environment.resourceOf(rule),
    ignoreStatusChanges: rule['ignoreStatusChanges'] === true,
  }));
  const attachments = listOf(spec['attachments']).map((rule) => environment.resourceOf(mapOf(rule)));
  const hooks = mapOf(spec['hooks']);
  if (!isMap(spec['hooks'])) throw new Error('no hooks defined');
  const around = environment.hookSurroundings(spec['endpointConfigs']);
  const name = definition.metadata.name;
  const finalizer = { name: `metacontroller.io/decoratorcontroller-${name}`, enabled: isMap(hooks['finalize']) };
  const selects = parentSelector(environment, rules);
  const parts = {
    environment,
    view: controllerView(definition),
    name,
    selects,
    attachments,
    strategies: strategies(environment.api, spec['attachments']),
    finalizer,
    sync: hookOf('sync', hooks['sync'], DECORATOR_ANSWER, around),
    finalize: hookOf('finalize', hooks['finalize'], DECORATOR_ANSWER, around),
  };
  return environment.controller({
    definition,
    view: parts.view,
    parents,
    children: attachments,
    customize: hookOf('customize', hooks['customize'], CUSTOMIZE_ANSWER, around),
    cares: (parent) => selects(parent) || hasFinalizer(parent, finalizer.name),
    sync: (parent, wiring) => syncParent({ ...parts, wiring }, parent),
    apply: (parent, observed, answer, wiring) => applyAnswer({ ...parts, wiring }, parent, observed, answer),
  });
}

/** Labels and annotations must match; of two rules for one kind the later counts. */
function parentSelector(environment: Environment, rules: readonly JsonMap[]): (parent: StoredObject) => boolean {
  const selectors = new Map<string, readonly [Selector, Selector]>();
  for (const rule of rules) {
    const resource = environment.resourceOf(rule);
    const annotations = mapOf(rule['annotationSelector']);
    const byAnnotation = selectorOf({
      matchLabels: annotations['matchAnnotations'],
      matchExpressions: annotations['matchExpressions'],
    });
    selectors.set(`${groupOf(resource.apiVersion)} ${resource.kind}`, [
      selectorOf(rule['labelSelector']),
      byAnnotation,
    ]);
  }
  return (parent) => {
    const found = selectors.get(`${groupOf(parent.apiVersion)} ${parent.kind}`);
    return found !== undefined && found[0](parent.metadata.labels) && found[1](parent.metadata.annotations);
  };
}

function* syncParent(decorator: Decorator, cached: StoredObject): Steps<void> {
  const { environment, finalizer, wiring } = decorator;
  const cares = (one: StoredObject): boolean => decorator.selects(one) || hasFinalizer(one, finalizer.name);
  if (!cares(cached)) return;
  const parent = yield* prefixed(
    `can't sync finalizer for ${named(cached)}`,
    syncedFinalizer(environment.client, cached, finalizer),
  );
  if (!cares(parent)) return;
  const observed = ownAttachments(decorator, parent);
  const related = yield* wiring.relatedTo(parent);
  const answer = yield* callHook(decorator, parent, observed, related);
  yield* applyAnswer(decorator, parent, observed, answer);
}

/** What an answer makes the host do: timer, the parent itself, attachments, in this order. */
function* applyAnswer(
  decorator: Decorator,
  parent: StoredObject,
  observed: ObjectMap<StoredObject>,
  answer: JsonMap,
): Steps<void> {
  const { environment, finalizer, wiring } = decorator;
  const attachments = desiredObjects(answer['attachments']);
  wiring.resyncAfter(parent, numberOf(answer['resyncAfterSeconds']));
  if (!(yield* decorated(decorator, parent, answer))) return;
  if (parent.metadata.deletionTimestamp !== undefined && !managesWhileDeleting(parent, finalizer)) return;
  const { client, shuffled } = environment;
  const work = { client, parent, observed, methodOf: decorator.strategies, shuffled };
  const error = yield* manageListed(answer['attachments'], work, () => {
    const desired = new ObjectMap();
    for (const attachment of attachments) desired.add(stamped(inNamespaceOf(parent, attachment), decorator.name));
    return desired;
  });
  if (error) throw new Error(`can't reconcile children for ${named(parent)}: ${error.message}`, { cause: error });
}

function ownAttachments(decorator: Decorator, parent: StoredObject): ObjectMap<StoredObject> {
  const map = new ObjectMap<StoredObject>();
  const { uid, namespace } = parent.metadata;
  for (const resource of decorator.attachments) {
    map.openFor(resource);
    for (const child of decorator.wiring.childInformer(resource).controlledBy(uid, namespace)) {
      if (child.metadata.annotations?.[OWNER_ANNOTATION] === decorator.name) map.add(child);
    }
  }
  return map;
}

function* callHook(
  decorator: Decorator,
  parent: StoredObject,
  observed: ObjectMap<StoredObject>,
  related: ObjectMap<StoredObject>,
): Steps<JsonMap> {
  const finalizing =
    decorator.finalize !== undefined && (parent.metadata.deletionTimestamp !== undefined || !decorator.selects(parent));
  const hook = finalizing ? decorator.finalize : decorator.sync;
  if (!hook) throw new Error('no enabled hooks found');
  const request = {
    controller: decorator.view,
    object: parent,
    attachments: hookMap(observed, parent, hook.version),
    related: hookMap(related, parent, hook.version),
    finalizing,
  };
  return yield* prefixed(
    `${finalizing ? 'finalize' : 'sync'} hook failed (version=${hook.version})`,
    hook.call(request, parent),
  );
}

/**
 * Writes labels, annotations, status and the dropped finalizer to the parent, if anything of it changed. False where
 * another writer was first or the parent is gone: the sync ends there, without its attachments.
 */
function* decorated(decorator: Decorator, parent: StoredObject, answer: JsonMap): Steps<boolean> {
  const labels = changedTexts(parent.metadata.labels, answer['labels']);
  const annotations = changedTexts(parent.metadata.annotations, answer['annotations']);
  const before = parent['status'] ?? null;
  const status = isMap(answer['status']) ? answer['status'] : before;
  const statusChanged = !equal(before, status);
  const finalized = answer['finalized'] === true;
  const released = finalized && hasFinalizer(parent, decorator.finalizer.name);
  if (!labels.changed && !annotations.changed && !statusChanged && !released) return true;
  const metadata = { ...parent.metadata, labels: labels.texts, annotations: annotations.texts };
  const next: StoredObject = { ...parent, metadata, status };
  return yield* writtenParent(decorator, next, { statusChanged, finalized });
}

interface ParentWrite {
  readonly statusChanged: boolean;
  readonly finalized: boolean;
}

function* writtenParent(decorator: Decorator, parent: StoredObject, write: ParentWrite): Steps<boolean> {
  const { client } = decorator.environment;
  let next = parent;
  if (write.statusChanged && client.resource(parent.apiVersion, parent.kind)?.statusSubresource) {
    const stored = yield* unlessOvertaken(prefixed("can't update status", client.update(parent, 'status')));
    if (!stored) return false;
    next = { ...parent, metadata: { ...parent.metadata, resourceVersion: stored.metadata.resourceVersion } };
  }
  const { finalizers } = next.metadata;
  if (write.finalized && finalizers) {
    next = withFinalizers(
      next,
      finalizers.filter((one) => one !== decorator.finalizer.name),
    );
  }
  return (yield* unlessOvertaken(prefixed(`can't update ${named(parent)}`, client.update(next)))) !== undefined;
}

/** Undefined where another writer was first or the object is gone. */
function* unlessOvertaken(write: Steps<StoredObject>): Steps<StoredObject | undefined> {
  try {
    return yield* write;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (isNotFound(cause) || isConflict(cause)) return undefined;
    throw error;
  }
}

/** The texts after an answer's updates: null deletes a key, absent keys stay. */
function changedTexts(
  current: Readonly<Record<string, string>> | undefined,
  updates: unknown,
): { readonly texts: Readonly<Record<string, string>>; readonly changed: boolean } {
  const texts: Record<string, string> = { ...current };
  let changed = false;
  for (const [key, value] of Object.entries(mapOf(updates))) {
    if (value === null ? texts[key] === undefined : texts[key] === value) continue;
    changed = true;
    if (value === null) delete texts[key];
    else texts[key] = textOf(value);
  }
  return { texts, changed };
}

/** The annotation by which a decorator knows its attachments again. */
function stamped(child: JsonMap, name: string): JsonMap {
  const annotations = annotationsOf(child);
  return annotations?.[OWNER_ANNOTATION] === name
    ? child
    : withAnnotations(child, { ...annotations, [OWNER_ANNOTATION]: name });
}

function inNamespaceOf(parent: StoredObject, child: JsonMap): JsonMap {
  const metadata = mapOf(child['metadata']);
  const { namespace } = parent.metadata;
  if (namespace === undefined || textOf(metadata['namespace']) !== '') return child;
  return { ...child, metadata: { ...metadata, namespace } };
}

function named(object: StoredObject): string {
  return `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
