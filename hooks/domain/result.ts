/** Answers of functions that may refuse: a value, or the reason why there is none. Bad input never throws. */

export type Result<Value, Failure> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: Failure };

/** A text turned into a value; the error is one sentence that says what was wrong and what would be right. */
export type Parsed<Value> = Result<Value, string>;

/** What stops a step, ready to become a condition. */
export interface Problem {
  /** CamelCase condition reason: `WaitingForAddon`, `TaskNotFound`, … */
  readonly reason: string;
  /** One sentence: what is wrong, where, what to do next. */
  readonly message: string;
  /** True where another object's arrival cures it (Reconciling); false where the user has to change something (Stalled). */
  readonly waits: boolean;
}

/** A value, or the problem that a condition shall name. */
export type Outcome<Value> = Result<Value, Problem>;

/** A success. */
export function ok<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

/** A refusal. */
export function refused<Failure>(error: Failure): { readonly ok: false; readonly error: Failure } {
  return { ok: false, error };
}

/** A problem that the user has to solve: no other object can cure it. */
export function blocked(reason: string, message: string): { readonly ok: false; readonly error: Problem } {
  return refused({ reason, message, waits: false });
}

/** A problem that ends when an object arrives; the reason is `WaitingFor<Kind>` (design law 7). */
export function waitingFor(kind: string, message: string): { readonly ok: false; readonly error: Problem } {
  return refused({ reason: `WaitingFor${kind}`, message, waits: true });
}

/** The first refusal of a list, or all its values in order. */
export function all<Value, Failure>(results: readonly Result<Value, Failure>[]): Result<readonly Value[], Failure> {
  const values: Value[] = [];
  for (const result of results) {
    if (!result.ok) return result;
    values.push(result.value);
  }
  return ok(values);
}
