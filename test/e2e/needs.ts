/** What the end-to-end tests cannot do without. Nothing is skipped: they fail, and say what is missing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isThere, list } from './kubectl.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/** Loads a folder as an image: `$E2E_LOAD_IMAGE NAME ROOTFS ENTRYPOINT…`. */
export const LOADER = process.env['E2E_LOAD_IMAGE'];

/** A folder that gets every new answer of the hooks with its question, as golden cases (recorder.ts). */
export const TRACES = process.env['E2E_TRACES'];

/**
 * Who calls the hooks: Metacontroller where it is on PATH, else the sandbox's host (sandbox/on-cluster). E2E_HOST decides
 * otherwise. setup.ts says which it was.
 */
export const HOST: 'metacontroller' | 'sandbox' = hostFrom(process.env['E2E_HOST']);

function hostFrom(wanted: string | undefined): 'metacontroller' | 'sandbox' {
  if (wanted === 'metacontroller' || wanted === 'sandbox') return wanted;
  if (wanted) throw new Error(`E2E_HOST is ${JSON.stringify(wanted)}; it is metacontroller or sandbox`);
  return isThere('metacontroller') ? 'metacontroller' : 'sandbox';
}

/** Throws one error that lists everything missing on this machine and in the cluster. */
export function checkNeeds(namespaces: readonly string[]): void {
  const missing = [...missingHere(), ...(process.env['KUBECONFIG'] ? missingInCluster(namespaces) : [])];
  if (missing.length > 0) throw new Error(`the end-to-end tests cannot run:\n  - ${missing.join('\n  - ')}`);
}

function missingHere(): readonly string[] {
  const facts: readonly (readonly [boolean, string])[] = [
    [process.getuid?.() === 0, 'root: volumes of the node are written and compared on this machine'],
    [Boolean(process.env['KUBECONFIG']), 'KUBECONFIG of a cluster that may be written to, with a node on this machine'],
    [isThere('kubectl'), 'kubectl on PATH'],
    [HOST === 'sandbox' || isThere('metacontroller'), 'metacontroller v4.17 on PATH, since E2E_HOST asks for it'],
    [
      Boolean(LOADER),
      'E2E_LOAD_IMAGE: a program that loads a folder as an image into the node (NAME FOLDER ENTRYPOINT…)',
    ],
    [existsSync('/bin/busybox'), '/bin/busybox, statically linked (Debian package busybox-static), for the workloads'],
    ...['hooks.js', 'mover.js'].map(
      (file) => [existsSync(join(ROOT, 'build', file)), `build/${file}: make build`] as const,
    ),
  ];
  return facts.filter(([there]) => !there).map(([, what]) => what);
}

function missingInCluster(namespaces: readonly string[]): readonly string[] {
  const nodes = list('nodes').filter((node) =>
    node.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'),
  );
  const taken = list('namespaces')
    .map((one) => one.metadata.name)
    .filter((name) => namespaces.includes(name));
  return [
    ...(nodes.length === 1
      ? []
      : [`exactly one Ready node (${nodes.length} found): volumes are folders of this machine`]),
    ...taken.map((name) => `namespace ${name} must not exist yet: kubectl delete namespace ${name}`),
  ];
}
