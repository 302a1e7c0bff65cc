/** A test cluster with a host whose hooks are functions. */
import type { JsonMap } from '../../sandbox/api-server/values.ts';
import type { HostEvent } from '../../sandbox/metacontroller/events.ts';
import type { HookAnswer } from '../../sandbox/metacontroller/hook-caller.ts';
import { createHost, type Host, type HostOptions } from '../../sandbox/metacontroller/host.ts';
import { testCluster, WIDGETS, type TestCluster } from './cluster-of-tests.ts';

export interface HostedCluster extends TestCluster {
  readonly requests: JsonMap[];
  readonly events: HostEvent[];
  readonly panics: string[];
  readonly host: Host;
  /** What the hooks answer from now on. */
  answer: (request: JsonMap, hook: string) => JsonMap | HookAnswer;
}

/** Whether the value is a whole answer and not only its body. */
function isAnswer(value: JsonMap | HookAnswer): value is HookAnswer {
  return 'code' in value && 'headers' in value;
}

/** A cluster with a running host. */
export function hostedCluster(answer: HostedCluster['answer'], options: Partial<HostOptions> = {}): HostedCluster {
  const cluster = testCluster();
  const requests: JsonMap[] = [];
  const events: HostEvent[] = [];
  const panics: string[] = [];
  const hosted = { ...cluster, requests, events, panics, answer };
  const host = createHost(cluster.api, cluster.clock, {
    hook: (url, body) => {
      const hook = new URL(url).pathname.slice(1);
      requests.push({ hook, ...body });
      const made = hosted.answer(body, hook);
      return isAnswer(made) ? made : { code: 200, headers: {}, body: JSON.stringify(made) };
    },
    onEvent: (event) => events.push(event),
    onPanic: (message) => panics.push(message),
    ...options,
  });
  return Object.assign(hosted, { host });
}

/** A CompositeController over Widgets with ConfigMaps and Gadgets as children. */
export function composite(spec: object = {}, hooks: readonly string[] = ['sync'], method = 'InPlace'): object {
  const hook = (name: string): object => ({ version: 'v2', webhook: { url: `http://hook/${name}` } });
  return {
    apiVersion: 'metacontroller.k8s.io/v1alpha1',
    kind: 'CompositeController',
    metadata: { name: 'c' },
    spec: {
      parentResource: { apiVersion: WIDGETS, resource: 'widgets' },
      childResources: ['v1/configmaps', `${WIDGETS}/gadgets`].map((text) => {
        const slash = text.lastIndexOf('/');
        return { apiVersion: text.slice(0, slash), resource: text.slice(slash + 1), updateStrategy: { method } };
      }),
      generateSelector: true,
      hooks: Object.fromEntries(hooks.map((name) => [name, hook(name)])),
      ...spec,
    },
  };
}
