/** The hooks before and after one backup: which there are, what their templates are filled with, and how far they are. */
import { formatSeconds } from '../../domain/duration.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import { listedEntries, pinnedHooks, wantedAfter, type PinnedHooks } from '../../jobs/hook-record.ts';
import { stageOf, type Stage, type StageInput } from '../../jobs/hook-stage.ts';
import { referenceIn, type Summary } from '../../jobs/hook-template.ts';
import { instantOf } from '../../kube/instants.ts';
import { COMPONENT, LABEL } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { hookAccountName, labelValue, uniqueName } from '../../kube/names.ts';
import { createdAt } from './deadlines.ts';
import type { Failure } from './shapes.ts';
import type { Observed } from './observe.ts';
import type { Recorded } from './record.ts';

/** The hooks that the configuration lists for this session now. */
export function hooksOf({ config }: Observed): PinnedHooks {
  return pinnedHooks(config?.hooks?.preBackup, config?.hooks?.postBackup);
}

/** One session with what its earlier answers recorded. */
export interface HookView {
  readonly session: BackupSession;
  readonly observed: Observed;
  readonly record: Recorded;
  readonly now: Instant;
}

/** The hooks before the backup; undefined where there are none. `ending` stops them. */
export function stageBefore(view: HookView, ending: Failure | undefined): Stage | undefined {
  const { record, session } = view;
  if (record.hooks.pre.length === 0) return undefined;
  const entries = record.before.length === 0 ? listedEntries(record.hooks.pre) : record.before;
  return stageOf({
    ...inputOf(view, 'pre'),
    uses: record.hooks.pre,
    entries,
    ending,
    summary: () => summaryOf(session, view.observed, { error: '', duration: '' }),
  });
}

/** The hooks after the backup, chosen by their executionPolicy when the work has ended; `failure` is how it ended. */
export function stageAfter(
  view: HookView,
  failure: Failure | undefined,
  isWanted = wantedAfter(failure),
): Stage | undefined {
  const { record, session, observed } = view;
  if (record.hooks.post.length === 0) return undefined;
  const entries = record.after.length === 0 ? listedEntries(record.hooks.post, isWanted) : record.after;
  return stageOf({
    ...inputOf(view, 'post'),
    uses: record.hooks.post,
    entries,
    ending: undefined,
    summary: (beganAt) => {
      const duration = formatSeconds((instantOf(beganAt) ?? view.now) - createdAt(session));
      return summaryOf(session, observed, { error: failure?.message ?? '', duration });
    },
  });
}

function inputOf(
  { session, observed, now }: HookView,
  stage: StageInput['stage'],
): Omit<StageInput, 'uses' | 'entries' | 'ending' | 'summary'> {
  const { namespace, namespaceObject, related, children, invoker } = observed;
  const { name, uid } = session.metadata;
  return {
    stage,
    namespace,
    namespaceObject,
    related,
    children,
    labels: {
      [LABEL.component]: COMPONENT.hook,
      [LABEL.invokerName]: labelValue(name),
      [LABEL.invokerNamespace]: namespace,
      [LABEL.sessionName]: labelValue(session.spec?.session ?? ''),
    },
    serviceAccountName: invoker === undefined ? undefined : hookAccountName(invoker.metadata),
    jobName: (hook, run) => uniqueName([name, stage, 'hook'], `${uid}/${stage}/${hook}/${run}`),
    now,
  };
}

/** KubeStash's summary of a session (kubestash-api.md §1.8): Succeeded exactly where there is no error. */
function summaryOf(
  { metadata, spec }: BackupSession,
  { invoker, namespace }: Observed,
  { error, duration }: { readonly error: string; readonly duration: string },
): Summary {
  const own: object = { apiGroup: 'core.kubestash.com', namespace, ...spec.invoker };
  return {
    Name: metadata.name,
    Namespace: namespace,
    Invoker: referenceIn(own),
    Target: referenceIn({ namespace, ...invoker?.spec?.target }),
    Status: { Phase: error === '' ? 'Succeeded' : 'Failed', Duration: duration, Error: error },
  };
}
