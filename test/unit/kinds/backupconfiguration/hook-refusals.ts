/** Hooks that are refused because their HookTemplate cannot do what it says, or not as it is used, and in which words. */
import * as sample from './fixtures.ts';
import type { Refusal } from './session-refusals.ts';

const exec = { exec: { command: ['lock'] } };
const inPods = { type: 'Pod', pod: { selector: 'app=db' } };
const AT = '/spec/sessions/0/hooks/preBackup/0';
const OWN = `${AT}: HookTemplate demo/freeze`;

interface Fault {
  readonly it: string;
  readonly template?: object;
  readonly use?: object;
  readonly message: string;
}

const FAULTS: readonly Fault[] = [
  {
    it: 'refuses a script that no Job could carry (B69)',
    template: { action: { exec: { command: ['sh', '-c', 'x'.repeat(300 * 1024)] } }, executor: inPods },
    message: `${OWN} is 301 KiB with its parameters, and a hook may have 64; put a long script into the image or a volume of the Pod, and let the hook call it`,
  },
  {
    it: 'refuses parameters that are too long together',
    use: { params: { text: 'y'.repeat(70_000) } },
    message: `${OWN} is 69 KiB with its parameters, and a hook may have 64; put a long script into the image or a volume of the Pod, and let the hook call it`,
  },
  {
    it: 'refuses a hook without a parameter that its template requires',
    template: { params: [{ name: 'user', required: true }], action: exec, executor: inPods },
    message: `${AT}: params: HookTemplate demo/freeze requires parameter user`,
  },
  {
    it: 'refuses a command that would run nowhere',
    template: { action: exec, executor: { type: 'Operator' } },
    message: `${OWN}: /spec/action/exec needs executor type Pod: a command runs in a container of a Pod`,
  },
  {
    it: 'refuses a command without words',
    template: { action: { exec: { command: [] } }, executor: inPods },
    message: `${OWN}: /spec/action/exec/command is empty`,
  },
  {
    it: 'refuses a request to nobody',
    template: { action: { httpGet: { port: 80 } }, executor: { type: 'Operator' } },
    message: `${OWN}: /spec/action names no host, and only executor type Pod has an address of its own`,
  },
  {
    it: 'refuses a port by name where there is no Pod',
    template: { action: { tcpSocket: { host: 'db', port: 'mysql' } }, executor: { type: 'Operator' } },
    message: `${OWN}: /spec/action names port "mysql", which only a Pod can explain; write its number`,
  },
  {
    it: 'refuses a port by name without its container',
    template: { action: { tcpSocket: { port: 'mysql' } }, executor: inPods },
    message: `${OWN}: /spec/action names port "mysql"; say in containerName which container has it`,
  },
  {
    it: 'refuses a request with two bodies',
    template: {
      action: { httpPost: { host: 'chat', port: 80, body: 'a', form: [{ key: 'a', values: ['b'] }] } },
      executor: { type: 'Operator' },
    },
    message: `${OWN}: /spec/action/httpPost has body and form; one request has one of them`,
  },
  {
    it: 'refuses a hook that does nothing',
    template: { executor: { type: 'Operator' } },
    message: `${OWN}: /spec/action is empty; set one of exec, httpGet, httpPost and tcpSocket`,
  },
  {
    it: 'refuses a selector that is none',
    template: { action: exec, executor: { type: 'Pod', pod: { selector: 'app' } } },
    message: `${OWN}: /spec/executor/pod/selector: write key=value pairs separated by commas`,
  },
  {
    it: 'refuses an executor that means every Pod',
    template: { action: exec, executor: { type: 'Pod', pod: {} } },
    message: `${OWN}: /spec/executor/pod says of no label and of no owner which Pods are meant`,
  },
  {
    it: 'refuses a Function without a name',
    template: { executor: { type: 'Function', function: {} } },
    message: `${OWN}: /spec/executor/function names none`,
  },
  {
    it: 'refuses more tries than help anybody',
    use: { maxRetry: 5000 },
    message: `${AT}: maxRetry is 5000; use a number from 0 to 20`,
  },
  {
    it: 'refuses a time limit that is none',
    use: { timeout: 'soon' },
    message: `${AT}: timeout: "soon" is no duration; write numbers with units h, m, s or ms, for example 1h30m`,
  },
];

export const HOOK_REFUSALS: readonly Refusal[] = FAULTS.map(({ it, template, use, message }) => ({
  it,
  spec: {
    sessions: [
      sample.session({ hooks: { preBackup: [{ name: 'freeze', hookTemplate: { name: 'freeze' }, ...use }] } }),
    ],
  },
  related: [
    ...sample.HEALTHY,
    sample.stored({
      apiVersion: 'core.kubestash.com/v1alpha1',
      kind: 'HookTemplate',
      metadata: { name: 'freeze', namespace: 'demo' },
      spec: template ?? { action: exec, executor: inPods },
    }),
  ],
  reason: 'InvalidHook',
  message,
  waits: true,
}));
