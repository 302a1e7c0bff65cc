/**
 * What Argo CD, Flux, Helm and kubectl find their objects by never gets onto a child: a tool that found its own label on one would
 * show it as out of sync, or prune it, and with it the record of a backup.
 */
import assert from 'node:assert/strict';
import { answerOf } from '../golden/answers.ts';
import { caseIds, goldenCase, type GoldenCase } from '../golden/cases.ts';

const MARK = 'tracked-by-a-tool';
const TRACKING = {
  labels: {
    'app.kubernetes.io/instance': MARK,
    'argocd.argoproj.io/instance': MARK,
    'kustomize.toolkit.fluxcd.io/name': MARK,
    'kustomize.toolkit.fluxcd.io/namespace': MARK,
    'helm.toolkit.fluxcd.io/name': MARK,
  },
  annotations: {
    'argocd.argoproj.io/tracking-id': MARK,
    'argocd.argoproj.io/installation-id': MARK,
    'argocd.argoproj.io/sync-wave': MARK,
    'argocd.argoproj.io/sync-options': MARK,
    'argocd.argoproj.io/hook': MARK,
    'kustomize.toolkit.fluxcd.io/checksum': MARK,
    'kustomize.toolkit.fluxcd.io/prune': MARK,
    'kustomize.toolkit.fluxcd.io/ssa': MARK,
    'reconcile.fluxcd.io/requestedAt': MARK,
    'meta.helm.sh/release-name': MARK,
    'kubectl.kubernetes.io/last-applied-configuration': `{"made":"${MARK}"}`,
  },
} as const;

type Json = Readonly<Record<string, unknown>>;

interface Answer {
  readonly children?: readonly object[];
  readonly attachments?: readonly object[];
  readonly [field: string]: unknown;
}

describe('the tracking of GitOps tools', () => {
  const ids = caseIds().filter((id) => goldenCase(id).hook !== 'customize');
  let children = 0;

  for (const id of ids) {
    it(`changes nothing in the answer of ${id}`, () => {
      const golden = goldenCase(id);
      const plain = JSON.parse(answerOf(golden)) as Answer;
      const tracked = JSON.parse(answerOf(trackedCase(golden))) as Answer;
      for (const child of [...(tracked.children ?? []), ...(tracked.attachments ?? [])]) {
        children += 1;
        assert.equal(JSON.stringify(child).includes(MARK), false, JSON.stringify(child, undefined, 1));
      }
      assert.deepEqual(tracked, plain);
    });
  }

  it('was put to the test: the cases have children, and parents carried it', () => {
    assert.ok(ids.length > 100 && children > 300, `${ids.length} cases, ${children} children`);
    for (const id of ids) assert.ok(JSON.stringify(trackedCase(goldenCase(id)).request).includes(MARK), id);
  });
});

/** The case with tracking on its parent and on everything that it may see; not on children, which no tool applies. */
function trackedCase(golden: GoldenCase): GoldenCase {
  const { parent, object, related, ...rest } = golden.request as Readonly<Record<string, Json | undefined>>;
  const maps = Object.entries(related ?? {}).map(([kind, objects]) => [
    kind,
    Object.fromEntries(Object.entries(objects as Json).map(([name, one]) => [name, tracked(one as Json)])),
  ]);
  const request = {
    ...rest,
    ...(parent && { parent: tracked(parent) }),
    ...(object && { object: tracked(object) }),
    ...(related && { related: Object.fromEntries(maps) as Json }),
  };
  return { ...golden, request };
}

function tracked(object: Json): Json {
  const metadata = (object['metadata'] ?? {}) as Readonly<Record<string, Json | undefined>>;
  const labels = { ...metadata['labels'], ...TRACKING.labels };
  const annotations = { ...metadata['annotations'], ...TRACKING.annotations };
  return { ...object, metadata: { ...metadata, labels, annotations } };
}
