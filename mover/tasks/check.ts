/**
 * check: whether every restic repository of a Repository is whole: structure, indexes and the presence of all packs. It takes
 * no lock at first, so that no backup waits for it; what looks like damage is looked at again under restic's own lock, since
 * only then nobody can have been at work.
 */
import type { CheckTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { faultOf } from '../faults.ts';
import { EXIT, exitFault } from '../restic/exit-codes.ts';
import { numberIn, textIn } from '../restic/messages.ts';
import type { Restic } from '../restic/restic.ts';
import { LONG_SILENCE_MS, openMaintenance } from './maintenance.ts';

interface Damage {
  readonly resticPath: string;
  readonly message: string;
}

/** Checks one restic repository after the other. A repository that is not there at all is damage too. */
export async function check(task: CheckTask, context: MoverContext): Promise<TaskOutcome> {
  const maintenance = await openMaintenance(task, context);
  const resticPaths: string[] = [];
  const damaged: Damage[] = [];
  const outcome = (): TaskOutcome => ({ result: { checked: { resticPaths, damaged } } });
  try {
    for (const resticPath of task.resticPaths) {
      const restic = await maintenance.open(resticPath);
      const message = restic === undefined ? 'there is no restic repository any more' : await damageIn(restic);
      if (message !== undefined) damaged.push({ resticPath, message: context.clean(message) });
      resticPaths.push(resticPath);
    }
  } catch (thrown) {
    return { ...outcome(), error: faultOf(thrown) };
  }
  return outcome();
}

async function damageIn(restic: Restic): Promise<string | undefined> {
  const suspicion = await checked(restic, ['--no-lock']);
  return suspicion === undefined ? undefined : checked(restic, []);
}

/** restic's first words about damage; undefined where it found none. A check that could not be made throws. */
async function checked(restic: Restic, flags: readonly string[]): Promise<string | undefined> {
  let errors = 0;
  let isSummed = false;
  let words = '';
  const exit = await restic.call({
    args: ['check', ...flags],
    silenceMs: LONG_SILENCE_MS,
    accept: [EXIT.failed],
    onMessage: (message) => {
      const type = message['message_type'];
      if (type === 'error') words ||= textIn(message, 'message');
      if (type !== 'summary') return;
      isSummed = true;
      errors = numberIn(message, 'num_errors');
    },
  });
  if (exit.code === EXIT.done && errors === 0) return undefined;
  if (!isSummed) throw exitFault(exit, 'check');
  return words || exit.words || `restic check found ${errors} errors`;
}
