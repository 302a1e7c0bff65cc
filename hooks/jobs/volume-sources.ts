/** What kinds of Pod volumes mean to a backup. */
import type { PodVolume } from '../kube/workload.ts';

/** Made with the Pod and gone with it: no other Pod can mount them. */
const POD_BOUND = ['emptyDir', 'ephemeral', 'downwardAPI', 'gitRepo'];
/** Mountable elsewhere, but their content comes from objects that GitOps keeps, or from Kubernetes itself. */
const DERIVED = ['configMap', 'secret', 'projected', 'image'];
/** Inline CSI drivers that show Secrets and certificates: their files must not reach a backup unasked. */
const SECRET_DRIVERS = ['secrets-store.csi.k8s.io', 'csi.cert-manager.io'];

/** The source field of a volume: `persistentVolumeClaim`, `hostPath`, `emptyDir`, …; undefined where there is none. */
export function sourceOf(volume: PodVolume): string | undefined {
  return Object.keys(volume).find((field) => field !== 'name' && volume[field] !== undefined);
}

/** Whether another Pod can mount the volume at all. */
export function isMountable(volume: PodVolume): boolean {
  const source = sourceOf(volume);
  return source !== undefined && !POD_BOUND.includes(source);
}

/** Whether the volume holds data that outlives Pods and is nobody else's copy. */
export function isLasting(volume: PodVolume): boolean {
  const source = sourceOf(volume);
  if (source === undefined || POD_BOUND.includes(source) || DERIVED.includes(source)) return false;
  const driver = source === 'csi' ? (volume['csi'] as { readonly driver?: string } | undefined)?.driver : undefined;
  return driver === undefined || !SECRET_DRIVERS.includes(driver);
}
