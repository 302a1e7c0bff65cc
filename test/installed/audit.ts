/** The API server's audit log: who did what, and how often. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';

export interface AuditedRequest {
  readonly user: string;
  readonly verb: string;
  /** `batch`; empty for the core group. */
  readonly group: string;
  /** `jobs`, `repositories/status`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** HTTP status. */
  readonly code: number;
}

interface Line {
  readonly user?: { readonly username?: string };
  readonly verb?: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** Where the API server of KUBECONFIG writes its audit log (test/installed/audit-policy.yaml). */
export const AUDIT_LOG = process.env['AUDIT_LOG'] ?? '';

/** Follows the log from where it ends now. Each call gives what was added since the call before. */
export function auditFromNow(path: string = AUDIT_LOG): () => readonly AuditedRequest[] {
  if (!existsSync(path)) throw new Error('AUDIT_LOG must name the audit log of the API server in KUBECONFIG');
  let read = statSync(path).size;
  let rest = '';
  return () => {
    const size = statSync(path).size;
    const bytes = Buffer.alloc(size - read);
    const file = openSync(path, 'r');
    readSync(file, bytes, 0, bytes.length, read);
    closeSync(file);
    read = size;
    const lines = `${rest}${bytes.toString()}`.split('\n');
    rest = lines.pop() ?? '';
    return lines.map((line) => requestOf(JSON.parse(line) as Line)).filter(({ resource }) => resource !== '');
  };
}

function requestOf({ user, verb = '', objectRef = {}, responseStatus }: Line): AuditedRequest {
  const { apiGroup: group = '', resource = '', subresource, namespace = '', name = '' } = objectRef;
  return {
    user: user?.username ?? '',
    verb,
    group,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    namespace,
    name,
    code: responseStatus?.code ?? 0,
  };
}

/** Whether it changed something, or tried to. */
export function isWrite({ verb }: AuditedRequest): boolean {
  return WRITES.includes(verb);
}

/** `batch/jobs create`: the form of test/kustomize/rights.ts. */
export function rightOf({ group, resource, verb }: AuditedRequest): string {
  return `${group}/${resource} ${verb}`;
}

/** How many of each, most first. */
export function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1)));
}
