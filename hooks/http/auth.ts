/** Who may call the hooks: the holder of a bearer token, of a client certificate, or both, as the server was started. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { HookError } from './errors.ts';

export interface Admission {
  /** Accepted tokens; several while one is being replaced. Undefined: no token is asked for. */
  readonly tokens: (() => readonly string[]) | undefined;
  readonly clientCertificate: boolean;
}

/** Throws TokenMissing, TokenWrong or ClientCertificateMissing for a request that may not call hooks. */
export function admit(request: IncomingMessage, admission: Admission): void {
  if (admission.clientCertificate && !(request.socket instanceof TLSSocket && request.socket.authorized)) {
    throw new HookError('ClientCertificateMissing');
  }
  if (!admission.tokens) return;
  const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given === undefined) throw new HookError('TokenMissing');
  if (!isAccepted(given, admission.tokens())) throw new HookError('TokenWrong');
}

/** Compares digests of equal length, and all of them, so that time tells nothing about a token. */
function isAccepted(given: string, accepted: readonly string[]): boolean {
  const digest = digestOf(given);
  return accepted.map((token) => timingSafeEqual(digest, digestOf(token))).includes(true);
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
