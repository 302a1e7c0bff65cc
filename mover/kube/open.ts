/** Which form of Kubernetes this process has. */
import type { Settings } from '../settings.ts';
import type { Kube } from './kube.ts';

/** Files where METASTASH_FILES is set, else the API server: the Pod's own, or that of KUBECONFIG. */
export async function openKube(settings: Settings): Promise<Kube> {
  if (settings.files !== undefined) return (await import('./files.ts')).filesKube(settings.files);
  const { apiKube } = await import('./api.ts');
  if (settings.apiServer) {
    const { serviceAccountConnection } = await import('./service-account.ts');
    return apiKube(serviceAccountConnection(settings.apiServer));
  }
  return apiKube((await import('./kubeconfig.ts')).kubeconfigConnection());
}
