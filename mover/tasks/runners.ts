/** Task name -> its runner, loaded when used: a trigger does not pay for restic. */
import type { Task } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';

/** Runs the task. Faults before any result are thrown, later ones are in the outcome beside the result. */
export async function runTask(task: Task, context: MoverContext): Promise<TaskOutcome> {
  switch (task.task) {
    case 'init-storage':
      return (await import('./init-storage.ts')).initStorage(task, context);
    case 'init-repository':
      return (await import('./init-repository.ts')).initRepository(task, context);
    case 'trigger':
      return (await import('./trigger.ts')).trigger(task, context);
    case 'locate':
      return (await import('./locate.ts')).locate(task, context);
    case 'backup':
      return (await import('./backup.ts')).backup(task, context);
    case 'restore':
      return (await import('./restore.ts')).restore(task, context);
    case 'upload':
      return (await import('./upload.ts')).upload(task, context);
    case 'forget':
      return (await import('./forget.ts')).forget(task, context);
    case 'prune':
      return (await import('./prune.ts')).prune(task, context);
    case 'check':
      return (await import('./check.ts')).check(task, context);
    case 'wipe':
      return (await import('./wipe.ts')).wipe(task, context);
    case 'diagnose':
      return (await import('./diagnose.ts')).diagnose(task, context);
  }
}
