/**
 * Bugs that are planted one at a time, as replacements of source text, to show that the simulation finds such bugs: each
 * must be caught within so many seeds, by one of the invariants that are named.
 */
import type { Patch } from './bundle.ts';
import type { Need } from './faults/catalogue.ts';

export interface Mutant {
  readonly id: string;
  readonly title: string;
  /** Invariants of faults.md that it breaks; any other that catches it is as good. */
  readonly breaks: readonly string[];
  readonly patches: readonly Patch[];
  /** Faults without which the bug cannot show: every seed gets some of each around its ticks. */
  readonly needs?: readonly Need[];
}

/** Every attempt of a backup dies at work. */
const KILLED_BACKUPS: Need = {
  name: 'killedAtStep',
  with: { task: 'backup', count: 3, fate: { killedAt: { step: 12, when: 'after' } } },
};

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'M01',
    title: 'startedAt is the present time at every call',
    breaks: ['S16', 'S20'],
    patches: [
      {
        file: 'hooks/kinds/backupsession/course.ts',
        find: 'const startedAt = instantOf(session.status?.startedAt) ?? createdAt(session);',
        replace: 'const startedAt = now;',
      },
    ],
    needs: [{ name: 'slow', with: { task: 'backup' } }],
  },
  {
    id: 'M02',
    title: 'the name of a Job does not tell the attempt',
    breaks: ['S05', 'S18', 'L03'],
    patches: [
      {
        file: 'hooks/kinds/snapshot/backup-job.ts',
        find: '`${uid}/backup/${component}/${run}`',
        replace: '`backup/${component}/${run - run}`',
      },
    ],
    needs: [KILLED_BACKUPS],
  },
  {
    id: 'M03',
    title: 'no children while something related is not seen, or the spec cannot be carried out',
    breaks: ['S21', 'S22'],
    patches: [
      {
        file: 'hooks/kinds/backupconfiguration/sync.ts',
        find: 'status: refusedStatus(configuration, problem, now),\n    children: frozenChildren(configuration, observed),',
        replace: 'status: refusedStatus(configuration, problem, now),\n    children: [],',
      },
      {
        file: 'hooks/kinds/snapshot/sync.ts',
        find: '      ...everythingKept(request, now),\n      status: mapOf(snapshot.status),',
        replace: '      children: [],\n      status: mapOf(snapshot.status),',
      },
    ],
    needs: [{ name: 'specBroken' }],
  },
  {
    id: 'M04',
    title: 'a CronJob is not written as the API server stores it',
    breaks: ['S20', 'L08'],
    patches: [
      {
        file: 'hooks/jobs/mover-job.ts',
        find: "    terminationMessagePolicy: 'FallbackToLogsOnError',",
        replace: "    terminationMessagePolicy: 'FallbackToLogsOnError', resources: { limits: { cpu: '1000m' } },",
      },
    ],
  },
  {
    id: 'M05',
    title: 'a backup that could not read every file is called Succeeded',
    breaks: ['S04', 'L14'],
    patches: [
      {
        file: 'mover/tasks/backup.ts',
        find: 'if (unreadable.length > 0) {',
        replace: 'if (unreadable.length > 1_000_000) {',
      },
    ],
    needs: [{ name: 'unreadable', with: { for: 86_400 } }],
  },
  {
    id: 'M06',
    title: 'a Job is dropped as soon as it has ended',
    breaks: ['S17', 'L03', 'L01'],
    patches: [
      {
        file: 'hooks/jobs/kept-children.ts',
        find: 'if (due !== undefined && due <= now) continue;',
        replace: 'if ((due !== undefined && due <= now) || (job !== undefined && endOf(job) !== undefined)) continue;',
      },
    ],
  },
  {
    id: 'M07',
    title: 'the name of a BackupSession is made of the time at which its trigger runs',
    breaks: ['S25'],
    patches: [
      {
        file: 'mover/tasks/trigger.ts',
        find: 'const suffix = suffixOf(context.settings);',
        replace: 'const suffix = suffixOf(context.settings) && String(Math.floor(context.now().getTime() / 1000));',
      },
    ],
    needs: [
      { name: 'killedAtStep', with: { task: 'trigger', count: 1, fate: { killedAt: { step: 1, when: 'after' } } } },
    ],
  },
  {
    id: 'M08',
    title: 'retention counts Snapshots of every phase as good',
    breaks: ['S06', 'S07'],
    patches: [
      {
        file: 'hooks/domain/retention.ts',
        find: "const good = group.filter((item) => item.outcome === 'Succeeded' && isCounted(item, now));",
        replace: "const good = group.filter((item) => item.outcome !== 'Unfinished' && isCounted(item, now));",
      },
    ],
    needs: [KILLED_BACKUPS],
  },
  {
    id: 'M09',
    title: 'a lock that is met is removed with --remove-all',
    breaks: ['S10', 'S08'],
    patches: [
      {
        file: 'mover/restic/restic.ts',
        find: "run({ args: ['unlock'] }, flags)",
        replace: "run({ args: ['unlock', '--remove-all'] }, flags)",
      },
    ],
    needs: [{ name: 'leftLock', with: { exclusive: true, ageMinutes: 0 } }],
  },
  {
    id: 'M10',
    title: 'nothing wakes a Snapshot while it runs',
    breaks: ['L01', 'L03'],
    patches: [
      {
        file: 'hooks/kinds/snapshot/sync.ts',
        find: '    resyncAfterSeconds: secondsUntil(wakeAt, now),\n',
        replace: '    ...(wakeAt.length < 0 ? { resyncAfterSeconds: secondsUntil(wakeAt, now) } : {}),\n',
      },
    ],
    needs: [{ name: 'neverStarts', with: { task: 'backup' } }],
  },
  {
    id: 'M11',
    title: 'a finalizer waits for something that a dying namespace cannot hold',
    breaks: ['L04'],
    patches: [
      {
        file: 'hooks/kinds/repository/finalize.ts',
        find: 'finalized: true',
        replace: "finalized: Object.keys(request.children['Job.batch/v1'] ?? {}).length > 0",
      },
    ],
    needs: [{ name: 'namespaceDeleted' }],
  },
  {
    id: 'M12',
    title: 'the body of an error holds the question',
    breaks: ['S28'],
    patches: [
      {
        file: 'sandbox/simulation/hook-service.ts',
        find: `body: '{"error":"HookFailed"}'`,
        replace: 'body: JSON.stringify(request)',
      },
    ],
    needs: [{ name: 'hookError', with: { chance: 0.5 } }],
  },
  {
    id: 'M13',
    title: 'the count of attempts may go down',
    breaks: ['S16'],
    patches: [
      {
        file: 'hooks/jobs/mover-run.ts',
        find: 'return { run: record.run + 1, since: timestampOf(now), previous: errorText(error), notBefore, ...waits };',
        replace:
          'return { run: record.run === 1 ? 0 : record.run + 1, since: timestampOf(now), previous: errorText(error), notBefore, ...waits };',
      },
    ],
    needs: [KILLED_BACKUPS],
  },
  {
    id: 'M14',
    title: "a Repository's data goes when its storage says WipeOut",
    breaks: ['S09'],
    patches: [
      {
        file: 'hooks/kinds/repository/wipe-out.ts',
        find: '      parent: repository,',
        replace:
          '      parent: { ...repository, spec: { ...repository.spec, deletionPolicy: observed.storage?.spec.deletionPolicy } } as never,',
      },
      {
        file: 'hooks/kinds/repository/customize.ts',
        find: "if (repository.spec?.deletionPolicy !== 'WipeOut') return [];",
        replace: '',
      },
    ],
    needs: [{ name: 'deletesDeclared', with: { kind: 'Repository', propagation: 'Background' } }],
  },
];
