/** The environment of a mover, read once at the edge. Nothing else in mover/ looks at process.env. */
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { TASK_ENV } from '../hooks/domain/task.ts';

/** The API server as Kubernetes tells every container where it is. */
export interface ServerAddress {
  readonly host: string;
  readonly port: string;
}

export interface Settings {
  /** `METASTASH_TASK`, undecoded. */
  readonly taskText: string | undefined;
  /** Everything on disk is found below it (`METASTASH_ROOT`, default `/`). */
  readonly root: string;
  /** Where the file form of the Kubernetes interface lives (`METASTASH_FILES`). */
  readonly files: string | undefined;
  /** The Pod's API server; undefined where KUBECONFIG is to be used. */
  readonly apiServer: ServerAddress | undefined;
  /** The restic program (`METASTASH_RESTIC`, default `restic` on PATH). */
  readonly restic: string;
  readonly podUid: string;
  readonly podName: string;
  readonly podNamespace: string;
  readonly jobName: string | undefined;
  readonly jobUid: string | undefined;
  /** How long to wait for the TaskReport and its RBAC (`METASTASH_REPORT_WAIT_SECONDS`). */
  readonly reportWaitSeconds: number;
  /** What child processes may inherit. */
  readonly inherited: Readonly<Record<string, string>>;
}

/**
 * Variables that restic may see of ours: where programs are, how to reach the network, and workload identities. Every
 * other one stays here, so that a stray RESTIC_REPOSITORY or LD_PRELOAD changes nothing (faults.md B67).
 */
const INHERITED = [
  ...['PATH', 'HOME', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_REGION', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'],
  ...['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', 'AWS_STS_REGIONAL_ENDPOINTS'],
  ...[
    'AZURE_CLIENT_ID',
    'AZURE_TENANT_ID',
    'AZURE_FEDERATED_TOKEN_FILE',
    'AZURE_AUTHORITY_HOST',
    'AZURE_ENDPOINT_SUFFIX',
  ],
];

const DEFAULT_REPORT_WAIT_SECONDS = 300;

/** The settings that this environment makes; what is absent gets the default of a container in a cluster. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Settings {
  return {
    taskText: env[TASK_ENV],
    root: resolve(env['METASTASH_ROOT'] || '/'),
    files: env['METASTASH_FILES'] || undefined,
    apiServer: apiServerOf(env),
    restic: env['METASTASH_RESTIC'] || 'restic',
    podUid: env['POD_UID'] || randomUUID(),
    podName: env['POD_NAME'] || env['HOSTNAME'] || '',
    podNamespace: env['POD_NAMESPACE'] || 'default',
    jobName: env['JOB_NAME'] || undefined,
    jobUid: env['JOB_UID'] || undefined,
    reportWaitSeconds: secondsOf(env['METASTASH_REPORT_WAIT_SECONDS'], DEFAULT_REPORT_WAIT_SECONDS),
    inherited: Object.fromEntries(INHERITED.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  };
}

function apiServerOf(env: Readonly<Record<string, string | undefined>>): ServerAddress | undefined {
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  return host && !KUBECONFIG ? { host, port: port || '443' } : undefined;
}

/** Where an absolute path of the container lies in this process: below the root. */
export function placed(root: string, path: string): string {
  return join(root, path);
}

function secondsOf(text: string | undefined, otherwise: number): number {
  const seconds = Number(text);
  return text && Number.isFinite(seconds) && seconds >= 0 ? seconds : otherwise;
}
