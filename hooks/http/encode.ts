/**
 * An answer to canonical JSON. It refuses what would harm the cluster when it is applied, because nothing behind it does:
 * a null child ends Metacontroller's process, a child of a kind or in a namespace that it does not watch is made again and
 * again, a number that is none would be written as null (metacontroller.md §2.2, §7 T6, T7, T15).
 */
import { canonical } from './canonical.ts';
import { HookError, pointer } from './errors.ts';
import { isMap, isText, type Map } from './map.ts';
import type { HookAnswer, HookName, HookRow } from './row.ts';

interface Asked {
  readonly row: HookRow;
  readonly hook: HookName;
  readonly namespace: string | undefined;
}

/** The JSON of this answer: desired objects ordered by group and name, no field without a value; throws AnswerInvalid. */
export function encode(answer: HookAnswer, asked: Asked): string {
  const checked = asked.hook === 'customize' ? customizeAnswer(answer) : syncAnswer(answer, asked);
  const text = JSON.stringify(checked);
  // The one place where a cheap look saves a walk: no answer without a null holds NaN, or an undefined inside a list.
  return text.includes('null') ? JSON.stringify(canonical(checked, asked.row.controllerKind)) : text;
}

function customizeAnswer(answer: unknown): object {
  if (!isMap(answer) || !Array.isArray(answer['relatedResources'])) throw invalid('/relatedResources', 'is not a list');
  return answer;
}

function syncAnswer(answer: unknown, asked: Asked): object {
  const composite = asked.row.controllerKind === 'CompositeController';
  const owned = composite ? 'children' : 'attachments';
  if (!isMap(answer)) throw invalid('', 'is not an object');
  if (composite && !isMap(answer['status'])) throw invalid('/status', 'is not an object');
  return { ...answer, [owned]: desiredObjects(answer[owned], owned, asked), ...flowOf(answer, asked.hook) };
}

/** Metacontroller reads a delay of 0 as «never»; a hook that computed it means «at once», so it is raised to a second. */
function flowOf(answer: Map, hook: HookName): object {
  const { resyncAfterSeconds: delay, finalized } = answer;
  if (finalized === true && hook !== 'finalize') throw invalid('/finalized', 'is true though nothing is finalizing');
  if (delay === undefined) return {};
  if (typeof delay !== 'number' || !Number.isFinite(delay)) throw invalid('/resyncAfterSeconds', 'is not a number');
  return delay < 1 ? { resyncAfterSeconds: 1 } : {};
}

function desiredObjects(value: unknown, field: string, asked: Asked): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(pointer(field), 'is not a list');
  const ordered = value.map((object: unknown, index) => ({ key: keyOf(object, pointer(field, index), asked), object }));
  ordered.sort((left, right) => (left.key < right.key ? -1 : 1));
  const twice = ordered.find(({ key }, index) => key === ordered[index + 1]?.key);
  if (twice) throw invalid(pointer(field), `holds ${twice.key} twice`);
  return ordered.map(({ object }) => object);
}

/** `Job.batch/v1 demo/name`, of an object that Metacontroller can apply for this parent. */
function keyOf(object: unknown, where: string, { row, namespace }: Asked): string {
  if (!isMap(object)) throw invalid(where, 'is not an object');
  const { kind, apiVersion, metadata } = object;
  const group = `${String(kind)}.${String(apiVersion)}`;
  if (!row.children.includes(group)) throw invalid(where, `is a ${group}, which this row does not declare`);
  if (!isMap(metadata) || !isText(metadata['name'])) throw invalid(where, 'has no metadata.name');
  const own = metadata['namespace'] ?? namespace;
  if (row.isClusterScoped ? !isText(own) : own !== namespace) {
    throw invalid(where, row.isClusterScoped ? 'has no metadata.namespace' : 'is in another namespace than its parent');
  }
  return `${group} ${String(own ?? '')}/${metadata['name']}`;
}

function invalid(where: string, what: string): HookError {
  return new HookError('AnswerInvalid', `${where} ${what}`.trim());
}
