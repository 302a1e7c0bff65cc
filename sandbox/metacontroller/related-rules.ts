/** The rules of a customize answer: what they select and which objects fit them (pkg/controller/common/customize). */
import type { ApiReads, Resource, StoredObject } from '../api-server/api.ts';
import { everything, selectorOf, type Selector } from '../api-server/selectors.ts';
import { isMap, listOf, textOf, type JsonMap } from '../api-server/values.ts';
import type { HookVersion } from './hook.ts';
import type { Informer } from './informers.ts';

export interface Rule {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly names: ReadonlySet<string> | undefined;
  readonly labels: () => Selector;
  readonly namespaces: (() => Selector) | undefined;
  /** Why the rule contradicts itself. */
  readonly fault: string | undefined;
}

export interface Rules {
  readonly version: HookVersion;
  readonly list: readonly Rule[];
}

/** The rules of a decoded answer; a null rule kills the real host, here it is left out. */
export function rulesOf(answer: JsonMap, version: HookVersion): Rules {
  return { version, list: listOf(answer['relatedResources']).filter(isMap).map(ruleOf) };
}

function ruleOf(source: JsonMap): Rule {
  const names = listOf(source['names']).map(textOf);
  const namespaceSelector = source['namespaceSelector'];
  return {
    apiVersion: textOf(source['apiVersion']),
    plural: textOf(source['resource']),
    namespace: textOf(source['namespace']) || undefined,
    names: names.length > 0 ? new Set(names) : undefined,
    labels: lazily(source['labelSelector']),
    namespaces: isMap(namespaceSelector) ? lazily(namespaceSelector) : undefined,
    fault: contradiction(source, names),
  };
}

/** A selector that cannot be read fails where it is used, not where it is decoded. */
function lazily(labelSelector: unknown): () => Selector {
  let selector: Selector | undefined;
  return () => (selector ??= isMap(labelSelector) ? selectorOf(labelSelector) : everything);
}

function contradiction(source: JsonMap, names: readonly string[]): string | undefined {
  const hasLabels = isMap(source['labelSelector']);
  const hasNamespaces = isMap(source['namespaceSelector']);
  if (names.length > 0 && (hasLabels || hasNamespaces)) {
    return `related rule cannot have both names and labelSelector/namespaceSelector specified: ${goStruct(source, names)}`;
  }
  if (hasNamespaces && textOf(source['namespace']) !== '') {
    return `related rule cannot have both namespace and namespaceSelector specified: ${goStruct(source, names)}`;
  }
  return undefined;
}

/** The rule as Go's %#v prints it; addresses are made up, as they mean nothing. */
function goStruct(source: JsonMap, names: readonly string[]): string {
  const quoted = (value: unknown): string => JSON.stringify(textOf(value));
  const pointer = (value: unknown): string => `(*v1.LabelSelector)(${isMap(value) ? '0x0' : 'nil'})`;
  const list = names.length > 0 ? `[]string{${names.map(quoted).join(', ')}}` : '[]string(nil)';
  return [
    `&v1alpha1.RelatedResourceRule{ResourceRule:v1alpha1.ResourceRule{APIVersion:${quoted(source['apiVersion'])}, Resource:${quoted(source['resource'])}}`,
    `LabelSelector:${pointer(source['labelSelector'])}`,
    `NamespaceSelector:${pointer(source['namespaceSelector'])}`,
    `Namespace:${quoted(source['namespace'])}`,
    `Names:${list}}`,
  ].join(', ');
}

export interface RuleContext {
  readonly version: HookVersion;
  readonly parent: StoredObject;
  readonly related: Resource;
  readonly namespaces: Informer;
}

/** The cached objects that the rule selects. Throws Error where the rule is not allowed for this parent. */
export function selected(rule: Rule, informer: Informer, context: RuleContext): readonly StoredObject[] {
  if (rule.fault !== undefined) throw new Error(rule.fault);
  const { related } = context;
  const home = confinement(context);
  if (rule.namespaces) return inSelectedNamespaces(rule, informer, context);
  if (home !== undefined && related.namespaced && rule.namespace !== undefined && rule.namespace !== home) {
    throw new Error(
      `requested related object namespace ${rule.namespace} differs from parent object namespace ${home}`,
    );
  }
  const { names } = rule;
  // By name the namespace of the parent does not confine: v1 hides what it cannot name only when it builds the request.
  if (names)
    return informer
      .list(related.namespaced ? rule.namespace : undefined)
      .filter((object) => names.has(object.metadata.name));
  const labels = rule.labels();
  return informer
    .list(related.namespaced ? (rule.namespace ?? home) : undefined)
    .filter((object) => labels(object.metadata.labels));
}

/** The namespace that the customize hook's version keeps a parent in; undefined where it may look anywhere. */
function confinement(context: RuleContext): string | undefined {
  return context.version === 'v1' ? context.parent.metadata.namespace : undefined;
}

function inSelectedNamespaces(rule: Rule, informer: Informer, context: RuleContext): readonly StoredObject[] {
  const { related } = context;
  if (confinement(context) !== undefined && related.namespaced) {
    throw new Error('namespaceSelector is not supported for namespaced parent in v1 hook version');
  }
  if (!related.namespaced) throw new Error('namespaceSelector is only supported for namespaced related resources');
  const namespaces = rule.namespaces?.() ?? everything;
  const labels = rule.labels();
  return context.namespaces
    .list()
    .filter((one) => namespaces(one.metadata.labels))
    .flatMap((one) => informer.list(one.metadata.name))
    .filter((object) => labels(object.metadata.labels));
}

/** Whether a changed object concerns the rule. A rule that is not allowed concerns nothing. */
export function concerns(rule: Rule, object: StoredObject, context: RuleContext): boolean {
  if (rule.fault !== undefined || object.apiVersion !== rule.apiVersion || object.kind !== context.related.kind)
    return false;
  if (!isInReach(rule, object, context)) return false;
  if (rule.names) return rule.names.has(object.metadata.name);
  if (!fits(rule.labels, object.metadata.labels)) return false;
  return !rule.namespaces || isInSelectedNamespace(rule.namespaces, object, context);
}

function isInReach(rule: Rule, object: StoredObject, context: RuleContext): boolean {
  const home = confinement(context);
  const { namespaced } = context.related;
  if (home !== undefined && rule.namespace !== undefined && rule.namespace !== home) return false;
  const wanted = rule.namespace ?? home;
  return !namespaced || wanted === undefined || object.metadata.namespace === wanted;
}

function isInSelectedNamespace(namespaces: () => Selector, object: StoredObject, context: RuleContext): boolean {
  if (confinement(context) !== undefined || !context.related.namespaced) return false;
  const site = context.namespaces.get(undefined, object.metadata.namespace ?? '');
  return site !== undefined && fits(namespaces, site.metadata.labels);
}

function fits(selector: () => Selector, labels: StoredObject['metadata']['labels']): boolean {
  try {
    return selector()(labels);
  } catch {
    // An unreadable selector is reported by the sync that uses it.
    return false;
  }
}

/** The resource a rule asks for. Throws Error where there is none. */
export function resourceOf(api: ApiReads, rule: Rule): Resource {
  const resource = api.resource(rule.apiVersion, rule.plural);
  if (!resource) throw new Error(`discovery: can't find resource ${rule.plural} in apiVersion ${rule.apiVersion}`);
  return resource;
}
