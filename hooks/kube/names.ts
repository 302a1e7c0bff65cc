/** Names of objects we make: deterministic, inside Kubernetes' limits, and KubeStash's own where it has them. */
import { hash } from 'node:crypto';

const MAX_NAME = 63;

/**
 * KubeStash's joiner: non-empty parts with `-`; a longer name keeps its first 32 and last 31 characters
 * (kubestash/apimachinery; kubestash-api.md §2.3). Two long names can meet: use `uniqueName` for what must not.
 */
export function joinedName(...parts: readonly string[]): string {
  const whole = parts.filter((part) => part !== '').join('-');
  if (whole.length <= MAX_NAME) return whole;
  return `${whole.slice(0, 32)}${whole.slice(-31)}`.replace(/^-+|-+$/g, '');
}

/** The parts as a DNS label of at most `limit` characters; ends in a hash of `seed` and parts, so that no two names meet. */
export function uniqueName(parts: readonly string[], seed: string, limit: number = MAX_NAME): string {
  const digest = shortHash([seed, ...parts].join('\n'));
  const readable = dnsLabel(parts.filter((part) => part !== '').join('-')).slice(0, limit - digest.length - 1);
  return `${readable.replace(/-+$/, '')}-${digest}`;
}

/** Eight hex digits of sha256: enough to keep names of one namespace apart, short enough to read. */
export function shortHash(text: string): string {
  return hash('sha256', text).slice(0, 8);
}

function dnsLabel(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '');
}

/** A BackupSession of this tick: `<invoker>-<session>-<unix seconds>`. */
export function backupSessionName(invoker: string, session: string, unixSeconds: number): string {
  return joinedName(invoker, session, String(unixSeconds));
}

/** The Snapshot that a BackupSession makes in a Repository: `<repository>-<backupsession>`. */
export function snapshotName(repository: string, backupSession: string): string {
  const match = /^(.*)-(\d+)$/.exec(backupSession);
  return match ? joinedName(repository, match[1] ?? '', match[2] ?? '') : joinedName(repository, backupSession);
}

/**
 * The CronJob of a session: `trigger-<bc>-<session>`, at most 52 characters since its Jobs append the tick (Kubernetes
 * validation). The plain name is kept only where it can be split one way: `a-b` + `c` and `a` + `b-c` would meet.
 */
export function triggerName(backupConfiguration: string, session: string): string {
  const whole = `trigger-${backupConfiguration}-${session}`;
  if (whole.length <= 52 && !session.includes('-')) return whole;
  return uniqueName(['trigger', backupConfiguration, session], `${backupConfiguration}/${session}`, 52);
}

/** The Lease by which a BackupConfiguration gives one of its sessions the turn: `turn-<bc>`. */
export function turnName(backupConfiguration: string): string {
  const whole = `turn-${backupConfiguration}`;
  return whole.length <= MAX_NAME ? whole : uniqueName(['turn', backupConfiguration], backupConfiguration);
}

/** The ServiceAccount of an object's hooks. By uid too: an object that is made again must not meet the account of the one that is going. */
export function hookAccountName({ name, uid }: { readonly name: string; readonly uid: string }): string {
  return uniqueName(['hook', name], uid);
}

/** The Role that lets an object's hooks run commands in Pods. */
export function hookExecRoleName({ name, uid }: { readonly name: string; readonly uid: string }): string {
  return uniqueName(['hook-exec', name], uid);
}

/** An object's name as a label value: itself where Kubernetes allows it, else cut with a hash, so that no two names meet. */
export function labelValue(name: string): string {
  return name.length <= MAX_NAME ? name : uniqueName([name], name);
}
