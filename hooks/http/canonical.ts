/** The slow way to JSON, for answers that hold a null: most API servers drop it, so it would be desired for ever. */
import { HookError, pointer } from './errors.ts';
import type { ControllerKind } from './row.ts';

/** In a decorator's answer null under these keys deletes a label or annotation of the parent. */
const DELETING = new Set(['labels', 'annotations']);

/** The value without null and undefined, in maps and in lists; throws AnswerInvalid for a number that JSON cannot hold. */
export function canonical(answer: object, controllerKind: ControllerKind): unknown {
  if (controllerKind === 'CompositeController') return without(answer, '');
  return Object.fromEntries(
    Object.entries(answer).map(([key, field]) => [
      key,
      DELETING.has(key) ? (field as unknown) : without(field, pointer(key)),
    ]),
  );
}

function without(value: unknown, where: string): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new HookError('AnswerInvalid', `${where} is not a finite number`);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.filter(isPresent).map((element: unknown, index) => without(element, where + pointer(index)));
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => isPresent(field))
      .map(([key, field]) => [key, without(field, where + pointer(key))]),
  );
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}
