/**
 * Metacontroller's own kinds, written after its API reference: as much schema as it takes to prune, default and refuse what
 * the real CustomResourceDefinitions do.
 */
import type { Schema } from './schema.ts';

const TEXT: Schema = { type: 'string' };
const FLAG: Schema = { type: 'boolean' };
const NUMBER: Schema = { type: 'integer' };
const OPEN: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

function map(properties: Readonly<Record<string, Schema>>, ...required: readonly string[]): Schema {
  return { type: 'object', properties, required };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

function textOr(fallback: string): Schema {
  return { type: 'string', default: fallback };
}

const SECRET = map({ name: TEXT, namespace: TEXT }, 'name', 'namespace');
const AUTHORITY = map({ name: TEXT, namespace: TEXT, key: textOr('ca.crt') }, 'name', 'namespace');

const CONNECTION = {
  caBundle: map({ inline: TEXT, configMapRef: AUTHORITY, secretRef: AUTHORITY }),
  clientTLS: map({ secretRef: SECRET, certKey: textOr('tls.crt'), privateKeyKey: textOr('tls.key') }, 'secretRef'),
  authorization: map(
    { type: textOr('Bearer'), secretRef: map({ name: TEXT, namespace: TEXT, key: TEXT }, 'key', 'name', 'namespace') },
    'secretRef',
  ),
  basicAuth: map({ secretRef: SECRET, usernameKey: textOr('username'), passwordKey: textOr('password') }, 'secretRef'),
};

const WEBHOOK = map({
  url: TEXT,
  timeout: TEXT,
  path: TEXT,
  service: map({ name: TEXT, namespace: TEXT, port: NUMBER, protocol: TEXT }, 'name', 'namespace'),
  etag: map({ enabled: FLAG, cacheTimeoutSeconds: NUMBER, cacheCleanupSeconds: NUMBER }),
  responseUnMarshallMode: { type: 'string', enum: ['loose', 'strict'] },
  ...CONNECTION,
});
const HOOK = map({ version: { type: 'string', default: 'v1', enum: ['v1', 'v2'] }, webhook: WEBHOOK });
const ENDPOINTS = list(map({ host: TEXT, ...CONNECTION }, 'host'));
const METHOD: Schema = {
  type: 'string',
  enum: ['OnDelete', 'Recreate', 'InPlace', 'RollingRecreate', 'RollingInPlace'],
};
const STATUS_CHECKS = map({ conditions: list(map({ type: TEXT, status: TEXT, reason: TEXT }, 'type')) });
const RESOURCE = { apiVersion: TEXT, resource: TEXT };

const COMPOSITE = map(
  {
    parentResource: map(
      { ...RESOURCE, labelSelector: OPEN, ignoreStatusChanges: FLAG, revisionHistory: map({ fieldPaths: list(TEXT) }) },
      'apiVersion',
      'resource',
    ),
    childResources: list(
      map(
        { ...RESOURCE, updateStrategy: map({ method: METHOD, statusChecks: STATUS_CHECKS }) },
        'apiVersion',
        'resource',
      ),
    ),
    hooks: map({ sync: HOOK, finalize: HOOK, customize: HOOK, preUpdateChild: HOOK, postUpdateChild: HOOK }),
    resyncPeriodSeconds: NUMBER,
    generateSelector: FLAG,
    endpointConfigs: ENDPOINTS,
  },
  'parentResource',
);

const DECORATOR = map(
  {
    resources: list(
      map(
        { ...RESOURCE, labelSelector: OPEN, annotationSelector: OPEN, ignoreStatusChanges: FLAG },
        'apiVersion',
        'resource',
      ),
    ),
    attachments: list(map({ ...RESOURCE, updateStrategy: map({ method: METHOD }) }, 'apiVersion', 'resource')),
    hooks: map({ sync: HOOK, finalize: HOOK, customize: HOOK }),
    resyncPeriodSeconds: NUMBER,
    endpointConfigs: ENDPOINTS,
  },
  'resources',
);

const REVISION = map(
  {
    parentPatch: OPEN,
    children: list(map({ apiGroup: TEXT, kind: TEXT, names: list(TEXT) }, 'apiGroup', 'kind', 'names')),
  },
  'parentPatch',
);

interface Names {
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
}

function definition(names: Names, schema: Schema): object {
  const { kind, plural, scope } = names;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.metacontroller.k8s.io`,
      // A real API server refuses groups below k8s.io without it.
      annotations: { 'api-approved.kubernetes.io': 'unapproved, request not yet submitted' },
    },
    spec: {
      group: 'metacontroller.k8s.io',
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: schema },
        },
      ],
    },
  };
}

export const METACONTROLLER_DEFINITIONS: readonly object[] = [
  definition(
    { kind: 'CompositeController', plural: 'compositecontrollers', scope: 'Cluster' },
    map({ spec: COMPOSITE, status: OPEN }, 'spec'),
  ),
  definition(
    { kind: 'DecoratorController', plural: 'decoratorcontrollers', scope: 'Cluster' },
    map({ spec: DECORATOR, status: OPEN }, 'spec'),
  ),
  definition({ kind: 'ControllerRevision', plural: 'controllerrevisions', scope: 'Namespaced' }, REVISION),
];
