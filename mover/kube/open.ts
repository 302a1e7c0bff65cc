/** Which form of Kubernetes this process has. */
import type { Settings } from '../settings.ts';
import type { Kube } from './kube.ts';

/** Files where METASTASH_FILES is set, else the API server (in-cluster or KUBECONFIG). */
export async function openKube(settings: Settings): Promise<Kube> {
  if (settings.files !== undefined) return (await import('./files.ts')).filesKube(settings.files);
  return (await import('./api.ts')).apiKube();
}
