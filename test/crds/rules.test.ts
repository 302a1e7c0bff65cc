import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { objectSchema } from '../../crds/manifest.ts';
import { kindSources, sharedFragments } from '../../crds/source.ts';
import { validatorOf, type KindName } from '../../hooks/generated/validate.ts';
import { brokenRules } from './cel-rules.ts';
import { changed, goodObjects, stored, wrongObjects, type GoodObject, type WrongObject } from './wrong-objects.ts';

const shared = sharedFragments();
const schemas = new Map(kindSources().map((kind) => [kind.kind, objectSchema(kind, shared)]));
// TaskReport is written by the mover alone; its rules are proved on the real server.
const ours = (row: WrongObject): boolean => schemas.has(row.kind);

describe('What users write', () => {
  describe('is in order', () => {
    for (const [kind, object] of goodObjects()) {
      const schema = schemas.get(kind);
      if (!schema) continue;
      it(`in the good ${kind}`, async () => {
        assert.deepEqual(await problemsOf(object), []);
        assert.deepEqual(brokenRules(schema, object), []);
      });
    }
  });

  describe('is refused by our own validator in words for its user', () => {
    for (const row of wrongObjects().filter((one) => ours(one) && one.message)) {
      it(`${row.kind}: ${row.wrong}`, async () => {
        assert.deepEqual(await problemsOf(changed(row)), [{ pointer: row.pointer, message: row.message }]);
      });
    }
  });

  describe('is refused by a rule of the CRD', () => {
    for (const row of wrongObjects().filter((one) => ours(one) && !one.message)) {
      it(`${row.kind}: ${row.wrong}`, () => {
        const before = { ...stored(row), ...(row.status ? { status: row.status } : {}) };
        const said = brokenRules(schemas.get(row.kind) ?? {}, changed(row), row.update ? before : undefined);
        assert.ok(said.length > 0, 'every rule holds');
        assert.ok(
          said.some((message) => message.includes(row.server) || row.server.includes(message)),
          `rules said: ${said.join('; ')}`,
        );
      });
    }
  });

  it('is covered by the table for every rule that has a message', () => {
    const wanted = new Set(wrongObjects().map(({ server }) => server));
    const rules = new Set([...schemas.values()].flatMap((schema) => messagesOf(schema)));
    const unproved = [...rules].filter((message) => ![...wanted].some((text) => message.includes(text)));
    assert.deepEqual(unproved, []);
  });
});

describe('The validator', () => {
  const cases: readonly (readonly [string, unknown, readonly object[]])[] = [
    ['nothing at all', undefined, [{ pointer: '', message: 'must be a map, not nothing' }]],
    ['null', null, [{ pointer: '', message: 'must be a map, not null' }]],
    ['a list', [], [{ pointer: '', message: 'must be a map, not a list' }]],
    ['an empty object', {}, [{ pointer: '/spec', message: 'is missing' }]],
    ['a spec that is text', { spec: 'all' }, [{ pointer: '/spec', message: 'must be a map, not "all"' }]],
    ['a strange status', { spec: { storageRef: { name: 'a' }, path: 'b' }, status: { phase: 7 } }, []],
  ];
  for (const [name, object, problems] of cases) {
    it(`answers ${name}`, async () => {
      assert.deepEqual((await validatorOf('Repository'))(object), problems);
    });
  }

  it('says everything at once, in the order of the schema, but never more than 20 problems', async () => {
    const validate = await validatorOf('BackupConfiguration');
    const sessions = Array.from({ length: 24 }, (_, index) => ({ name: `s${index}` }));
    const problems = validate({ spec: { sessions } });
    assert.equal(problems.length, 20);
    assert.deepEqual(problems[0], { pointer: '/spec/sessions/0/scheduler', message: 'is missing' });
  });

  it('shows long and secret-like values cut short', async () => {
    const validate = await validatorOf('BackupStorage');
    const [problem] = validate({ spec: { storage: { provider: 'x'.repeat(500) } } });
    assert.ok((problem?.message.length ?? 0) < 140, problem?.message);
  });

  it('loads its code with the first use, so that the service starts without it', async () => {
    const entry = 'hooks/generated/validate.ts';
    const result = await build({ entryPoints: [entry], bundle: true, metafile: true, write: false, platform: 'node' });
    assert.deepEqual(
      result.metafile.inputs[entry]?.imports.map(({ path, kind }) => `${kind} ${path}`),
      ['dynamic-import hooks/generated/validators.js'],
    );
  });

  it('leaves the object as it was', async () => {
    const object = Object.freeze({ spec: Object.freeze({ storage: Object.freeze({ provider: 's4' }) }) });
    const before = JSON.stringify(object);
    (await validatorOf('BackupStorage'))(object);
    assert.equal(JSON.stringify(object), before);
  });
});

async function problemsOf(object: GoodObject): Promise<readonly object[]> {
  return (await validatorOf(object.kind as KindName))(object);
}

function messagesOf(schema: typeof schemas extends Map<string, infer Value> ? Value : never): readonly string[] {
  const below = [schema.items, schema.additionalProperties, ...Object.values(schema.properties ?? {})];
  return [
    ...(schema['x-kubernetes-validations'] ?? []).map(({ message }) => message),
    ...below.flatMap((one) => (one ? messagesOf(one) : [])),
  ];
}
