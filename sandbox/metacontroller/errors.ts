/** Errors of a sync: which are expected, how several become one, how they say where they happened. */
import { ApiError } from '../api-server/api.ts';
import { TooManyRequests, type Steps } from './hook-caller.ts';

/** A lost optimistic lock; AlreadyExists has the same code and is not one. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'Conflict';
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** A mistake of ours, never of the world: it must not end up as an event. */
export function isBug(error: unknown): boolean {
  return (
    !(error instanceof Error) ||
    error instanceof TypeError ||
    error instanceof ReferenceError ||
    error instanceof RangeError
  );
}

/** The error's own words. */
export function textOfError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Several errors as one, in the way of k8s.io/apimachinery's aggregate: equal messages once, brackets around more than one. */
export function aggregated(errors: readonly unknown[]): Error | undefined {
  if (errors.length === 0) return undefined;
  for (const error of errors) if (isBug(error)) throw error;
  const messages = [...new Set(errors.map(textOfError))];
  const text = messages.length === 1 ? String(messages[0]) : `[${messages.join(', ')}]`;
  return new Error(text, { cause: errors[0] });
}

/** Adds where it happened to an error; 429 passes through. */
export function* prefixed<Result>(prefix: string, steps: Steps<Result>): Steps<Result> {
  try {
    return yield* steps;
  } catch (error) {
    if (isBug(error) || error instanceof TooManyRequests) throw error;
    throw new Error(`${prefix}: ${textOfError(error)}`, { cause: error });
  }
}
