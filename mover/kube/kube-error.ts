/** Refusals of the Kubernetes API as a mover tells them apart. */

export type KubeErrorReason = 'not-found' | 'forbidden' | 'conflict' | 'invalid' | 'unavailable';

/** A refused or failed request, reduced to what a mover decides by. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly reason: KubeErrorReason;

  constructor(reason: KubeErrorReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

/** Whether this is a KubeError; by name, as `isFault`. */
export function isKubeError(thrown: unknown): thrown is KubeError {
  return thrown instanceof Error && thrown.name === 'KubeError';
}
