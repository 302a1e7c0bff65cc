/** The Job of one try of a hook: the mover's task `hook`, or the Function that the template names. */
import { parsePositiveDuration } from '../domain/duration.ts';
import { blocked, ok, type Outcome } from '../domain/result.ts';
import type { HookTemplate } from '../generated/types/hooktemplate.ts';
import type { HookInfo } from '../generated/types/shared.ts';
import { listOf, mapOf } from '../kube/json-values.ts';
import { LABEL, MANAGED_BY } from '../kube/labels.ts';
import type { ObjectMap } from '../kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../kube/objects.ts';
import { functionOf } from './catalog.ts';
import { hookActionOf } from './hook-action.ts';
import { expanded, parametersOf, podChoiceOf, type Summary } from './hook-template.ts';
import type { EnvVar, Volume, VolumeMount } from './mover-job.ts';
import { settingsOfStorage } from './runtime-settings.ts';
import { systemTaskJob } from './system-task-job.ts';

/** A try without a limit of its own ends after this (design law 9). */
const DEFAULT_TIMEOUT_MS = 30 * 60_000;

export interface HookJobInput {
  readonly name: string;
  readonly namespace: string;
  readonly namespaceObject: KubeObject | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly run: number;
  readonly info: HookInfo;
  readonly template: HookTemplate;
  readonly summary: Summary;
  readonly related: ObjectMap;
  /** Of hooks that report; a Function has the account that its settings name, or none of ours. */
  readonly serviceAccountName: string;
}

/** Job, and TaskReport where the mover runs it. A template that cannot be filled in is the hook's failure. */
export function hookJob(input: HookJobInput): Outcome<readonly DesiredObject[]> {
  return isFunctionHook(input.template) ? functionJob(input) : moverHookJob(input);
}

/** Whether the hook is a container of the user's own, which reports by its exit code alone. */
export function isFunctionHook({ spec }: HookTemplate): boolean {
  return spec.executor.type === 'Function';
}

/** How long one try may take. */
export function hookTimeoutMs({ timeout }: HookInfo): number {
  const parsed = parsePositiveDuration(timeout);
  return parsed.ok ? parsed.value : DEFAULT_TIMEOUT_MS;
}

function moverHookJob(input: HookJobInput): Outcome<readonly DesiredObject[]> {
  const { info, template, namespace } = input;
  const action = hookActionOf(info, template, input.summary);
  if (!action.ok) {
    const name = `${template.metadata.namespace}/${template.metadata.name}`;
    return blocked('HookTemplateInvalid', `HookTemplate ${name}: ${action.error}`);
  }
  const pods = podChoiceOf(template, namespace);
  return systemTaskJob({
    name: input.name,
    namespace,
    labels: input.labels,
    order: {
      task: 'hook',
      hook: info.name ?? template.metadata.name,
      action: action.value,
      ...(pods === undefined ? {} : { pods }),
      attempts: (info.maxRetry ?? 0) + 1,
      timeoutSeconds: Math.max(1, Math.ceil(hookTimeoutMs(info) / 1000)),
    },
    run: input.run,
    related: input.related,
    serviceAccountName: input.serviceAccountName,
    runtimeSettings: info.runtimeSettings,
    namespaceObject: input.namespaceObject,
  });
}

function functionJob(input: HookJobInput): Outcome<readonly DesiredObject[]> {
  const { info, template, labels } = input;
  const { name = '', env, volumes, volumeMounts } = template.spec.executor.function ?? {};
  const found = functionOf(name, input.related);
  if (!found.ok) return found;
  const settings = settingsOfStorage(info.runtimeSettings, found.value.runtimeSettings);
  if (!settings.ok) return settings;
  const { pod, container, podLabels, podAnnotations, serviceAccountName } = settings.value;
  const parameters = parametersOf(info, template);
  const words = (list: unknown): readonly string[] => listOf(list).map((word) => expanded(String(word), parameters));
  const metadata = {
    name: input.name,
    namespace: input.namespace,
    labels: { ...labels, [LABEL.managedBy]: MANAGED_BY },
  };
  const command = words(found.value.command);
  return ok([
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: Math.max(1, Math.ceil(hookTimeoutMs(info) / 1000)),
        template: {
          metadata: {
            labels: { ...podLabels, ...metadata.labels },
            ...(Object.keys(podAnnotations).length === 0 ? {} : { annotations: podAnnotations }),
          },
          spec: {
            restartPolicy: 'Never',
            ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
            ...pod,
            containers: [
              {
                name: 'hook',
                image: found.value.image,
                ...(command.length === 0 ? {} : { command }),
                args: words(found.value.args),
                ...container,
                env: lastByName<EnvVar>([...settings.value.env, ...listOf(env), ...listOf(info.variables)], parameters),
                volumeMounts: [
                  ...(listOf(found.value.volumeMounts) as readonly VolumeMount[]),
                  ...(listOf(volumeMounts) as readonly VolumeMount[]),
                  ...(listOf(info.volumeMounts) as readonly VolumeMount[]),
                  ...settings.value.volumeMounts,
                ],
              },
            ],
            volumes: lastByName<Volume>([...settings.value.volumes, ...listOf(volumes), ...listOf(info.volumes)], {}),
          },
        },
      },
    },
  ]);
}

/** The last of each name; plain values with their parameters put in. */
function lastByName<Item>(items: readonly unknown[], parameters: Readonly<Record<string, string>>): readonly Item[] {
  const byName = new Map(items.map((one) => [String(mapOf(one)['name']), mapOf(one)]));
  return [...byName.values()].map((one) => {
    const value = one['value'];
    return (typeof value === 'string' ? { ...one, value: expanded(value, parameters) } : one) as Item;
  });
}
