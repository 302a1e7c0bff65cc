/** Metacontroller's own kinds, as far as the API server must know them to refuse what the real one refuses. */

const UPDATE_METHODS = ['OnDelete', 'Recreate', 'InPlace', 'RollingRecreate', 'RollingInPlace'];
const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const RULE = {
  type: 'object',
  'x-kubernetes-preserve-unknown-fields': true,
  required: ['apiVersion', 'resource'],
  properties: {
    apiVersion: { type: 'string' },
    resource: { type: 'string' },
    updateStrategy: { ...OPEN, properties: { method: { type: 'string', enum: UPDATE_METHODS } } },
  },
};

interface Names {
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
}

function definition(names: Names, schema: object, subresources: object): object {
  const { kind, plural, scope } = names;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.metacontroller.k8s.io` },
    spec: {
      group: 'metacontroller.k8s.io',
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: 'v1alpha1', served: true, storage: true, subresources, schema: { openAPIV3Schema: schema } }],
    },
  };
}

function controller(properties: object, required: readonly string[]): object {
  return { type: 'object', required: ['spec'], properties: { spec: { ...OPEN, required, properties }, status: OPEN } };
}

export const METACONTROLLER_DEFINITIONS: readonly object[] = [
  definition(
    { kind: 'CompositeController', plural: 'compositecontrollers', scope: 'Cluster' },
    controller({ parentResource: { ...RULE }, childResources: { type: 'array', items: RULE } }, ['parentResource']),
    { status: {} },
  ),
  definition(
    { kind: 'DecoratorController', plural: 'decoratorcontrollers', scope: 'Cluster' },
    controller({ resources: { type: 'array', items: RULE }, attachments: { type: 'array', items: RULE } }, [
      'resources',
    ]),
    { status: {} },
  ),
  definition(
    { kind: 'ControllerRevision', plural: 'controllerrevisions', scope: 'Namespaced' },
    {
      type: 'object',
      required: ['parentPatch'],
      properties: { parentPatch: OPEN, children: { type: 'array', items: OPEN } },
    },
    {},
  ),
];
