/** Task name -> its runner, loaded when used: a trigger does not pay for restic. */
import type { Task } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome, TaskRunner } from '../context.ts';

type Runners = {
  readonly [Name in Task['task']]: () => Promise<TaskRunner<Extract<Task, { readonly task: Name }>>>;
};

const RUNNERS: Runners = {
  'init-storage': async () => (await import('./init-storage.ts')).initStorage,
  'init-repository': async () => (await import('./init-repository.ts')).initRepository,
  trigger: async () => (await import('./trigger.ts')).trigger,
  locate: async () => (await import('./locate.ts')).locate,
  backup: async () => (await import('./backup.ts')).backup,
  restore: async () => (await import('./restore.ts')).restore,
  upload: async () => (await import('./upload.ts')).upload,
  forget: async () => (await import('./forget.ts')).forget,
  prune: async () => (await import('./prune.ts')).prune,
  check: async () => (await import('./check.ts')).check,
  wipe: async () => (await import('./wipe.ts')).wipe,
  scan: async () => (await import('./scan.ts')).scan,
  sync: async () => (await import('./sync.ts')).sync,
  diagnose: async () => (await import('./diagnose.ts')).diagnose,
  hook: async () => (await import('./hook.ts')).hook,
};

/** Runs the task. Faults before any result are thrown, later ones are in the outcome beside the result. */
export async function runTask(task: Task, context: MoverContext): Promise<TaskOutcome> {
  const runner = (await RUNNERS[task.task]()) as TaskRunner;
  return runner(task, context);
}
