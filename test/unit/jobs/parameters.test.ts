import assert from 'node:assert/strict';
import { parametersOf } from '../../../hooks/jobs/parameters.ts';
import type { TaskReference } from '../../../hooks/jobs/shapes.ts';
import { catalog, firstTask } from './fixtures.ts';

function parameters(
  reference: Omit<TaskReference, 'name'>,
  system: Readonly<Record<string, string>> = {},
  paths: readonly string[] = [],
) {
  const task = firstTask({ name: 'workload-addon', tasks: [{ name: 'logical-backup', ...reference }] }, 'backup');
  return parametersOf(task, system, paths);
}

function valuesOf(...args: Parameters<typeof parameters>): Readonly<Record<string, string>> {
  const result = parameters(...args);
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return result.value.variables;
}

describe('parameters of a task', () => {
  it('come from the Addon, then variables, then params, then the system', () => {
    const values = valuesOf(
      {
        variables: [
          { name: 'enableCache', value: 'from-variables' },
          { name: 'scratchDir', value: 'from-variables' },
        ],
        params: { paths: '/a', enableCache: 'from-params', namespace: 'from-params' },
      },
      { namespace: 'from-system' },
    );
    assert.equal(values['enableCache'], 'from-params');
    assert.equal(values['scratchDir'], 'from-variables');
    assert.equal(values['namespace'], 'from-system');
    assert.equal(valuesOf({ params: { paths: '/a' } })['enableCache'], 'true');
  });

  it('fill in paths that are left out from the mount paths, as KubeStash’s examples need', () => {
    assert.equal(valuesOf({}, {}, ['/source/data', '/config'])['paths'], '/source/data,/config');
    assert.equal(valuesOf({ params: { paths: '' } }, {}, ['/source/data'])['paths'], '/source/data');
    assert.equal(valuesOf({ params: { paths: '/own' } }, {}, ['/source/data'])['paths'], '/own');
  });

  it('write numbers and booleans as texts', () => {
    const values = valuesOf({ params: { paths: '/a', enableCache: false, level: 7, gone: null } });
    assert.equal(values['enableCache'], 'false');
    assert.equal(values['level'], '7');
    assert.equal('gone' in values, false);
  });

  it('hand a variable that only Kubernetes knows to the container, and refer to it', () => {
    const valueFrom = { fieldRef: { fieldPath: 'metadata.name' } };
    const result = parameters({ variables: [{ name: 'WHO', valueFrom }], params: { paths: '/a' } });
    assert.ok(result.ok);
    assert.equal(result.value.variables['WHO'], '$(WHO)');
    assert.deepEqual(result.value.env, [{ name: 'WHO', valueFrom }]);
  });

  it('know the names of the cache volume', () => {
    assert.equal(valuesOf({ params: { paths: '/a' } })['RESTIC_CACHE_VOLUME'], 'kubestash-tmp-volume');
  });

  const wrong = [
    [
      {},
      'ParameterMissing',
      'task logical-backup of Addon workload-addon needs parameter paths; set it in addon.tasks[].params',
    ],
    [
      { params: { paths: 'data' } },
      'ParameterInvalid',
      'task logical-backup: paths: "data" is not absolute; start it with /',
    ],
    [
      { params: { paths: ['/a'] } },
      'ParameterInvalid',
      'task logical-backup: parameter paths is a list; write it as one text',
    ],
    [
      { params: { paths: { a: 1 } } },
      'ParameterInvalid',
      'task logical-backup: parameter paths is a map; write it as one text',
    ],
    [
      { params: { paths: '/a', exclude: 'x\ny' } },
      'ParameterInvalid',
      'task logical-backup: exclude holds a line break or control character; separate entries by commas',
    ],
    [
      { params: { paths: '/a', include: '/data', exclude: '/data' } },
      'ParameterInvalid',
      'task logical-backup: "/data" is both included and excluded; drop one of the two',
    ],
  ] as const;
  for (const [reference, reason, message] of wrong) {
    it(`are refused: ${message}`, () => {
      assert.deepEqual(parameters(reference), { ok: false, error: { reason, message, waits: false } });
    });
  }

  it('that a user-written Addon requires are asked for by name', () => {
    const spec = {
      backupTasks: [{ name: 'dump', function: 'workload-backup', parameters: [{ name: 'token', required: true }] }],
    };
    const related = catalog({ kind: 'Addon', metadata: { name: 'mine' }, spec });
    const task = firstTask({ name: 'mine', tasks: [{ name: 'dump' }] }, 'backup', related);
    const result = parametersOf(task, {}, ['/data']);
    assert.ok(!result.ok);
    assert.equal(result.error.message, 'task dump of Addon mine needs parameter token; set it in addon.tasks[].params');
  });
});
