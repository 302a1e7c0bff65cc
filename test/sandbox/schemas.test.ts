import assert from 'node:assert/strict';
import { ApiError } from '../../sandbox/api-server/api.ts';
import { definition, repositoryDefinition, testCluster } from './cluster-of-tests.ts';

const FIELDS = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1, maximum: 9 },
    colour: { type: 'string', enum: ['red', 'blue'], default: 'red' },
    code: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 4 },
    when: { type: 'string', format: 'date-time' },
    either: { 'x-kubernetes-int-or-string': true },
    tags: { type: 'array', maxItems: 2, items: { type: 'string' } },
    parts: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, weight: { type: 'integer', default: 1 } },
      },
    },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    texts: { type: 'object', additionalProperties: { type: 'string' } },
    fixed: {
      type: 'string',
      'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'fixed cannot change' }],
    },
  },
  'x-kubernetes-validations': [
    { rule: '!has(self.code) || self.size > 1', message: 'a code needs a size above 1', fieldPath: '.code' },
  ],
};

function shape(spec: object): object {
  return { apiVersion: 'test.example.com/v1', kind: 'Shape', metadata: { name: 's', namespace: 'default' }, spec };
}

const FAULTS: readonly (readonly [name: string, spec: object, says: string])[] = [
  ['a required field that is missing', {}, 'spec.size: Required value'],
  [
    'a wrong type',
    { size: '3' },
    'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
  ],
  ['a null', { size: null }, 'spec.size: Invalid value: "null": spec.size in body must be of type integer: "null"'],
  ['too little', { size: 0 }, 'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'],
  ['too much', { size: 10 }, 'spec.size: Invalid value: 10: spec.size in body should be less than or equal to 9'],
  [
    'a value outside the enum',
    { size: 1, colour: 'green' },
    'spec.colour: Unsupported value: "green": supported values: "red", "blue"',
  ],
  [
    'a text that does not match',
    { size: 2, code: 'A1' },
    `spec.code: Invalid value: "A1": spec.code in body should match '^[a-z]+$'`,
  ],
  ['a text that is too long', { size: 2, code: 'abcde' }, 'spec.code: Too long: may not be more than 4 bytes'],
  [
    'a time that is none',
    { size: 1, when: 'noon' },
    'spec.when: Invalid value: "noon": spec.when in body must be of type date-time: "noon"',
  ],
  ['too many items', { size: 1, tags: ['a', 'b', 'c'] }, 'spec.tags: Too many: 3: must have at most 2 items'],
  ['a fault in a list', { size: 1, parts: [{ name: 'a' }, {}] }, 'spec.parts[1].name: Required value'],
  [
    'a key that is there twice',
    { size: 1, parts: [{ name: 'a' }, { name: 'a' }] },
    'spec.parts[1]: Duplicate value: {"name":"a"}',
  ],
  ['a broken rule', { size: 1, code: 'ab' }, 'spec.code: Invalid value: "object": a code needs a size above 1'],
];

describe('a CustomResourceDefinition', () => {
  for (const [name, spec, says] of FAULTS) {
    it(`refuses ${name}`, () => {
      const { api } = testCluster();
      api.create(definition('Shape', { spec: FIELDS }));
      const message = `Shape.test.example.com "s" is invalid: ${says}`;
      assert.throws(
        () => api.create(shape(spec)),
        (error) => error instanceof ApiError && error.code === 422 && error.message === message,
      );
    });
  }

  it('lists every fault at once', () => {
    const { api } = testCluster();
    api.create(definition('Shape', { spec: FIELDS }));
    assert.throws(
      () => api.create(shape({ size: 0, colour: 'green' })),
      /is invalid: \[spec\.size: .*, spec\.colour: .*\]$/,
    );
  });

  it('prunes what it does not know, fills in defaults, and keeps what it is told to preserve', () => {
    const { api } = testCluster();
    api.create(definition('Shape', { spec: FIELDS }));
    const spec = {
      size: 1,
      unknown: 1,
      either: '5%',
      parts: [{ name: 'a', other: 1 }],
      free: { any: [1, null] },
      texts: { a: 'b' },
    };
    assert.deepEqual(api.create(shape(spec))['spec'], {
      size: 1,
      either: '5%',
      parts: [{ name: 'a', weight: 1 }],
      free: { any: [1, null] },
      texts: { a: 'b' },
      colour: 'red',
    });
  });

  it('asks transition rules only where there was a value before', () => {
    const { api } = testCluster();
    api.create(definition('Shape', { spec: FIELDS }));
    api.create(shape({ size: 1 }));
    const key = { apiVersion: 'test.example.com/v1', kind: 'Shape', namespace: 'default', name: 's' };
    api.patch(key, { spec: { fixed: 'once' } });
    assert.throws(
      () => api.patch(key, { spec: { fixed: 'twice' } }),
      /spec\.fixed: Invalid value: "twice": fixed cannot change/,
    );
  });

  it('does not hold an unchanged field to a schema that came later', () => {
    const { api } = testCluster();
    api.create(
      definition('Shape', { spec: { ...FIELDS, properties: { ...FIELDS.properties, size: { type: 'integer' } } } }),
    );
    api.create(shape({ size: 99 }));
    const key = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      name: 'shapes.test.example.com',
    };
    const stored = api.get(key);
    assert.ok(stored);
    api.update({ ...stored, ...definition('Shape', { spec: FIELDS }), metadata: stored.metadata });
    const own = { apiVersion: 'test.example.com/v1', kind: 'Shape', namespace: 'default', name: 's' };
    api.patch(own, { metadata: { labels: { a: 'b' } } });
    assert.throws(() => api.patch(own, { spec: { size: 98 } }), /less than or equal to 9/);
  });

  it('of TaskReports lets one Pod claim a report, and nobody change a final one', () => {
    const { api } = testCluster();
    api.create(repositoryDefinition('metastash.dev_taskreports.yaml'));
    const key = { apiVersion: 'metastash.dev/v1alpha1', kind: 'TaskReport', namespace: 'default', name: 'r' };
    api.create({
      apiVersion: key.apiVersion,
      kind: key.kind,
      metadata: { name: 'r', namespace: 'default' },
      spec: { task: 'backup', jobName: 'r', run: 0 },
    });
    const at = '2026-01-01T00:00:00Z';
    const running = { schemaVersion: 1, phase: 'Running', podUID: 'one', startedAt: at, heartbeatAt: at };
    api.patch(key, { status: running }, 'status');
    assert.throws(() => api.patch(key, { status: { podUID: 'two' } }, 'status'), /another Pod has claimed this report/);
    api.patch(key, { status: { phase: 'Succeeded' } }, 'status');
    assert.throws(
      () => api.patch(key, { status: { heartbeatAt: '2026-01-01T00:01:00Z' } }, 'status'),
      /the report is final/,
    );
  });
});
