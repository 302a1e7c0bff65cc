/** The process: arguments and environment in, a listening service until SIGTERM. The only file that reads either. */
import { createApp } from './app.ts';
import { createLog } from './http/log.ts';
import { createMetrics } from './http/metrics.ts';
import type { Service } from './http/endpoint.ts';
import { helpText, optionsOf } from './http/options.ts';
import { start } from './http/process.ts';
import { ROUTES, RULES_VERSION } from './routes.ts';

async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2), process.env);
  if (options.help) {
    process.stdout.write(helpText());
    return;
  }
  const log = createLog(options.logLevel);
  if (options.tokenFile === undefined && options.clientCa === undefined && !options.dev) {
    log.warn({}, 'no --token-file and no --client-ca: whoever reaches the port may call the hooks');
  }
  const running = await start(options, { log, clock: Date.now, appOf: appOf });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void running.stop().then(() => process.exit(0)));
  }
}

function appOf(service: Service): ReturnType<typeof createApp> {
  const metrics = createMetrics(true);
  metrics.observeGate(service.gate);
  return createApp({ ...service, rows: ROUTES, rulesVersion: RULES_VERSION, metrics });
}

main().catch((error: unknown) => {
  const { message } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`metastash-hooks: ${message}\nSee --help.\n`);
  process.exitCode = 1;
});
