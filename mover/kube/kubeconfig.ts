/** The API server of a kubeconfig file: how a mover is run by hand, outside a cluster. */
import https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { ApiConnection } from './api.ts';
import { KubeError } from './kube-error.ts';

/** The connection that KUBECONFIG's current context names, or the one of the user's own file. */
export function kubeconfigConnection(): ApiConnection {
  const config = new KubeConfig();
  config.loadFromDefault();
  const address = config.getCurrentCluster()?.server;
  return async () => {
    if (!address) throw new KubeError('unavailable', 'neither a ServiceAccount nor a KUBECONFIG names an API server');
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    if (!(options.agent instanceof https.Agent)) {
      throw new KubeError('unavailable', `the API server at ${address} is not reached by https`);
    }
    const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
    return { server: new URL(address), agent: options.agent, headers: Object.fromEntries(headers) };
  };
}
