/** Waiting until a cluster has come to rest, as the audit log tells: no write by Metacontroller for a while. */
import { setTimeout as sleep } from 'node:timers/promises';
import { auditFromNow, isWrite } from './audit.ts';
import { METACONTROLLER_USER } from './installation.ts';

const QUIET_MS = 4000;
const LIMIT_MS = 300_000;

/** Resolves when Metacontroller has written nothing for four seconds, Events apart. Throws after five minutes. */
export async function settle(quietMs = QUIET_MS): Promise<void> {
  const audit = auditFromNow();
  const deadline = Date.now() + LIMIT_MS;
  for (let since = Date.now(); Date.now() - since < quietMs; await sleep(250)) {
    const wrote = audit().some((one) => one.user === METACONTROLLER_USER && isWrite(one) && one.resource !== 'events');
    if (wrote) since = Date.now();
    if (Date.now() > deadline) throw new Error('Metacontroller has not stopped writing for five minutes');
  }
}
