/** A toy kind behind the real app: what the transport does is the same for every row of the table. */
import type { Express } from 'express';
import { createApp, type AppOptions } from '../../hooks/app.ts';
import { createGate } from '../../hooks/http/gate.ts';
import { createLog, type Log } from '../../hooks/http/log.ts';
import { createMetrics } from '../../hooks/http/metrics.ts';
import { composite, decorator, type HookRow } from '../../hooks/http/row.ts';
import type { DecoratorRequest, SyncRequest } from '../../hooks/kube/metacontroller.ts';
import { timestampOf } from '../../hooks/kube/instants.ts';

export const NOW = Date.parse('2026-01-05T02:00:00Z');
export const SYNC = '/v1/toy/sync';
export const FINALIZE = '/v1/toy/finalize';

/** Answers with what it saw, so that a test can tell what the decoder let through. */
function syncToy(request: SyncRequest, now: number): { status: object; children: [] } {
  return { status: { ...seen(request), at: timestampOf(now) }, children: [] };
}

function seen(request: SyncRequest): object {
  const spec = request.parent.spec as { fail?: string } | undefined;
  if (spec?.fail !== undefined) throw new Error(`cannot do it with ${JSON.stringify(request)}`);
  return {
    finalizing: request.finalizing,
    children: Object.values(request.children).flatMap((group) => Object.keys(group)),
    spec: request.parent.spec,
  };
}

const described = { apiVersion: 'toys.example.com/v1', parentKind: 'Toy', children: ['Job.batch/v1'] };

export const TOY_ROWS: readonly HookRow[] = [
  composite(
    { kind: 'toy', ...described },
    {
      sync: syncToy,
      customize: () => ({ relatedResources: [{ apiVersion: 'v1', resource: 'secrets' }] }),
      finalize: (request: SyncRequest) => ({
        status: { finalize: true, ...seen(request) },
        children: [],
        finalized: true,
      }),
    },
  ),
  composite({ kind: 'plain-toy', ...described }, { sync: syncToy }),
  decorator(
    { kind: 'toy-labels', ...described },
    {
      sync: ({ object, finalizing }: DecoratorRequest) => ({
        labels: { seen: object.metadata.name, gone: null },
        annotations: { finalizing: String(finalizing) },
        attachments: [],
      }),
    },
  ),
];

/** The app over these rows; every option can be replaced. */
export function toyApp(options: Partial<AppOptions> = {}): Express {
  return createApp({
    rows: TOY_ROWS,
    rulesVersion: 'v1',
    metrics: createMetrics(false),
    clock: () => NOW,
    log: createLog('silent'),
    gate: createGate({ requests: 100, bufferedBytes: 1 << 26 }),
    admission: { tokens: undefined, clientCertificate: false },
    bodyLimitBytes: 1 << 20,
    dev: false,
    draining: () => false,
    ...options,
  });
}

/** A row whose sync is this function. */
export function rowOf(sync: (request: SyncRequest) => unknown): HookRow {
  return composite({ kind: 'toy', ...described }, { sync: sync as typeof syncToy });
}

/** A complete request of the toy route, with these fields replaced. */
export function toyRequest(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { parent: toyParent(), children: { 'Job.batch/v1': {} }, related: {}, finalizing: false, ...fields };
}

export function toyParent(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    apiVersion: 'toys.example.com/v1',
    kind: 'Toy',
    metadata: { name: 'bear', namespace: 'demo', uid: 'u-1', generation: 1, creationTimestamp: '2026-01-05T01:00:00Z' },
    spec: {},
    ...fields,
  };
}

export function toyJob(name: string, metadata: Record<string, unknown> = {}): Record<string, unknown> {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'demo', uid: `u-${name}`, ...metadata } };
}

/** A log that keeps its lines. */
export function keptLog(level: 'debug' | 'info' = 'info'): { readonly log: Log; readonly lines: () => string } {
  const lines: string[] = [];
  return { log: createLog(level, { write: (line) => void lines.push(line) }), lines: () => lines.join('') };
}
