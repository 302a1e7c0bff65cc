/** A Pod's way to its API server, without Kubernetes' client library: loading that takes longer than all requests of a backup. */
import { readFile } from 'node:fs/promises';
import https from 'node:https';
import { join } from 'node:path';
import type { ServerAddress } from '../settings.ts';
import type { ApiConnection } from './api.ts';
import { KubeError } from './kube-error.ts';

/** Where every Pod with a ServiceAccount finds its credentials. */
const CREDENTIALS = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The connection of the Pod's ServiceAccount to the API server at this address. */
export function serviceAccountConnection({ host, port }: ServerAddress, folder: string = CREDENTIALS): ApiConnection {
  const server = new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`);
  let agent: https.Agent | undefined;
  return async () => {
    const token = await credential(folder, 'token');
    agent ??= new https.Agent({ keepAlive: true, ca: await credential(folder, 'ca.crt') });
    return { server, agent, headers: { authorization: `Bearer ${token.trim()}` } };
  };
}

async function credential(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  return readFile(path, 'utf8').catch((thrown: unknown) => {
    throw new KubeError('unavailable', `the ServiceAccount's ${path} cannot be read`, thrown);
  });
}
