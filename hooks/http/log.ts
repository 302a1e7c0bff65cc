/**
 * Structured log: a constant message, and fields of a closed set. No field takes an object from a request, so neither a
 * manifest nor a Secret can get into a log by accident.
 */
import { pino, type DestinationStream, type Level } from 'pino';

export interface LogFields {
  readonly kind?: string;
  readonly hook?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly code?: string;
  readonly where?: string | readonly string[] | undefined;
  readonly requestId?: string;
  readonly reason?: string;
  readonly stack?: string;
  readonly seconds?: number;
  readonly port?: number;
  readonly address?: string;
  readonly version?: string;
}

export interface Log {
  readonly isDebug: boolean;
  readonly debug: (fields: LogFields, message: string) => void;
  readonly info: (fields: LogFields, message: string) => void;
  readonly warn: (fields: LogFields, message: string) => void;
  readonly error: (fields: LogFields, message: string) => void;
}

/** JSON lines on standard output, or on `destination`. */
export function createLog(level: Level | 'silent', destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const log = destination ? pino(options, destination) : pino(options);
  return {
    isDebug: log.isLevelEnabled('debug'),
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}
