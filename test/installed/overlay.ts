/** One overlay of kustomize/overlays on the cluster of KUBECONFIG, and what its Pods would be, run as processes. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { built, KUSTOMIZE, type Built } from '../cluster/kustomize/builds.ts';
import { apply, definitionsAreServed, kubectl } from '../e2e/kubectl.ts';

/** The namespace of every overlay. */
export const NAMESPACE = 'metastash';

/** Kinds of projects that this cluster does not have. */
const FOREIGN = ['cert-manager.io/', 'monitoring.coreos.com/'];

interface Container {
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly args?: readonly string[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName: string };
}

interface PodSpec {
  readonly containers: readonly [Container];
  readonly volumes?: readonly Volume[];
}

export interface Overlay {
  readonly objects: readonly Built[];
  readonly hooks: PodSpec;
  readonly metacontroller: PodSpec;
}

/** Applies it as docs/install.md says, by the server. What runs in Pods is applied too, and waits for a node. */
export async function installOverlay(name: string): Promise<Overlay> {
  kubectl(['apply', '--server-side', '--force-conflicts', '-k', join(KUSTOMIZE, 'crds')]);
  await definitionsAreServed();
  const objects = (await built(join(KUSTOMIZE, 'overlays', name))).filter(
    (one) => !FOREIGN.some((group) => one.apiVersion.startsWith(group)),
  );
  apply(objects.map((one) => stringify(one)).join('---\n'), '--server-side', '--force-conflicts');
  return {
    objects,
    hooks: podOf(objects, 'Deployment', 'metastash-hooks'),
    metacontroller: podOf(objects, 'StatefulSet', 'metastash-metacontroller'),
  };
}

/** Makes the Secrets anew by kustomize/credentials.sh, which leaves alone what is there. */
export function makeCredentials(...kept: readonly string[]): void {
  const names = ['metastash-hooks-tls', 'metastash-hooks-token'].filter((name) => !kept.includes(name));
  kubectl(['delete', 'secret', '-n', NAMESPACE, '--ignore-not-found', ...names]);
  execFileSync(join(KUSTOMIZE, 'credentials.sh'), [], { stdio: 'ignore' });
}

function podOf(objects: readonly Built[], kind: string, name: string): PodSpec {
  const found = objects.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`the overlay has no ${kind} ${name}`);
  return (found['spec'] as { readonly template: { readonly spec: PodSpec } }).template.spec;
}

/** Writes the Secrets that a Pod mounts below `folder`, as a kubelet would below /. */
export function mountSecrets(folder: string, { containers: [container], volumes = [] }: PodSpec): void {
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    const { secret } = volumes.find((one) => one.name === name) ?? {};
    if (!secret) continue;
    for (const [key, value] of Object.entries(secretData(secret.secretName))) {
      const file = join(folder, mountPath, key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, value, { mode: 0o600 });
    }
  }
}

/** The container's environment, with paths of mounts led below `folder`. */
export function environmentOf(folder: string, { containers: [container] }: PodSpec): Readonly<Record<string, string>> {
  const places = (container.volumeMounts ?? []).map(({ mountPath }) => mountPath);
  const entries = (container.env ?? []).map(({ name, value }) => {
    const isMounted = places.some((place) => value.startsWith(`${place}/`));
    return [name, isMounted ? join(folder, value) : value] as const;
  });
  return Object.fromEntries(entries);
}

/** What stands in a Secret of the install's namespace. */
export function secretData(name: string): Readonly<Record<string, Buffer>> {
  const text = kubectl(['get', 'secret', name, '-n', NAMESPACE, '-o', 'json']);
  const { data = {} } = JSON.parse(text) as { readonly data?: Readonly<Record<string, string>> };
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
}
