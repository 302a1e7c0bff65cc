import assert from 'node:assert/strict';
import { resolveTasks, type Direction } from '../../../hooks/jobs/catalog.ts';
import type { AddonInfo } from '../../../hooks/jobs/shapes.ts';
import { catalog, firstTask } from './fixtures.ts';

function problemOf(addon: AddonInfo | undefined, direction: Direction, related = catalog()): object {
  const tasks = resolveTasks(addon, direction, related);
  assert.ok(!tasks.ok);
  return tasks.error;
}

describe('from an AddonInfo to what runs', () => {
  it('finds the task and Function of our catalog', () => {
    const task = firstTask({ name: 'workload-addon', tasks: [{ name: 'logical-backup' }] }, 'backup');
    assert.equal(task.functionName, 'workload-backup');
    assert.equal(task.function.args?.[0], 'backup');
  });

  it('takes the other spelling of KubeStash’s examples', () => {
    const task = firstTask({ name: 'workload-addon', tasks: [{ name: 'LogicalBackup' }] }, 'backup');
    assert.equal(task.task.name, 'logical-backup');
  });

  it('waits for an Addon that is not there yet', () => {
    assert.deepEqual(problemOf({ name: 'mysql-addon', tasks: [{ name: 'logical-backup' }] }, 'backup'), {
      reason: 'WaitingForAddon',
      message: 'Addon mysql-addon does not exist; apply the catalog or correct addon.name',
      waits: true,
    });
  });

  it('waits for a Function that is not there yet', () => {
    const addon = {
      kind: 'Addon',
      metadata: { name: 'mine' },
      spec: { backupTasks: [{ name: 'dump', function: 'my-dump' }] },
    };
    assert.deepEqual(problemOf({ name: 'mine', tasks: [{ name: 'dump' }] }, 'backup', catalog(addon)), {
      reason: 'WaitingForFunction',
      message: 'Function my-dump does not exist; apply the catalog or correct the Addon that names it',
      waits: true,
    });
  });

  it('refuses a task that the Addon does not have, and names those it has', () => {
    assert.deepEqual(problemOf({ name: 'pvc-addon', tasks: [{ name: 'dump' }] }, 'backup'), {
      reason: 'TaskNotFound',
      message: 'Addon pvc-addon has no backup task dump; it has: logical-backup',
      waits: false,
    });
    assert.deepEqual(problemOf({ name: 'pvc-addon', tasks: [{ name: 'logical-backup' }] }, 'restore'), {
      reason: 'TaskNotFound',
      message: 'Addon pvc-addon has no restore task logical-backup; it has: logical-backup-restore',
      waits: false,
    });
  });

  it('refuses an Addon without any task', () => {
    for (const addon of [undefined, { name: 'workload-addon', tasks: [] }]) {
      assert.deepEqual(problemOf(addon, 'backup'), {
        reason: 'TaskMissing',
        message: 'the addon lists no task; add one, for example "logical-backup" of workload-addon',
        waits: false,
      });
    }
  });

  const foreign = [
    [
      { driver: 'WalG' },
      'DriverUnsupported',
      'task dump of Addon mine needs driver WalG, and only Restic is supported; use another task',
    ],
    [
      { executor: 'Sidecar' },
      'ExecutorUnsupported',
      'task dump of Addon mine needs executor Sidecar, and only Job is supported; use another task',
    ],
  ] as const;
  for (const [fields, reason, message] of foreign) {
    it(`refuses what runs otherwise: ${message}`, () => {
      const spec = { backupTasks: [{ name: 'dump', function: 'workload-backup', ...fields }] };
      const related = catalog({ kind: 'Addon', metadata: { name: 'mine' }, spec });
      const problem = problemOf({ name: 'mine', tasks: [{ name: 'dump' }] }, 'backup', related);
      assert.deepEqual(problem, { reason, message, waits: false });
    });
  }

  it('names the driver of a task that takes VolumeSnapshots, whichever way it is written', () => {
    for (const name of ['volume-snapshot', 'VolumeSnapshot']) {
      assert.deepEqual(problemOf({ name: 'workload-addon', tasks: [{ name }] }, 'backup'), {
        reason: 'DriverUnsupported',
        message:
          `task ${name} needs driver VolumeSnapshotter, and only Restic is supported; use task logical-backup, which ` +
          'saves the files of the volumes with restic',
        waits: false,
      });
    }
  });

  it('refuses a Function without image', () => {
    const related = catalog({ kind: 'Function', metadata: { name: 'workload-backup' }, spec: { args: [] } });
    assert.deepEqual(problemOf({ name: 'workload-addon', tasks: [{ name: 'logical-backup' }] }, 'backup', related), {
      reason: 'FunctionInvalid',
      message: 'Function workload-backup has no image; set spec.image',
      waits: false,
    });
  });
});
