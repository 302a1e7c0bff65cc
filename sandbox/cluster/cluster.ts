/** A cluster in this process: API server, Kubernetes' controllers, Metacontroller with our controllers, and nodes that run the mover. */
import { join } from 'node:path';
import { textOf } from '../api-server/values.ts';
import { createApiServer, type SandboxApiServer } from '../api-server/server.ts';
import { uniqueIdentifiers } from '../api-server/identifiers.ts';
import { realClock } from '../clocks/real.ts';
import { startKubelets } from '../node/kubelet.ts';
import { createWorld, type World } from '../node/world.ts';
import { createHost } from '../metacontroller/host.ts';
import { httpHook } from '../metacontroller/http-hook.ts';
import { startControllers } from './controllers.ts';
import { apply, manifestsIn } from './manifests.ts';

/** One node, so that a hostPath storage is the same directory for every Job, as it must be on a real cluster. */
const NODES = ['node-1'];
const MOVER_IMAGE = /^metastash\/mover[:@]/;

export interface Cluster {
  readonly api: SandboxApiServer;
  readonly world: World;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** The project's folder. */
  readonly root: string;
  /** Where the cluster's disks are. */
  readonly directory: string;
  readonly hooksUrl: string;
}

/** Starts everything and installs MetaStash: CRDs, catalogue and controllers, from the files that users install. */
export function startCluster({ root, directory, hooksUrl }: ClusterOptions): Cluster {
  const clock = realClock();
  const api = createApiServer(clock, { identifiers: uniqueIdentifiers() });
  const world = createWorld(directory);
  const env = environmentOfMovers();
  const controllers = startControllers(api, clock, NODES);
  const stopKubelets = startKubelets(api, clock, {
    world,
    commandOf: (container) =>
      MOVER_IMAGE.test(container.image) ? [process.execPath, join(root, 'build', 'mover.js')] : undefined,
    env,
  });
  for (const name of ['kube-system', 'default'])
    api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const folder of ['crds', 'catalog'])
    for (const manifest of manifestsIn(join(root, folder))) apply(api, manifest);
  const host = createHost(api, clock, {
    hook: httpHook(),
    resolve: (webhook) => `${hooksUrl}${textOf(webhook['path'])}`,
  });
  for (const manifest of manifestsIn(join(root, 'metacontroller'))) apply(api, manifest);
  return {
    api,
    world,
    stop: async () => {
      host.stop();
      stopKubelets();
      controllers.stop();
    },
  };
}

/** What a mover needs of this machine: the search path, a home for nothing, and the restic that make found. */
function environmentOfMovers(): Readonly<Record<string, string>> {
  const { PATH = '', METASTASH_RESTIC } = process.env;
  return { PATH, ...(METASTASH_RESTIC === undefined ? {} : { METASTASH_RESTIC }) };
}
