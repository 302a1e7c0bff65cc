import assert from 'node:assert/strict';
import { join } from 'node:path';
import { objectSchema } from '../../crds/manifest.ts';
import { kindSources, sharedFragments, type Schema } from '../../crds/source.ts';
import { validatorOf, type KindName } from '../../hooks/generated/validate.ts';
import { kubestashObjects } from '../cluster/crds/documents.ts';
import { brokenRules } from './cel-rules.ts';

const shared = sharedFragments();
const schemas = new Map(kindSources().map((kind) => [kind.kind, objectSchema(kind, shared)]));
const { found } = kubestashObjects(join(import.meta.dirname, '../fixtures/kubestash'));

describe('Manifests as KubeStash’s users write them', () => {
  for (const { file, object } of found) {
    it(`${file}: ${object.kind} ${object.metadata.name} is accepted, and no field of it is lost`, async () => {
      const schema = schemas.get(object.kind);
      assert.ok(schema);
      assert.deepEqual((await validatorOf(object.kind as KindName))(object), []);
      assert.deepEqual(brokenRules(schema, object), []);
      assert.deepEqual(unknownFields(schema, object), []);
    });
  }

  it('cover all 14 kinds', () => {
    assert.deepEqual([...new Set(found.map(({ object }) => object.kind))].sort(), [...schemas.keys()].sort());
  });
});

/** Fields that the API server would drop. */
function unknownFields(schema: Schema, value: unknown, path = ''): readonly string[] {
  if (path === '.metadata' || typeof value !== 'object' || value === null) return [];
  const { items } = schema;
  if (Array.isArray(value)) {
    return value.flatMap((one, index) =>
      items ? unknownFields(items, one, `${path}[${index}]`) : [`${path}[${index}]`],
    );
  }
  return Object.entries(value).flatMap(([key, one]) => {
    const known = schema.properties?.[key] ?? schema.additionalProperties;
    if (known) return unknownFields(known, one, `${path}.${key}`);
    return schema['x-kubernetes-preserve-unknown-fields'] ? [] : [`${path}.${key}`];
  });
}
