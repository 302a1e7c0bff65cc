/**
 * Whether a Snapshot that Succeeded is suspect: kept and restorable by name, but no choice for `latest`, not counted by
 * retention, and no measure for later ones. Judged once, when all components are stored; a user may accept it afterwards.
 */
import { ALLOWED_SHRINK_PERCENT, doubtOf, parseAllowedShrink, type Reference } from '../../domain/shrinkage.ts';
import type { Repository } from '../../generated/types/repository.ts';
import type { Snapshot, SnapshotComponent } from '../../generated/types/snapshot.ts';
import type { ConditionFact } from '../../kube/conditions.ts';
import { mapOf, textOf } from '../../kube/json-values.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import { readyFacts } from '../../kube/ready.ts';
import { measuresOf, referenceFrom } from '../../kube/snapshot-measures.ts';
import { CONDITION, REASON } from './conditions.ts';
import type { Observed } from './observe.ts';

/** By what a component is judged; the mover gets the same, for the manifest that it stores. */
export interface Judgement {
  readonly allowedShrinkPercent: number;
  readonly reference?: Reference;
}

const HOW_TO_ACCEPT =
  'snapshot: latest passes this Snapshot over and retention does not count it; if all is as it should be, accept it: ' +
  'kubectl annotate snapshot';

/** The judgement for the restic repository at this path. */
export function judgementOf(observed: Observed, path: string): Judgement {
  const reference = referenceIn(observed.repository, path);
  return { allowedShrinkPercent: allowedIn(observed).percent, ...(reference === undefined ? {} : { reference }) };
}

export interface Suspicion {
  /** In short, for status.suspectReason. */
  readonly reason: string;
  readonly fact: ConditionFact;
}

/** Whether components that are all stored make the Snapshot suspect; undefined for one that need not be doubted. */
export function suspicionOf(
  observed: Observed,
  components: Readonly<Record<string, SnapshotComponent>>,
): Suspicion | undefined {
  const { snapshot } = observed;
  if (isAccepted(snapshot)) return undefined;
  const allowed = allowedIn(observed);
  const doubts = Object.entries(components).flatMap(([name, component]) => {
    const reference = referenceIn(observed.repository, component.path ?? '');
    const doubt = doubtOf(measuresOf(component), reference, allowed.percent);
    return doubt === undefined ? [] : [`${doubt} (component ${name})`];
  });
  if (doubts.length === 0) return undefined;
  const shown = doubts.length > 3 ? [...doubts.slice(0, 3), `${doubts.length - 3} more components`] : doubts;
  const reason = [...shown, ...allowed.faults].join('; ');
  const { name, namespace } = snapshot.metadata;
  const message = `${reason}. ${HOW_TO_ACCEPT} -n ${namespace} ${name} ${ANNOTATION.allowShrink}=true`;
  return { reason, fact: { type: CONDITION.suspect, status: 'True', reason: REASON.sourceShrunk, message } };
}

/** What a suspect Snapshot says once its user has accepted it; undefined where nothing changes. */
export function acceptedFacts(snapshot: Snapshot): readonly ConditionFact[] | undefined {
  if (snapshot.status?.suspect !== true || !isAccepted(snapshot)) return undefined;
  const message = `accepted by annotation ${ANNOTATION.allowShrink}; before that: ${snapshot.status.suspectReason ?? ''}`;
  return [
    { type: CONDITION.suspect, status: 'False', reason: REASON.accepted, message },
    ...readyFacts({ state: 'ready', reason: REASON.succeeded, message: `saved; ${message}` }),
  ];
}

function isAccepted({ metadata }: Snapshot): boolean {
  return metadata.annotations?.[ANNOTATION.allowShrink] === 'true';
}

function referenceIn(repository: Repository | undefined, path: string): Reference | undefined {
  return referenceFrom(mapOf(mapOf(repository?.status?.metastash)['lastGood'])[path]);
}

/** The session's own annotation counts before that of its BackupConfiguration; one that cannot be read counts as none. */
function allowedIn({ session, invoker }: Observed): { readonly percent: number; readonly faults: readonly string[] } {
  const text = [session, invoker]
    .map((one) => textOf(one?.metadata.annotations?.[ANNOTATION.allowShrink]))
    .find(Boolean);
  if (text === undefined) return { percent: ALLOWED_SHRINK_PERCENT, faults: [] };
  const parsed = parseAllowedShrink(text);
  if (parsed.ok) return { percent: parsed.value, faults: [] };
  return {
    percent: ALLOWED_SHRINK_PERCENT,
    faults: [`annotation ${ANNOTATION.allowShrink} is ignored: ${parsed.error}`],
  };
}
