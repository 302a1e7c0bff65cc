/** Objects that the tests of Jobs start from: the real catalog, and targets as a user writes them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { resolveTasks, type Direction, type ResolvedTask } from '../../../hooks/jobs/catalog.ts';
import type { AddonInfo } from '../../../hooks/jobs/shapes.ts';
import type { ObjectMap } from '../../../hooks/kube/metacontroller.ts';
import type { KubeObject } from '../../../hooks/kube/objects.ts';
import { KIND } from '../../../hooks/kube/references.ts';
import { targetKindOf, workloadOf, type Workload } from '../../../hooks/kube/workload.ts';

const CATALOG = new URL('../../../catalog/', import.meta.url);

function catalogObjects(): readonly KubeObject[] {
  return readdirSync(CATALOG)
    .filter((file) => /^(addon|function)-.*\.yaml$/.test(file))
    .map((file) => parse(readFileSync(new URL(file, CATALOG), 'utf8')) as KubeObject);
}

function groupOf(objects: readonly KubeObject[], kind: string): Readonly<Record<string, KubeObject>> {
  return Object.fromEntries(objects.filter((one) => one.kind === kind).map((one) => [one.metadata.name, one]));
}

/** The catalog as customize shows it, with further objects of the test's own. */
export function catalog(...further: readonly object[]): ObjectMap {
  const objects = [...catalogObjects(), ...(further as readonly KubeObject[])];
  return { [KIND.addon]: groupOf(objects, 'Addon'), [KIND.function]: groupOf(objects, 'Function') };
}

/** The tasks of an AddonInfo, which must resolve. */
export function resolved(
  addon: AddonInfo,
  direction: Direction,
  related: ObjectMap = catalog(),
): readonly ResolvedTask[] {
  const tasks = resolveTasks(addon, direction, related);
  assert.ok(tasks.ok, tasks.ok ? '' : tasks.error.message);
  return tasks.value;
}

/** The first of these tasks. */
export function firstTask(addon: AddonInfo, direction: Direction, related?: ObjectMap): ResolvedTask {
  const [task] = resolved(addon, direction, related);
  assert.ok(task);
  return task;
}

/** A target of this kind in namespace demo. */
export function workload(kind: string, spec: object, status: object = {}, name = 'web'): Workload {
  const target = targetKindOf({ kind, name });
  assert.ok(target.ok);
  const metadata = { name, namespace: 'demo', uid: `uid-${name}`, creationTimestamp: '2026-01-01T00:00:00Z' };
  return workloadOf({ apiVersion: target.value.apiVersion, kind, metadata, spec, status }, target.value);
}

/** A Deployment that keeps its data in one claim at /source/data, beside a ConfigMap and a scratch directory. */
export function deployment(status: object = { readyReplicas: 1 }): Workload {
  return workload('Deployment', { selector: { matchLabels: { app: 'web' } }, template: { spec: podSpec() } }, status);
}

/** A StatefulSet of three with a claim per replica at /source/data. */
export function statefulSet(status: object = { readyReplicas: 3 }): Workload {
  return workload(
    'StatefulSet',
    {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: { spec: { containers: podSpec().containers } },
      volumeClaimTemplates: [{ metadata: { name: 'source-data' } }],
    },
    status,
  );
}

function podSpec(): { readonly volumes: readonly object[]; readonly containers: readonly object[] } {
  return {
    volumes: [
      { name: 'source-data', persistentVolumeClaim: { claimName: 'source-pvc' } },
      { name: 'config', configMap: { name: 'settings' } },
      { name: 'scratch', emptyDir: {} },
    ],
    containers: [
      {
        name: 'app',
        volumeMounts: [
          { name: 'source-data', mountPath: '/source/data' },
          { name: 'config', mountPath: '/etc/app' },
          { name: 'scratch', mountPath: '/tmp/app' },
        ],
      },
      { name: 'sidecar', volumeMounts: [{ name: 'source-data', mountPath: '/elsewhere', readOnly: true }] },
    ],
  };
}
