/** A sandbox cluster for one test: real hooks over HTTP, real mover and restic, the disks in a temporary folder. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { startCluster, type Cluster } from '../../sandbox/cluster/cluster.ts';
import { startHooks, type HooksService } from '../../sandbox/cluster/hooks-service.ts';
import { apply, manifestsOf, type Manifest } from '../../sandbox/cluster/manifests.ts';
import { waitFor, wordsOf } from '../../sandbox/demo/wait.ts';

export const CORE = 'core.kubestash.com/v1alpha1';
export const STORAGE = 'storage.kubestash.com/v1alpha1';
const root = join(import.meta.dirname, '..', '..');

export interface TestWorld extends Cluster {
  /** Applies a file of test/world/scenarios; `change` may return another manifest, or undefined to leave it out. */
  applyScenario(name: string, change?: (manifest: Manifest) => Manifest | undefined): void;
  apply(manifest: object): void;
  /** Resolves when the one object of that name satisfies the predicate; fails with everything's own words after 100 s. */
  becomes(kind: string, namespace: string, name: string, is: (object: StoredObject) => boolean): Promise<StoredObject>;
  /** Resolves when `count` objects of the kind are there and all Succeeded; fails at once when one ends otherwise. */
  succeeded(kind: string, namespace: string, count: number): Promise<void>;
  remove(): Promise<void>;
}

/** The hooks' bundle in its own process, for all tests of a file. */
export async function startTestHooks(): Promise<HooksService> {
  const directory = mkdtempSync(join(tmpdir(), 'metastash-hooks-'));
  const hooks = await startHooks(join(root, 'build', 'hooks.js'), join(directory, 'hooks.log'));
  return {
    ...hooks,
    stop: () => {
      hooks.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A cluster with MetaStash installed and nothing in it. */
export function startWorld(hooks: HooksService): TestWorld {
  const directory = mkdtempSync(join(tmpdir(), 'metastash-world-'));
  const cluster = startCluster({ root, directory, hooksUrl: hooks.url });
  const words = (namespace: string): string =>
    [
      ...cluster.api.list(STORAGE, 'BackupStorage', namespace),
      ...cluster.api.list(CORE, 'BackupConfiguration', namespace),
      ...cluster.api.list(CORE, 'BackupSession', namespace),
      ...cluster.api.list(STORAGE, 'Snapshot', namespace),
      ...cluster.api.list(CORE, 'RestoreSession', namespace),
    ]
      .map(wordsOf)
      .join('; ');
  return {
    ...cluster,
    applyScenario: (name, change = (manifest) => manifest) => {
      for (const manifest of manifestsOf(join(import.meta.dirname, 'scenarios', `${name}.yaml`))) {
        const changed = change(manifest);
        if (changed) apply(cluster.api, changed);
      }
    },
    apply: (manifest) => void apply(cluster.api, manifest as Manifest),
    becomes: async (kind, namespace, name, is) => {
      const found = (): StoredObject | undefined =>
        cluster.api.list(apiVersionOf(kind), kind, namespace).find((one) => one.metadata.name === name);
      await waitFor(cluster.api, undefined, {
        what: `${kind} ${name}`,
        seconds: 100,
        reached: () => {
          const object = found();
          return object !== undefined && is(object);
        },
        otherwise: () => words(namespace),
      });
      const object = found();
      assert.ok(object);
      return object;
    },
    succeeded: (kind, namespace, count) =>
      waitFor(cluster.api, undefined, {
        what: `${count} Succeeded ${kind}s`,
        seconds: 200,
        reached: () => allSucceeded(cluster.api.list(CORE, kind, namespace), count),
        otherwise: () => words(namespace),
      }),
    remove: async () => {
      await cluster.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function allSucceeded(objects: readonly StoredObject[], count: number): boolean {
  const failed = objects.find((one) => ['Failed', 'Skipped', 'Invalid'].includes(phaseOf(one) ?? ''));
  assert.equal(failed, undefined, wordsOf(failed));
  return objects.length === count && objects.every((one) => phaseOf(one) === 'Succeeded');
}

export function phaseOf(object: StoredObject): string | undefined {
  return (object.status as { readonly phase?: string } | undefined)?.phase;
}

/** The message of the condition Ready: the sentence that a user reads first. */
export function messageOf(object: StoredObject): string {
  const status = object.status as { readonly conditions?: readonly { type: string; message: string }[] } | undefined;
  return status?.conditions?.find((one) => one.type === 'Ready')?.message ?? '';
}

function apiVersionOf(kind: string): string {
  return ['BackupStorage', 'Repository', 'Snapshot', 'RetentionPolicy'].includes(kind) ? STORAGE : CORE;
}
