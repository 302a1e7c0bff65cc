/** Prometheus metrics. Labels come from the route table and the error catalogue alone, never from a request. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { ErrorCode } from './errors.ts';
import type { Gate } from './gate.ts';

/** Counts for one hook; made once per route, so that a request pays for no label lookup. */
export interface HookMetrics {
  readonly answered: (seconds: number, bodyBytes: number) => void;
  readonly refused: (code: ErrorCode) => void;
}

export interface Metrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  readonly hook: (kind: string, hook: string) => HookMetrics;
  readonly observeGate: (gate: Gate) => void;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const BYTES = [4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 33554432];

/** A registry of its own, so that two apps in one process do not meet. `processMetrics` adds those of Node itself. */
export function createMetrics(processMetrics: boolean): Metrics {
  const registry = new Registry();
  if (processMetrics) collectDefaultMetrics({ register: registry });
  const labelNames = ['kind', 'hook'] as const;
  const shared = { labelNames, registers: [registry] };
  const seconds = new Histogram({
    name: 'metastash_hook_duration_seconds',
    help: 'Time from the whole body to the answer: decode, hook, encode.',
    buckets: SECONDS,
    ...shared,
  });
  const bytes = new Histogram({
    name: 'metastash_hook_request_bytes',
    help: 'Size of request bodies; a Repository sends about 6 KB per Snapshot.',
    buckets: BYTES,
    ...shared,
  });
  const refusals = new Counter({
    name: 'metastash_hook_refusals_total',
    help: 'Requests refused, by code of the error catalogue (docs/errors.md).',
    labelNames: [...labelNames, 'code'],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    hook: (kind, hook) => {
      const [time, size] = [seconds.labels(kind, hook), bytes.labels(kind, hook)];
      return {
        answered: (taken, bodyBytes) => {
          time.observe(taken);
          size.observe(bodyBytes);
        },
        refused: (code) => refusals.inc({ kind, hook, code }),
      };
    },
    observeGate: (gate) => {
      gauge(
        registry,
        'metastash_requests_in_flight',
        'Requests that are being read or answered.',
        () => gate.load().requests,
      );
      gauge(registry, 'metastash_buffered_bytes', 'Bytes of bodies held for them.', () => gate.load().bufferedBytes);
    },
  };
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}
