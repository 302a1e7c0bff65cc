/** One configuration on a virtual cluster, the quickstart's Deployment, changed as a story needs it, and what its sessions say. */
import type { HookTask, Task } from '../../hooks/domain/task.ts';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { apply, manifestsOf, type Manifest } from '../../sandbox/cluster/manifests.ts';
import {
  startVirtualCluster,
  type VirtualCluster,
  type VirtualClusterOptions,
} from '../../sandbox/cluster/virtual-cluster.ts';
import type { PlayedOutcome } from '../../sandbox/node/played-mover.ts';
import { manifestsAt, QUICKSTART, type Condition } from './virtual-stories.ts';

export const CORE = 'core.kubestash.com/v1alpha1';
export const STORAGE = 'storage.kubestash.com/v1alpha1';
export const NAMESPACE = 'demo';
export const CONFIGURATION = 'gallery';

export interface HookWords {
  readonly name: string;
  readonly phase: string;
  readonly message?: string;
}

export interface SessionStatus {
  readonly phase?: string;
  readonly conditions?: readonly Condition[];
  readonly hooks?: { readonly preHooks?: readonly HookWords[]; readonly postHooks?: readonly HookWords[] };
  readonly snapshots?: readonly { readonly name: string; readonly phase: string; readonly message?: string }[];
  readonly nextRetry?: string;
  readonly retried?: boolean;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly metastash?: unknown;
}

export interface StoryOptions extends Omit<VirtualClusterOptions, 'outcomeOf'> {
  readonly outcomeOf?: (task: Task) => PlayedOutcome;
}

export class SessionStory {
  readonly cluster: VirtualCluster;
  /** Hooks by name and backups, in the order in which their movers began. */
  readonly began: string[] = [];
  readonly hooks: HookTask[] = [];

  constructor({ outcomeOf = () => ({ outcome: 'succeeds' }), ...options }: StoryOptions = {}) {
    this.cluster = startVirtualCluster({
      ...options,
      outcomeOf: (task) => {
        if (task.task === 'hook') this.hooks.push(task);
        if (task.task === 'hook') this.began.push(task.hook);
        if (task.task === 'backup' || task.task === 'restore') this.began.push(task.task);
        return outcomeOf(task);
      },
    });
  }

  /** Applies the quickstart with its one configuration changed, and whatever else the story has. */
  start(
    session: object,
    { spec = {}, manifests = [] }: { readonly spec?: object; readonly manifests?: readonly Manifest[] } = {},
  ): void {
    for (const manifest of manifests.filter((one) => one.kind !== 'BackupConfiguration')) {
      if (manifest.kind === 'Namespace') apply(this.cluster.api, manifest);
    }
    for (const manifest of manifestsAt(QUICKSTART)) {
      if (manifest.kind === 'BackupConfiguration' && manifest.metadata.name !== CONFIGURATION) continue;
      apply(this.cluster.api, manifest.kind === 'BackupConfiguration' ? changed(manifest, session, spec) : manifest);
      if (manifest.kind === 'Namespace') for (const own of manifests) apply(this.cluster.api, own);
    }
  }

  run(minutes: number): this {
    this.cluster.run(minutes * 60);
    return this;
  }

  /** The configuration's BackupSessions, oldest first. */
  sessions(): readonly StoredObject[] {
    return [...this.cluster.api.list(CORE, 'BackupSession', NAMESPACE)].sort((left, right) =>
      left.metadata.creationTimestamp < right.metadata.creationTimestamp ? -1 : 1,
    );
  }

  status(index = 0): SessionStatus {
    return (this.sessions().at(index)?.['status'] ?? {}) as SessionStatus;
  }

  condition(type: string, index = 0): Condition | undefined {
    return this.status(index).conditions?.find((one) => one.type === type);
  }

  patchConfiguration(patch: object): void {
    const key = { apiVersion: CORE, kind: 'BackupConfiguration', namespace: NAMESPACE, name: CONFIGURATION };
    this.cluster.api.patch(key, patch);
  }

  /** A BackupSession as a user writes one. */
  byHand(name: string, spec: object = {}): void {
    const invoker = { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: CONFIGURATION };
    apply(this.cluster.api, {
      apiVersion: CORE,
      kind: 'BackupSession',
      metadata: { name, namespace: NAMESPACE },
      spec: { invoker, session: 'nightly', ...spec },
    });
  }

  annotate(session: StoredObject, annotations: Readonly<Record<string, string>>): void {
    const { apiVersion, kind, metadata } = session;
    this.cluster.api.patch(
      { apiVersion, kind, namespace: NAMESPACE, name: metadata.name },
      { metadata: { annotations } },
    );
  }

  stop(): void {
    this.cluster.stop();
  }
}

/** Manifests of a path below test/world/scenarios. */
export function scenario(name: string): readonly Manifest[] {
  return manifestsOf(`${import.meta.dirname}/scenarios/${name}.yaml`);
}

function changed(manifest: Manifest, session: object, spec: object): Manifest {
  const own = manifest['spec'] as { readonly sessions: readonly object[] };
  return { ...manifest, spec: { ...own, sessions: [{ ...own.sessions[0], ...session }], ...spec } };
}
