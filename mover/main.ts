#!/usr/bin/env node
/** The process: argv, environment, signals and exit code around run.ts. */
import { constants } from 'node:os';
import { commandFrom } from './command.ts';
import { EXIT_CODE, runMover } from './run.ts';
import { settingsFrom } from './settings.ts';

const line = commandFrom(process.argv.slice(2));
if ('help' in line) process.stdout.write(line.help);
else if ('usageError' in line) {
  process.stderr.write(`${line.usageError}\nmetastash-mover --help lists commands and options.\n`);
  process.exitCode = EXIT_CODE.usage;
} else {
  const stop = new AbortController();
  let stoppedBy: NodeJS.Signals | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stoppedBy ??= signal;
      stop.abort();
    });
  }
  const code = await runMover(line, settingsFrom(process.env), {
    signal: stop.signal,
    now: () => new Date(),
    write: (text) => process.stderr.write(`${new Date().toISOString()} ${text}\n`),
  });
  const stopped = stoppedBy !== undefined && code !== EXIT_CODE.done;
  // Handles of libraries (keep-alive sockets) must not hold a finished mover.
  process.exit(stopped && stoppedBy ? 128 + constants.signals[stoppedBy] : code);
}
