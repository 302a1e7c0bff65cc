/**
 * A cluster on a virtual clock: the API server, Kubernetes' controllers, Metacontroller with our manifests as users install
 * them, the hooks called in this process through their real decoder and encoder, and played movers. Weeks pass in seconds,
 * and two runs of the same story write the same bytes.
 */
import { join } from 'node:path';
import { answerText } from '../../hooks/http/endpoint.ts';
import { hookErrorOf } from '../../hooks/http/refusal.ts';
import type { HookName, HookRow } from '../../hooks/http/row.ts';
import { ROUTES } from '../../hooks/routes.ts';
import { createApiServer, type SandboxApiServer } from '../api-server/server.ts';
import { sealed, textOf } from '../api-server/values.ts';
import { virtualClock, type VirtualClock } from '../clocks/virtual.ts';
import type { HookCaller } from '../metacontroller/hook-caller.ts';
import { createHost, type Host } from '../metacontroller/host.ts';
import { playedBackend } from '../node/played-backend.ts';
import { startPlayedMovers, type PlayedMoverOptions } from '../node/played-mover.ts';
import { startControllers } from './controllers.ts';
import { apply, manifestsIn, type Manifest } from './manifests.ts';
import { recordedWrites, type HostWrite } from './recorded-writes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** A Monday. */
export const VIRTUAL_START = Date.parse('2026-01-05T00:00:00Z');

/** One question of Metacontroller and what it was answered. */
export interface HookCall {
  readonly row: HookRow;
  readonly hook: HookName;
  readonly now: number;
  readonly body: string;
  readonly code: number;
  readonly answer: string;
}

export interface VirtualCluster {
  readonly api: SandboxApiServer;
  readonly clock: VirtualClock;
  /** Lets this much time pass. */
  run(seconds: number): void;
  /** Kills Metacontroller, in the middle of whatever it does, and starts it again with empty caches. */
  restartHost(): void;
  /** Since the start, or since the list was emptied by its reader; Events are left out: they change nothing. */
  readonly writes: HostWrite[];
  readonly calls: HookCall[];
  /** Messages of SyncError and other warnings. */
  readonly warnings: string[];
  stop(): void;
}

export interface VirtualClusterOptions extends Partial<PlayedMoverOptions> {
  /** The order in which the host takes objects of one kind, which Go leaves to chance. */
  readonly shuffled?: <Item>(items: readonly Item[]) => readonly Item[];
  /** The instant of its first moment; VIRTUAL_START where none is given. */
  readonly start?: number;
  /** Called for every call in place of keeping it. */
  readonly onCall?: (call: HookCall) => void;
}

/** Starts everything and installs MetaStash; namespaces beside kube-system and default are the story's own. */
export function startVirtualCluster(options: VirtualClusterOptions = {}): VirtualCluster {
  const clock = virtualClock(options.start ?? VIRTUAL_START);
  const api = createApiServer(clock);
  const controllers = startControllers(api, clock, ['node-1']);
  const stopMovers = startPlayedMovers(api, clock, { backend: playedBackend(), ...options });
  for (const name of ['kube-system', 'default'])
    api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const folder of ['crds', 'catalog']) for (const manifest of installed(folder)) apply(api, manifest);
  const writes: HostWrite[] = [];
  const calls: HookCall[] = [];
  const warnings: string[] = [];
  const onCall = options.onCall ?? ((call: HookCall): void => void calls.push(call));
  const startHost = (): Host =>
    createHost(
      recordedWrites(api, (write) => writes.push(write)),
      clock,
      {
        hook: calling(clock, onCall),
        resolve: (webhook) => textOf(webhook['path']),
        ...(options.shuffled ? { shuffled: options.shuffled } : {}),
        onEvent: ({ type, object, message }) => {
          if (type === 'Warning') warnings.push(`${object.kind} ${object.metadata.name}: ${message}`);
        },
        onPanic: (message) => warnings.push(`Metacontroller died: ${message}`),
      },
    );
  let host = startHost();
  for (const manifest of installed('metacontroller')) apply(api, manifest);
  return {
    api,
    clock,
    run: (seconds) => clock.runUntil(clock.now() + seconds * 1000),
    restartHost: () => {
      host.stop();
      host = startHost();
    },
    writes,
    calls,
    warnings,
    stop: () => {
      host.stop();
      stopMovers();
      controllers.stop();
    },
  };
}

const parsed = new Map<string, readonly Manifest[]>();

/** Manifests of a folder that users install, read once: parsing the CRDs takes longer than a day in the cluster. */
export function installed(folder: string): readonly Manifest[] {
  const known = parsed.get(folder) ?? sealed(manifestsIn(join(ROOT, folder)));
  parsed.set(folder, known);
  return known;
}

/** What the service would answer to these bytes: a body and 200, or the catalogue's refusal. */
export function answerOf(body: string, row: HookRow, hook: HookName, now: number): { code: number; answer: string } {
  try {
    return { code: 200, answer: answerText(Buffer.from(body), { row, hook }, now, []) };
  } catch (thrown) {
    const error = hookErrorOf(thrown);
    const cause = error.cause instanceof Error ? ` ${error.cause.stack}` : '';
    return { code: error.status, answer: `${error.message}${cause}` };
  }
}

/** The hooks as Metacontroller calls them, without HTTP: bytes both ways, each call told once it is answered. */
export function calling(clock: { now(): number }, onCall: (call: HookCall) => void): HookCaller {
  return (url, request) => {
    const [, , kind = '', hook = ''] = url.split('/');
    const row = ROUTES.find((one) => one.kind === kind);
    if (!row?.hooks[hook as HookName]) throw new Error(`no route ${url}`);
    const body = JSON.stringify(request);
    const now = clock.now();
    const { code, answer } = answerOf(body, row, hook as HookName, now);
    onCall({ row, hook: hook as HookName, now, body, code, answer });
    return { code, headers: {}, body: answer };
  };
}
