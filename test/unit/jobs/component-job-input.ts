/** A component's Job for the tests: a whole input whose parts a test replaces, and views on what was built. */
import assert from 'node:assert/strict';
import { componentJob, type ComponentJobInput, type ComponentOrder } from '../../../hooks/jobs/component-job.ts';
import type { AddonInfo } from '../../../hooks/jobs/shapes.ts';
import type { StorageMount } from '../../../hooks/jobs/storage-access.ts';
import type { DesiredObject } from '../../../hooks/kube/objects.ts';
import { deployment, firstTask } from './fixtures.ts';

export interface JobShape {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly backoffLimit: number;
    readonly template: {
      readonly metadata: object;
      readonly spec: {
        readonly serviceAccountName: string;
        readonly affinity?: object;
        readonly tolerations?: readonly object[];
        readonly securityContext?: object;
        readonly volumes: readonly { readonly name: string }[];
        readonly containers: readonly {
          readonly image: string;
          readonly command?: readonly string[];
          readonly args: readonly string[];
          readonly workingDir?: string;
          readonly env: readonly { readonly name: string; readonly value?: string }[];
          readonly volumeMounts: readonly {
            readonly name: string;
            readonly mountPath: string;
            readonly readOnly?: boolean;
          }[];
        }[];
      };
    };
  };
}

export const BACKUP: ComponentOrder = {
  task: 'backup',
  resticPath: 'repository/v1/nightly/dump',
  component: 'dump',
  session: 'nightly',
  backupSession: 'bc-nightly-1',
  snapshot: { namespace: 'demo', name: 'repo-bc-nightly-1', uid: 'u' },
  host: 'demo/web',
  tags: [],
  run: 0,
};
export const RESTORE: ComponentOrder = {
  task: 'restore',
  resticPath: 'repository/v1/nightly/dump',
  component: 'dump',
  points: [],
};
export const STORAGE: StorageMount = {
  access: { namespace: 'demo', name: 'main', place: { provider: 'local', mountPath: '/safe' } },
  volumes: [{ name: 'metastash-storage', hostPath: { path: '/x' } }],
  volumeMounts: [{ name: 'metastash-storage', mountPath: '/safe' }],
};
export const WORKLOAD_ADDON: AddonInfo = { name: 'workload-addon', tasks: [{ name: 'logical-backup' }] };

export function input(overrides: Partial<ComponentJobInput> & { readonly addon?: AddonInfo } = {}): ComponentJobInput {
  const addon = overrides.addon ?? WORKLOAD_ADDON;
  const order = overrides.order ?? BACKUP;
  return {
    name: 'job-1',
    namespace: 'demo',
    labels: { 'kubestash.com/invoker-name': 'bc' },
    run: 0,
    order,
    addon,
    workload: deployment(),
    variables: { backupSession: 'bc-nightly-1', snapshot: 'repo-bc-nightly-1' },
    storage: STORAGE,
    repository: { access: { namespace: 'demo', name: 'repo', directory: 'demo/web' }, volumes: [], volumeMounts: [] },
    serviceAccountName: 'mover-repo',
    ...overrides,
    resolved: overrides.resolved ?? firstTask(addon, order.task),
  };
}

export function built(overrides: Parameters<typeof input>[0] = {}): {
  readonly job: JobShape;
  readonly report: DesiredObject;
} {
  const result = componentJob(input(overrides));
  assert.ok(result.ok, result.ok ? '' : `${result.error.reason}: ${result.error.message}`);
  const [job, report] = result.value.objects;
  assert.ok(job && report);
  return { job: job as unknown as JobShape, report };
}

export function container(job: JobShape): JobShape['spec']['template']['spec']['containers'][number] {
  const [first] = job.spec.template.spec.containers;
  assert.ok(first);
  return first;
}

export function taskOf(job: JobShape): Readonly<Record<string, unknown>> {
  const text = container(job).env.find((one) => one.name === 'METASTASH_TASK')?.value;
  return JSON.parse(text ?? '') as Readonly<Record<string, unknown>>;
}

export function problem(overrides: Parameters<typeof input>[0]): object {
  const result = componentJob(input(overrides));
  assert.ok(!result.ok);
  return { reason: result.error.reason, message: result.error.message };
}
