/**
 * The corpus is whole: every phase that a kind's CRD allows, every condition in each form that its hook gives it, and every reason
 * of its list is said by some golden answer that did not find it in the status already. So a new one fails here until it has a case.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { WIPE_REASON } from '../../hooks/jobs/wiping.ts';
import type { Condition } from '../../hooks/kube/conditions.ts';
import { listOf, mapOf } from '../../hooks/kube/json-values.ts';
import { ROUTES } from '../../hooks/routes.ts';
import { caseIds, goldenCase, goldenResponse } from './cases.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const KINDS = ROUTES.filter(({ controllerKind }) => controllerKind === 'CompositeController').map(({ kind }) => kind);

/** The forms of each condition, by kind; of the kstatus ones only Ready is ever False. */
const FORMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  backupstorage: {
    ValidationPassed: 'False True',
    BackendInitialized: 'False True Unknown',
    BackendSecretFound: 'False True',
    WipedOut: 'False True Unknown',
  },
  backupconfiguration: {
    ValidationPassed: 'False True',
    SchedulerEnsured: 'False True',
    InitialBackupTriggered: 'False True Unknown',
    LastBackupSucceeded: 'False True',
  },
  backupsession: {
    BackupSkipped: 'True',
    SnapshotsEnsured: 'False True Unknown',
    BackupExecutorEnsured: 'False True Unknown',
    PreBackupHooksExecutionSucceeded: 'False True Unknown',
    PostBackupHooksExecutionSucceeded: 'False True Unknown',
    SessionHistoryCleaned: 'True',
    MetricsPushed: 'True',
  },
  repository: {
    RepositoryInitialized: 'False True',
    RetentionApplied: 'False True Unknown',
    DataIntact: 'False True',
    SnapshotsSynced: 'False True',
    WipedOut: 'False True Unknown',
  },
  snapshot: {
    SnapshotMetadataUploaded: 'True Unknown',
    // KubeStash's, which phase.ts reads; no answer says it.
    RecentSnapshotListUpdated: '',
    BackupIncomplete: 'True',
    SourceEmpty: 'True',
    Suspect: 'False True',
    WipedOut: 'False Unknown',
  },
  restoresession: {
    ValidationPassed: 'False True',
    RestoreTargetFound: 'False True',
    RestoreExecutorEnsured: 'True Unknown',
    PreRestoreHooksExecutionSucceeded: 'False True Unknown',
    PostRestoreHooksExecutionSucceeded: 'False True Unknown',
    RestoreIncomplete: 'True',
    MetricsPushed: 'True',
  },
};
const READY = { Ready: 'False True', Reconciling: 'True', Stalled: 'True' };

/** In the lists for other reasons. */
const NEVER_SAID: readonly string[] = [
  // KubeStash's phase algorithm reads it; a Repository's retention never fails a session here.
  'backupsession SnapshotCleanupIncomplete',
  // Told to the hooks that run after a session whose object was deleted, which has no status to say it in.
  'backupsession Deleted',
];

/** KubeStash's CRD lists no phases of a BackupStorage. */
const PHASES_OF_STORAGE = ['NotReady', 'Ready'];

interface Answered {
  readonly phase?: string;
  readonly conditions?: readonly Condition[];
  readonly sessions?: readonly { readonly conditions?: readonly Condition[] }[];
}

interface Said {
  readonly phases: ReadonlySet<string | undefined>;
  readonly conditions: readonly Condition[];
  readonly reasons: ReadonlySet<unknown>;
}

/** All conditions of a status, those of sessions and components too. */
function conditionsIn(status: Answered): readonly Condition[] {
  const components = Object.values(mapOf(mapOf(status)['components']));
  const holders = [status, ...listOf(mapOf(status)['sessions']), ...components].map(mapOf);
  return holders.flatMap((one) => listOf(one['conditions']) as readonly Condition[]);
}

function isSame(one: Condition, other: Condition): boolean {
  return one.type === other.type && one.status === other.status && one.reason === other.reason;
}

/** What the cases of a kind say anew. */
function saidBy(kind: string): Said {
  const answers = caseIds(kind).flatMap((id) => {
    const { request } = goldenCase(id);
    const { status } = goldenResponse(id) as { readonly status?: Answered };
    return status === undefined ? [] : [{ before: mapOf(mapOf(mapOf(request)['parent'])['status']), status }];
  });
  const conditions = answers.flatMap(({ before, status }) => {
    const known = conditionsIn(before);
    return conditionsIn(status).filter((one) => !known.some((other) => isSame(one, other)));
  });
  const elsewhere = answers.map(({ status }) => mapOf(mapOf(status)['firstBackup'])['reason']);
  return {
    phases: new Set(answers.flatMap(({ before, status: { phase } }) => (before['phase'] === phase ? [] : [phase]))),
    conditions,
    reasons: new Set([...conditions.map((one) => one.reason), ...elsewhere]),
  };
}

/** The phases that the CRD of this route's parent allows. */
function phasesOf(kind: string): readonly string[] {
  const row = ROUTES.find((one) => one.kind === kind);
  const crds = readdirSync(`${ROOT}crds`)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => mapOf(mapOf(parse(readFileSync(`${ROOT}crds/${name}`, 'utf8')))['spec']));
  const crd = crds.find((one) => mapOf(one['names'])['kind'] === row?.parent.kind);
  const [version] = listOf(mapOf(crd)['versions']).map(mapOf);
  const path = ['schema', 'openAPIV3Schema', 'properties', 'status', 'properties', 'phase'];
  const phase = path.reduce((schema, key) => mapOf(schema[key]), mapOf(version));
  return phase['enum'] === undefined ? PHASES_OF_STORAGE : (listOf(phase['enum']) as readonly string[]);
}

async function listsOf(
  kind: string,
): Promise<{ readonly CONDITION: Record<string, string>; readonly REASON: Record<string, string> }> {
  return import(`../../hooks/kinds/${kind}/conditions.ts`);
}

function unexcused(kind: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => !NEVER_SAID.includes(`${kind} ${name}`)).sort();
}

describe('the golden corpus holds', () => {
  it('cases of the six kinds that have conditions', () =>
    assert.deepEqual(Object.keys(FORMS).sort(), [...KINDS].sort()));

  for (const kind of KINDS) {
    const said = saidBy(kind);

    it(`every phase of a ${kind}`, () => {
      const phases = phasesOf(kind);
      assert.ok(phases.length > 1);
      assert.deepEqual(
        phases.filter((phase) => !said.phases.has(phase)),
        [],
      );
    });

    it(`every condition of a ${kind} in each of its forms`, async () => {
      const expected = { ...READY, ...FORMS[kind] };
      const { CONDITION } = await listsOf(kind);
      assert.deepEqual(
        unexcused(kind, Object.values(CONDITION)).filter((type) => !(type in expected)),
        [],
      );
      const forms = (type: string): string =>
        [...new Set(said.conditions.filter((one) => one.type === type).map((one) => one.status))].sort().join(' ');
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((type) => [type, forms(type)])), expected);
    });

    it(`every reason of a ${kind}`, async () => {
      const { REASON } = await listsOf(kind);
      const ofWipe = kind === 'repository' || kind === 'backupstorage' ? Object.values(WIPE_REASON) : [];
      assert.deepEqual(
        unexcused(kind, [...Object.values(REASON), ...ofWipe]).filter((one) => !said.reasons.has(one)),
        [],
      );
    });
  }
});
