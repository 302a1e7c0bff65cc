/** The running service: server, credentials that are read again when they change, and its orderly end. */
import { readFileSync } from 'node:fs';
import type { Express } from 'express';
import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../kube/metacontroller.ts';
import type { Service } from './endpoint.ts';
import { tokensOf, watchFiles } from './files.ts';
import { createGate } from './gate.ts';
import { createServer, drain, secureContextOf, type TlsFiles } from './listen.ts';
import type { Log } from './log.ts';
import type { ServerOptions } from './options.ts';

export interface Running {
  readonly port: number;
  /** Answers what is under way, then closes; a second call cuts at once. */
  readonly stop: () => Promise<void>;
}

interface Surroundings {
  readonly log: Log;
  readonly clock: () => Instant;
  readonly appOf: (service: Service) => Express;
  readonly pollMs?: number;
}

/** Reads the credentials and listens; rejects with a sentence when a file or the port cannot be had. */
export async function start(options: ServerOptions, around: Surroundings): Promise<Running> {
  const { log } = around;
  let tokens = options.tokenFile === undefined ? undefined : tokensOf(options.tokenFile);
  let draining = false;
  const tls = tlsFilesOf(options);
  const service: Service = {
    clock: around.clock,
    log,
    gate: createGate({ requests: options.maxRequests, bufferedBytes: options.maxBufferedBytes }),
    admission: { tokens: tokens && (() => tokens ?? []), clientCertificate: options.clientCa !== undefined },
    bodyLimitBytes: options.bodyLimit,
    dev: options.dev,
    draining: () => draining,
  };
  const server = createServer(around.appOf(service), {
    ...(tls ? { tls } : {}),
    requestTimeoutMs: options.requestTimeout * 1000,
    bodyLimitBytes: options.bodyLimit,
  });
  const unwatch = watchFiles(pathsOf(options), reload, around.pollMs);
  const port = await listening(server, options);
  log.info({ port, address: options.host ?? '*' }, 'listening');
  return { port, stop };

  function reload(): void {
    try {
      if (options.tokenFile !== undefined) tokens = tokensOf(options.tokenFile);
      const files = tlsFilesOf(options);
      if (files && server instanceof TlsServer) server.setSecureContext(secureContextOf(files));
      log.info({}, 'credentials read again');
    } catch {
      log.error({}, 'credentials changed but cannot be read; the old ones stay in use');
    }
  }

  async function stop(): Promise<void> {
    const again = draining;
    draining = true;
    unwatch();
    log.info({}, 'draining');
    if (!again) await sleep(options.drainDelay * 1000);
    await drain(server, again ? 0 : options.drainTimeout * 1000);
    log.info({}, 'stopped');
  }
}

function listening(server: ReturnType<typeof createServer>, { port, host }: ServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

function tlsFilesOf({ tlsCert, tlsKey, clientCa }: ServerOptions): TlsFiles | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return {
    cert: readFileSync(tlsCert, 'utf8'),
    key: readFileSync(tlsKey, 'utf8'),
    ...(clientCa === undefined ? {} : { clientCa: readFileSync(clientCa, 'utf8') }),
  };
}

function pathsOf({ tokenFile, tlsCert, tlsKey, clientCa }: ServerOptions): readonly string[] {
  return [tokenFile, tlsCert, tlsKey, clientCa].filter((path) => path !== undefined);
}
