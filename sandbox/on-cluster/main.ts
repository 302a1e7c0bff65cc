/**
 * Metacontroller's double as a program: the sandbox's host on the API server of a kubeconfig. For tests on machines where the
 * real Metacontroller cannot be had; never for production.
 *
 *   tsx sandbox/on-cluster/main.ts --kubeconfig=FILE --health-port=PORT [--workers=10]
 */
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { realClock } from '../clocks/real.ts';
import { createHostOn } from '../metacontroller/host.ts';
import { httpHook } from '../metacontroller/http-hook.ts';
import { connectionOf } from './connection.ts';
import { upstreamOf } from './upstream.ts';

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    'health-port': { type: 'string' },
    workers: { type: 'string', default: '10' },
  },
});
const log = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
if (!values.kubeconfig || !values['health-port']) {
  process.stderr.write('usage: main.ts --kubeconfig=FILE --health-port=PORT [--workers=10]\n');
  process.exit(2);
}
const clock = realClock();
const upstream = await upstreamOf(await connectionOf(values.kubeconfig), clock, log);
const host = createHostOn(upstream, clock, {
  hook: httpHook(),
  workers: Number(values.workers),
  onEvent: ({ type, reason, object, message }) =>
    log(`${type} ${reason} ${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}: ${message}`),
  onPanic: (message) => {
    log(message);
    process.exit(2);
  },
});
createServer((_request, response) => response.end('ok')).listen(Number(values['health-port']), '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    host.stop();
    upstream.stop();
    process.exit(0);
  });
}
