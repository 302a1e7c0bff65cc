import assert from 'node:assert/strict';
import { CHECKS, firstProblem } from '../../../../hooks/kinds/backupsession/checks.ts';
import { observe } from '../../../../hooks/kinds/backupsession/observe.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import {
  backupSession,
  condition,
  configuration,
  READY_REPOSITORY,
  repository,
  requestOf,
  timeIn,
  turn,
  type SessionParts,
} from './objects.ts';

interface Case {
  readonly it: string;
  readonly session?: SessionParts;
  readonly sees: readonly KubeObject[];
  readonly waitedMinutes?: number;
  /** `reason: message`, with `…` before it where the session keeps waiting; nothing where it may begin. */
  readonly says?: string;
}

const OTHER = backupSession({
  meta: { name: 'app-hourly-1', uid: 'other-uid' },
  spec: { session: 'hourly' },
  status: { phase: 'Running' },
});
const notReady = (message: string, more: object = {}) =>
  repository('local', {
    phase: 'NotReady',
    conditions: [condition('Ready', 'False', 'WaitingForBackupStorage', message)],
    ...more,
  });
const twoRepositories = configuration({
  session: {
    repositories: [
      { name: 'local', backend: 'local', directory: '/app' },
      { name: 'remote', backend: 'remote', directory: '/app' },
    ],
  },
});
const down = repository('remote', {
  phase: 'NotReady',
  conditions: [condition('Ready', 'False', 'StorageUnreachable', 'BackupStorage demo/remote does not answer.')],
});

const withHook = configuration({
  session: { hooks: { preBackup: [{ name: 'freeze', hookTemplate: { name: 'freeze' } }] } },
});

const CASES: readonly Case[] = [
  { it: 'begins when it holds the turn and its Repository is ready', sees: [configuration(), repository(), turn()] },
  {
    it: 'never runs a copy, whatever else is ready',
    session: { meta: { annotations: { 'metastash.dev/uid': 'another-uid' } } },
    sees: [configuration(), repository(), turn()],
    says:
      'CopiedObject: This object is a copy of another BackupSession (annotation metastash.dev/uid names another uid), and a copy never runs. ' +
      'Delete it; to back up now, create a BackupSession without that annotation.',
  },
  {
    it: 'runs an object whose stamp is its own uid',
    session: { meta: { annotations: { 'metastash.dev/uid': 'session-uid' } } },
    sees: [configuration(), repository(), turn()],
  },
  {
    it: 'skips what was cancelled before it began',
    session: { meta: { annotations: { 'metastash.dev/cancel': 'true' } } },
    sees: [configuration(), repository(), turn()],
    says: 'Cancelled: Cancelled by annotation metastash.dev/cancel before it began.',
  },
  {
    it: 'refuses an invoker that is no BackupConfiguration',
    session: { spec: { invoker: { apiGroup: 'core.kubestash.com', kind: 'BackupBatch', name: 'all' } } },
    sees: [],
    says: 'InvokerKindUnsupported: /spec/invoker names BackupBatch.core.kubestash.com "all"; it must name a BackupConfiguration of core.kubestash.com.',
  },
  {
    it: 'refuses a timeout that cannot be read',
    session: { spec: { backupTimeout: 'soon' } },
    sees: [configuration(), repository(), turn()],
    says: 'InvalidBackupTimeout: /spec/backupTimeout: "soon" is no duration; write numbers with units h, m, s or ms, for example 1h30m.',
  },
  {
    it: 'skips when the configuration is going',
    sees: [configuration({ meta: { deletionTimestamp: timeIn(0) } }), repository(), turn()],
    says: 'BackupConfigurationDeleting: BackupConfiguration demo/app is being deleted.',
  },
  {
    it: 'skips at once when the configuration is paused',
    sees: [configuration({ paused: true }), repository(), turn()],
    says: 'BackupConfigurationPaused: BackupConfiguration demo/app is paused. Set its spec.paused to false, then create a new BackupSession.',
  },
  {
    it: 'skips when the configuration is invalid, in its own words',
    sees: [
      configuration({
        status: {
          observedGeneration: 1,
          phase: 'Invalid',
          conditions: [
            condition('ValidationPassed', 'False', 'ResourceValidationFailed', '/spec/backends/0 names no storage.'),
          ],
        },
      }),
      turn(),
    ],
    says: 'BackupConfigurationInvalid: BackupConfiguration demo/app is invalid: /spec/backends/0 names no storage.',
  },
  {
    it: 'waits for a new verdict when the invalid spec has been corrected since',
    sees: [
      configuration({ meta: { generation: 2 }, status: { observedGeneration: 1, phase: 'Invalid' } }),
      repository(),
      turn(),
    ],
    says: '…WaitingForBackupConfiguration: BackupConfiguration demo/app is invalid: it has not been judged yet.',
  },
  {
    it: 'waits for a HookTemplate, as a backup without its hooks may be worth nothing',
    sees: [withHook, repository(), turn()],
    says: '…WaitingForHookTemplate: Hook freeze: HookTemplate demo/freeze does not exist.',
  },
  {
    it: 'skips while the same session runs',
    sees: [
      configuration(),
      repository(),
      backupSession({ meta: { name: 'app-nightly-1', uid: 'other-uid' }, status: { phase: 'Running' } }),
      turn('other-uid'),
    ],
    says: 'SessionAlreadyRunning: BackupSession demo/app-nightly-1 of the same session is still running.',
  },
  {
    it: 'waits without limit while another session of the configuration runs',
    sees: [configuration(), repository(), OTHER, turn('other-uid')],
    waitedMinutes: 600,
    says: '…WaitingForTurn: Waiting for BackupSession demo/app-hourly-1, which runs for the same BackupConfiguration.',
  },
  {
    it: 'waits for its turn before it minds a Repository that is not ready',
    sees: [configuration(), notReady('down'), OTHER, turn('other-uid')],
    waitedMinutes: 600,
    says: '…WaitingForTurn: Waiting for BackupSession demo/app-hourly-1, which runs for the same BackupConfiguration.',
  },
  {
    it: 'waits for a configuration that has not arrived yet',
    sees: [],
    says: '…WaitingForBackupConfiguration: BackupConfiguration demo/app does not exist. Create it, or correct /spec/invoker/name in a new BackupSession.',
  },
  {
    it: 'skips when the configuration never arrives',
    sees: [],
    waitedMinutes: 30,
    says:
      'BackupConfigurationNotFound: BackupConfiguration demo/app does not exist. Create it, or correct /spec/invoker/name in a new BackupSession. ' +
      'Nothing changed for 30 minutes.',
  },
  {
    it: 'waits for a session that the configuration does not have, and lists those it has',
    session: { spec: { session: 'weekly' } },
    sees: [configuration(), repository(), turn()],
    says: '…WaitingForSession: BackupConfiguration demo/app has no session "weekly"; it has: nightly.',
  },
  {
    it: 'skips when that session never comes',
    session: { spec: { session: 'weekly' } },
    sees: [configuration(), repository(), turn()],
    waitedMinutes: 31,
    says: 'SessionNotFound: BackupConfiguration demo/app has no session "weekly"; it has: nightly. Nothing changed for 30 minutes.',
  },
  {
    it: 'skips a session without Repositories',
    sees: [configuration({ session: { repositories: [] } }), turn()],
    says: 'NoRepositories: Session nightly of BackupConfiguration demo/app names no Repository to back up into. Add one to its repositories.',
  },
  {
    it: 'waits for a configuration that is not ready, in its own words',
    sees: [
      configuration({
        status: {
          phase: 'NotReady',
          targetFound: false,
          conditions: [condition('Ready', 'False', 'WaitingForTarget', 'Deployment demo/app does not exist.')],
        },
      }),
      repository(),
      turn(),
    ],
    says: '…WaitingForBackupConfiguration: BackupConfiguration demo/app is not ready: Deployment demo/app does not exist.',
  },
  {
    it: 'skips when the target never comes',
    sees: [configuration({ status: { phase: 'NotReady', targetFound: false } }), repository(), turn()],
    waitedMinutes: 30,
    says: 'BackupConfigurationNotReady: BackupConfiguration demo/app is not ready: it has not been judged yet. Nothing changed for 30 minutes.',
  },
  {
    it: 'waits for a Repository that does not exist yet',
    sees: [configuration(), turn()],
    says: '…WaitingForRepository: Repository demo/local does not exist yet.',
  },
  {
    it: 'waits for a Repository that is not ready, with its own message',
    sees: [configuration(), notReady('BackupStorage demo/storage does not exist.'), turn()],
    says: '…WaitingForRepository: Repository demo/local is not ready: BackupStorage demo/storage does not exist.',
  },
  {
    it: 'skips when the Repository never gets ready',
    sees: [configuration(), notReady('BackupStorage demo/storage does not exist.'), turn()],
    waitedMinutes: 30,
    says: 'RepositoryNotReady: Repository demo/local is not ready: BackupStorage demo/storage does not exist. Nothing changed for 30 minutes.',
  },
  {
    it: 'does not wait for a Repository that only its user can cure',
    sees: [
      configuration(),
      repository('local', {
        phase: 'NotReady',
        conditions: [
          condition('Ready', 'False', 'WrongPassword', 'The password does not open the repository.'),
          condition('Stalled', 'True', 'WrongPassword', 'The password does not open the repository.'),
        ],
      }),
      turn(),
    ],
    says: 'RepositoryNotReady: Repository demo/local is not ready: The password does not open the repository.',
  },
  {
    it: 'does not use a Repository whose storage is gone, although it was prepared once',
    sees: [
      configuration(),
      repository('local', {
        phase: 'Ready',
        conditions: [
          condition('Ready', 'False', 'WaitingForBackupStorage', 'BackupStorage demo/storage does not exist.'),
        ],
      }),
      turn(),
    ],
    says: '…WaitingForRepository: Repository demo/local is not ready: BackupStorage demo/storage does not exist.',
  },
  {
    it: 'skips when the only Repository is paused',
    sees: [configuration(), { ...repository(), spec: { ...repository().spec, paused: true } }, turn()],
    says: 'RepositoryNotReady: Repository demo/local is paused (spec.paused).',
  },
  {
    it: 'gives one of two Repositories five minutes',
    sees: [twoRepositories, repository(), down, turn()],
    waitedMinutes: 4,
    says: '…WaitingForRepository: Repository demo/remote is not ready: BackupStorage demo/remote does not answer.',
  },
  {
    it: 'then goes on with the Repository that is ready',
    sees: [twoRepositories, repository(), down, turn()],
    waitedMinutes: 5,
  },
  {
    it: 'goes on with a ready Repository although the configuration is not ready for the other',
    sees: [
      { ...twoRepositories, status: { phase: 'NotReady' as const, targetFound: true } },
      repository('local', READY_REPOSITORY),
      down,
      turn(),
    ],
    waitedMinutes: 5,
  },
  {
    it: 'waits for its turn',
    sees: [configuration(), repository()],
    says: '…WaitingForTurn: Waiting until BackupConfiguration demo/app gives this session its turn.',
  },
  {
    it: 'skips when nobody gives the turn and nobody has it',
    sees: [configuration(), repository(), turn('somebody-gone')],
    waitedMinutes: 30,
    says: 'TurnNotGiven: BackupConfiguration demo/app did not give this session its turn within 30 minutes, and no other session ran. Look for SyncError events of it, then create a new BackupSession.',
  },
];

describe('checks of a BackupSession that has not begun', () => {
  for (const { it: sentence, session, sees, waitedMinutes = 0, says } of CASES) {
    it(sentence, () => {
      const parent = backupSession(session);
      const observed = observe(requestOf(parent, sees));
      assert.ok(observed);
      const problem = firstProblem(CHECKS, { session: parent, observed, waitedMs: waitedMinutes * 60_000 });
      const said = problem && `${problem.waits ? '…' : ''}${problem.reason}: ${problem.message}`;
      assert.equal(said, says);
    });
  }
});
