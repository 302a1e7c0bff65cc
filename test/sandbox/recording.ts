/** A recording in the format of the real ones, small enough to read: one parent gets one child and a status. */
import type { Entry, Trace } from '../../sandbox/conformance/trace.ts';

const meta = (name: string, version: string, extras: object = {}): object => ({
  ...{
    name,
    namespace: 'small',
    uid: version.replace('rv', 'uid'),
    resourceVersion: version,
    creationTimestamp: 't-1',
  },
  ...extras,
});
const WIDGET = { apiVersion: 'test.example.com/v1', kind: 'Widget', spec: { n: 1 } };
const OWNER = {
  apiVersion: WIDGET.apiVersion,
  kind: 'Widget',
  name: 'p',
  uid: 'uid-3',
  controller: true,
  blockOwnerDeletion: true,
};
const CONTROLLER_SPEC = {
  parentResource: { apiVersion: WIDGET.apiVersion, resource: 'widgets' },
  childResources: [{ apiVersion: 'v1', resource: 'configmaps', updateStrategy: { method: 'InPlace' } }],
  generateSelector: true,
  hooks: { sync: { version: 'v2', webhook: { url: 'http://hook/sync' } } },
};
const CONTROLLER = {
  apiVersion: 'metacontroller.k8s.io/v1alpha1',
  kind: 'CompositeController',
  metadata: { name: 'small' },
  spec: CONTROLLER_SPEC,
};
const STORED_CONTROLLER = {
  ...CONTROLLER,
  metadata: { name: 'small', uid: 'uid-2', resourceVersion: 'rv-2', generation: 1, creationTimestamp: 't-1' },
};
const RENDERED = {
  ...STORED_CONTROLLER,
  spec: {
    ...CONTROLLER_SPEC,
    childResources: [
      { apiVersion: 'v1', resource: 'configmaps', updateStrategy: { method: 'InPlace', statusChecks: {} } },
    ],
  },
  status: {},
};
const PARENT = { ...WIDGET, metadata: meta('p', 'rv-3', { generation: 1 }) };
const STATUS = { phase: 'Good', observedGeneration: 1 };
const REPORTED = { ...WIDGET, metadata: meta('p', 'rv-5', { generation: 1, uid: 'uid-3' }), status: STATUS };
const CHILD_BODY = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'a',
    namespace: 'small',
    labels: { 'controller-uid': 'uid-3' },
    annotations: {
      'metacontroller.k8s.io/last-applied-configuration':
        '{"apiVersion":"v1","data":{"k":"<v>"},"kind":"ConfigMap","metadata":{"labels":{"controller-uid":"uid-3"},"name":"a","namespace":"small"}}'
          .replace('<', '\\u003c')
          .replace('>', '\\u003e'),
    },
    ownerReferences: [OWNER],
  },
  data: { k: '<v>' },
};
const CHILD = {
  ...CHILD_BODY,
  metadata: { ...CHILD_BODY.metadata, uid: 'uid-4', resourceVersion: 'rv-4', creationTimestamp: 't-1' },
};
const ANSWER = {
  status: { phase: 'Good' },
  children: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: '<v>' } }],
};
const NAMESPACE = {
  ...{ apiVersion: 'v1', kind: 'Namespace', spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
  metadata: {
    name: 'small',
    uid: 'uid-1',
    resourceVersion: 'rv-1',
    creationTimestamp: 't-1',
    labels: { 'kubernetes.io/metadata.name': 'small' },
  },
};

function request(parent: object, children: object): object {
  return { controller: RENDERED, parent, children: { 'ConfigMap.v1': children }, related: {}, finalizing: false };
}

const TIMELINE: readonly object[] = [
  {
    type: 'step',
    op: 'create',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'small' } },
    code: 201,
    response: NAMESPACE,
  },
  { type: 'step', op: 'script', rules: [{ answer: { json: ANSWER } }] },
  { type: 'step', op: 'create', body: CONTROLLER, code: 201, response: STORED_CONTROLLER },
  {
    type: 'step',
    op: 'create',
    body: { ...WIDGET, metadata: { name: 'p', namespace: 'small' } },
    code: 201,
    response: PARENT,
  },
  { type: 'hook', hook: 'sync', request: request(PARENT, {}), response: { code: 200, json: ANSWER } },
  {
    type: 'call',
    verb: 'create',
    resource: 'configmaps',
    object: 'small/a',
    body: CHILD_BODY,
    code: 201,
    response: CHILD,
  },
  { type: 'call', verb: 'get', resource: 'widgets.test.example.com', object: 'small/p', code: 200 },
  {
    ...{ type: 'call', verb: 'update', resource: 'widgets.test.example.com/status', object: 'small/p' },
    ...{ body: { ...PARENT, status: STATUS }, code: 200, response: REPORTED },
  },
  {
    type: 'hook',
    hook: 'sync',
    request: request(REPORTED, { 'small/a': CHILD }),
    response: { code: 200, json: ANSWER },
    settled: true,
  },
  { type: 'call', verb: 'get', resource: 'widgets.test.example.com', object: 'small/p', code: 200 },
  { type: 'step', op: 'quiet', settled: true },
];

/** The recording; `change` may plant a difference in a copy of it. */
export function recording(change: (timeline: Record<string, unknown>[]) => void = () => undefined): Trace {
  const timeline = JSON.parse(JSON.stringify(TIMELINE)) as Record<string, unknown>[];
  change(timeline);
  const objects = { '@c': STORED_CONTROLLER, '@a': CHILD, '@p': REPORTED };
  return {
    id: 'small',
    title: '',
    flags: [],
    timeline: timeline as unknown as readonly Entry[],
    events: [],
    final: Object.keys(objects),
    objects,
  };
}
