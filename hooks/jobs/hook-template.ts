/** One use of a HookTemplate: whether template and use fit together, its parameters, and the Pods it means (kubestash-api.md §1.10, §4.4). */
import { parsePositiveDuration } from '../domain/duration.ts';
import type { Value } from '../domain/go-template-functions.ts';
import type { PodChoice } from '../domain/task.ts';
import type { HookTemplate } from '../generated/types/hooktemplate.ts';
import type { HookInfo } from '../generated/types/shared.ts';
import { listOf, mapOf, textOf } from '../kube/json-values.ts';

/** What templates are filled with: KubeStash's summary of the session. */
export type Summary = { readonly [field: string]: Value };

/** A reference as the summary shows it. */
export function referenceIn(reference: {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}): { readonly [field: string]: Value } {
  const { apiGroup = '', kind = '', name = '', namespace = '' } = reference;
  return { APIGroup: apiGroup, Kind: kind, Name: name, Namespace: namespace };
}

/** An environment variable of a process may not be longer than 128 KiB on Linux, and the Job's annotation holds it escaped (faults.md B69). */
export const MAX_HOOK = 64 * 1024;
/** More tries than this in a row help nobody (B52). */
export const MAX_HOOK_RETRIES = 20;

type Executor = HookTemplate['spec']['executor'];
type Action = NonNullable<HookTemplate['spec']['action']>;

/** What is wrong with this use of the template, as a sentence that begins with where; undefined for nothing. */
export function hookFault(info: HookInfo, template: HookTemplate): string | undefined {
  return useFault(info) ?? templateFault(info, template);
}

function useFault({ maxRetry, timeout }: HookInfo): string | undefined {
  if (maxRetry !== undefined && !(Number.isInteger(maxRetry) && maxRetry >= 0 && maxRetry <= MAX_HOOK_RETRIES)) {
    return `maxRetry is ${JSON.stringify(maxRetry)}; use a number from 0 to ${MAX_HOOK_RETRIES}`;
  }
  const limit = parsePositiveDuration(timeout);
  return timeout === undefined || limit.ok ? undefined : `timeout: ${limit.error}`;
}

function templateFault(info: HookInfo, template: HookTemplate): string | undefined {
  const { metadata, spec } = template;
  const own = `HookTemplate ${metadata.namespace}/${metadata.name}`;
  const size = JSON.stringify([spec.action ?? {}, info.params ?? {}]).length;
  if (size > MAX_HOOK) {
    return (
      `${own} is ${Math.ceil(size / 1024)} KiB with its parameters, and a hook may have ${MAX_HOOK / 1024}; ` +
      'put a long script into the image or a volume of the Pod, and let the hook call it'
    );
  }
  const missing = missingParameter(info, template);
  if (missing !== undefined) return `params: ${own} requires parameter ${missing}`;
  const fault = executorFault(spec.executor ?? {}) ?? actionFault(spec.action, spec.executor ?? {});
  return fault === undefined ? undefined : `${own}: ${fault}`;
}

function missingParameter({ params }: HookInfo, { spec }: HookTemplate): string | undefined {
  const given = mapOf(params);
  const declared = listOf(spec.params).map(mapOf);
  return textOf(
    declared.find(
      (one) =>
        one['required'] === true && one['default'] === undefined && !Object.hasOwn(given, textOf(one['name']) ?? ''),
    )?.['name'],
  );
}

function executorFault({ type, pod, function: named }: Partial<Executor>): string | undefined {
  if (type === 'Operator') return undefined;
  if (type === 'Function') return textOf(named?.name) === undefined ? '/spec/executor/function names none' : undefined;
  if (type !== 'Pod') return `/spec/executor/type is ${JSON.stringify(type)}; use Function, Pod or Operator`;
  const labels = labelsIn(pod?.selector);
  if (labels === undefined) return '/spec/executor/pod/selector: write key=value pairs separated by commas';
  if (Object.keys(labels).length > 0 || textOf(pod?.owner?.name) !== undefined) return undefined;
  return '/spec/executor/pod says of no label and of no owner which Pods are meant';
}

function actionFault(action: Action | undefined, { type }: Partial<Executor>): string | undefined {
  if (type === 'Function') return undefined;
  const { exec, httpGet, httpPost, tcpSocket, containerName } = action ?? {};
  if (exec !== undefined) return execFault(exec, type);
  const request = httpGet ?? httpPost ?? tcpSocket;
  if (request === undefined) return '/spec/action is empty; set one of exec, httpGet, httpPost and tcpSocket';
  if (httpPost?.body !== undefined && listOf(httpPost.form).length > 0) {
    return '/spec/action/httpPost has body and form; one request has one of them';
  }
  return hostFault(request.host, type) ?? portFault(request.port, type, containerName);
}

function execFault({ command }: NonNullable<Action['exec']>, type: Executor['type'] | undefined): string | undefined {
  if (type !== 'Pod') return '/spec/action/exec needs executor type Pod: a command runs in a container of a Pod';
  return listOf(command).length > 0 ? undefined : '/spec/action/exec/command is empty';
}

function hostFault(host: string | undefined, type: Executor['type'] | undefined): string | undefined {
  if (type === 'Pod' || textOf(host) !== undefined) return undefined;
  return '/spec/action names no host, and only executor type Pod has an address of its own';
}

/** A port's name is looked up in the Pod's container; `${port}` stands for a parameter. */
function portFault(
  port: unknown,
  type: Executor['type'] | undefined,
  container: string | undefined,
): string | undefined {
  if (typeof port !== 'string' || /^\d+$|^\$\{/.test(port)) return undefined;
  const named = `/spec/action names port ${JSON.stringify(port)}`;
  if (type !== 'Pod') return `${named}, which only a Pod can explain; write its number`;
  return textOf(container) === undefined ? `${named}; say in containerName which container has it` : undefined;
}

/** The Pods that the template's executor names; undefined where it acts from elsewhere. */
export function podChoiceOf({ spec }: HookTemplate, namespace: string): PodChoice | undefined {
  const { type, pod } = spec.executor;
  if (type !== 'Pod') return undefined;
  const { kind, name, uid } = pod?.owner ?? {};
  const container = textOf(spec.action?.containerName);
  return {
    namespace,
    labels: labelsIn(pod?.selector) ?? {},
    ...(kind === undefined || name === undefined ? {} : { owner: { kind, name, ...(uid ? { uid } : {}) } }),
    all: pod?.strategy === 'ExecuteOnAll',
    ...(container === undefined ? {} : { container }),
  };
}

/** Parameters as texts: what the use gives, else the template's defaults; plain `variables` are read like parameters. */
export function parametersOf(
  { params, variables }: HookInfo,
  { spec }: HookTemplate,
): Readonly<Record<string, string>> {
  const defaults = listOf(spec.params)
    .map(mapOf)
    .map((one) => [textOf(one['name']) ?? '', one['default'] ?? ''] as const);
  const plain = listOf(variables)
    .map(mapOf)
    .flatMap((one) => (typeof one['value'] === 'string' ? [[textOf(one['name']) ?? '', one['value']] as const] : []));
  const given = [...defaults, ...plain, ...Object.entries(mapOf(params))];
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
}

/** The text with `${name}` replaced where a parameter has that name. */
export function expanded(text: string, parameters: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{([A-Za-z_][\w.-]*)\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? (parameters[name] ?? '') : whole,
  );
}

function labelsIn(selector: string | undefined): Readonly<Record<string, string>> | undefined {
  const parts = (selector ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const pairs = parts.map((part) => part.split('=').map((one) => one.trim()));
  if (pairs.some((pair) => pair.length !== 2 || pair[0] === '')) return undefined;
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]));
}
