/** The kinds a server serves: built-ins from the table, others from CustomResourceDefinition objects. */
import type { Resource, StoredObject } from './api.ts';
import type { BuiltIn } from './builtin.ts';
import { BUILT_INS } from './builtins.ts';
import { groupOf, invalid } from './errors.ts';
import { structured, type Schema } from './schema.ts';
import { newTable, type Table } from './store.ts';
import { typed } from './typed.ts';
import { equal, isMap, listOf, mapOf, textOf, type JsonMap } from './values.ts';
import { faultsOf } from './validation.ts';
import { ruleFaults } from './cel-rules.ts';

/** A body on its way in: everything but apiVersion, kind and metadata. */
export interface Admission {
  readonly body: JsonMap;
  readonly name: string;
  readonly uid: string;
  readonly serial: number;
  readonly previous?: StoredObject | undefined;
}

export interface ResourceType extends Resource {
  readonly custom: boolean;
  readonly generation: boolean;
  readonly table: Table;
  /** The apiVersion that objects are stored in. */
  readonly storedAs: string;
  readonly initialStatus: JsonMap | undefined;
  /** The body as it is stored: pruned, defaulted, validated. Throws 422. */
  readonly admit: (admission: Admission) => JsonMap;
}

export class ResourceTypes {
  readonly #byVersion = new Map<string, Map<string, ResourceType>>();
  readonly #all = new Set<ResourceType>();

  constructor() {
    for (const builtIn of BUILT_INS) this.#add(builtInType(builtIn));
  }

  find(apiVersion: string, kindOrPlural: string): ResourceType | undefined {
    return this.#byVersion.get(apiVersion)?.get(kindOrPlural);
  }

  all(): readonly ResourceType[] {
    return [...this.#all];
  }

  /** Serves every served version of the definition; a redefined kind keeps its objects. */
  define(definition: JsonMap): void {
    const spec = mapOf(definition['spec']);
    const names = mapOf(spec['names']);
    const group = textOf(spec['group']);
    const known = this.all().find((type) => groupOf(type.apiVersion) === group && type.plural === names['plural']);
    const table = known?.table ?? newTable();
    this.undefine(group, textOf(names['plural']));
    const versions = listOf(spec['versions']).filter(isMap);
    const storage = versions.find((version) => version['storage'] === true) ?? versions[0];
    const storedAs = `${group}/${textOf(storage?.['name'])}`;
    for (const version of versions.filter((one) => one['served'] === true))
      this.#add(customType(spec, version, storedAs, table));
  }

  undefine(group: string, plural: string): void {
    for (const type of this.all()) {
      if (groupOf(type.apiVersion) !== group || type.plural !== plural) continue;
      this.#all.delete(type);
      const version = this.#byVersion.get(type.apiVersion);
      version?.delete(type.kind);
      version?.delete(type.plural);
    }
  }

  #add(type: ResourceType): void {
    let version = this.#byVersion.get(type.apiVersion);
    if (!version) this.#byVersion.set(type.apiVersion, (version = new Map()));
    version.set(type.kind, type);
    version.set(type.plural, type);
    this.#all.add(type);
  }
}

function builtInType(builtIn: BuiltIn): ResourceType {
  const type: ResourceType = {
    ...builtIn,
    custom: false,
    table: newTable(),
    storedAs: builtIn.apiVersion,
    initialStatus: builtIn.statusSubresource ? builtIn.initialStatus : undefined,
    admit: (admission) => admitBuiltIn(type, builtIn, admission),
  };
  return type;
}

function admitBuiltIn(type: ResourceType, builtIn: BuiltIn, admission: Admission): JsonMap {
  const { previous, name } = admission;
  const known = knownFields(builtIn, admission);
  if (previous && isUnchanged(builtIn, known, previous)) return known;
  const source = mapOf(typed(known));
  const prepared = builtIn.prepare?.(source, admission) ?? { body: source, faults: [] };
  const changeFaults = previous ? (builtIn.changeFaults?.(prepared.body, previous) ?? []) : [];
  const faults = [...prepared.faults, ...changeFaults];
  if (faults.length > 0) throw invalid(type, name, faults);
  return prepared.body;
}

/** The fields that Go's type has; what did not change is shared with the stored object, and canonical already. */
function knownFields(builtIn: BuiltIn, { body, previous }: Admission): JsonMap {
  const known: Record<string, unknown> = {};
  for (const field of [...builtIn.fields, 'status']) {
    const value = body[field];
    if (value !== undefined) known[field] = previous && equal(value, previous[field]) ? previous[field] : value;
  }
  return known;
}

function isUnchanged(builtIn: BuiltIn, known: JsonMap, previous: StoredObject): boolean {
  return [...builtIn.fields, 'status'].every((field) => known[field] === previous[field]);
}

function customType(spec: JsonMap, version: JsonMap, storedAs: string, table: Table): ResourceType {
  const names = mapOf(spec['names']);
  const schema = mapOf(mapOf(version['schema'])['openAPIV3Schema']) as Schema;
  const type: ResourceType = {
    apiVersion: `${textOf(spec['group'])}/${textOf(version['name'])}`,
    kind: textOf(names['kind']),
    plural: textOf(names['plural']),
    namespaced: spec['scope'] !== 'Cluster',
    statusSubresource: isMap(mapOf(version['subresources'])['status']),
    custom: true,
    generation: true,
    table,
    storedAs,
    initialStatus: undefined,
    admit: (admission) => admitCustom(type, schema, admission),
  };
  return type;
}

function admitCustom(type: ResourceType, schema: Schema, admission: Admission): JsonMap {
  const { previous } = admission;
  const body: Record<string, unknown> = { ...admission.body };
  const fresh: Record<string, unknown> = {};
  // Unchanged fields were pruned and validated when they were stored; only their transition rules could object, and cannot without a change.
  for (const [field, value] of Object.entries(body)) {
    if (previous && equal(value, previous[field])) body[field] = previous[field];
    else fresh[field] = value;
  }
  const pruned = mapOf(structured({ ...schema, required: [] }, fresh));
  for (const field of Object.keys(fresh)) if (pruned[field] === undefined) delete body[field];
  for (const [field, value] of Object.entries(pruned)) {
    if (fresh[field] !== undefined || body[field] === undefined) body[field] = value;
  }
  const faults = [...faultsOf({ ...schema, required: [] }, pruned, ''), ...missingFields(schema, body)];
  if (faults.length === 0)
    faults.push(...ruleFaults(schema, { ...body, metadata: { name: admission.name } }, previous));
  if (faults.length > 0) throw invalid(type, admission.name, faults);
  return body;
}

function missingFields(schema: Schema, body: JsonMap): string[] {
  return (schema.required ?? [])
    .filter((field) => body[field] === undefined && !SERVER_FIELDS.has(field))
    .map((field) => `${field}: Required value`);
}

const SERVER_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);
