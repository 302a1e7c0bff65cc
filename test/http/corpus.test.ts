/** The real table over HTTP, with the golden corpus as input: what holds for the toy must hold for every kind. */
import assert from 'node:assert/strict';
import request from 'supertest';
import type { SyncRequest, SyncResponse } from '../../hooks/kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../../hooks/kube/objects.ts';
import { timestampOf } from '../../hooks/kube/instants.ts';
import { listOf, mapOf } from '../../hooks/kube/json-values.ts';
import { LABEL } from '../../hooks/kube/labels.ts';
import { pathOf } from '../../hooks/http/index-page.ts';
import { ROUTES, RULES_VERSION } from '../../hooks/routes.ts';
import { caseIds, goldenCase, goldenResponse, type GoldenCase } from '../golden/cases.ts';
import { keptLog, toyApp } from './toy.ts';

const app = toyApp({ rows: ROUTES, rulesVersion: RULES_VERSION, dev: true });

function posted(golden: GoldenCase, body: unknown = golden.request, service = app): request.Test {
  const path = pathOf(RULES_VERSION, golden.kind, golden.hook);
  return request(service)
    .post(`${path}?now=${timestampOf(golden.now)}`)
    .send(body as object);
}

interface ChildPlace {
  readonly golden: GoldenCase;
  readonly group: string;
  readonly key: string;
  readonly child: KubeObject;
  /** Its group, and its task where it has one. */
  readonly named: string;
}

/** One place per kind, group of children and task, so that the table stays readable: the first case that has such a child. */
function childPlaces(): readonly ChildPlace[] {
  const places = new Map<string, ChildPlace>();
  const syncs = caseIds()
    .map(goldenCase)
    .filter(({ hook }) => hook === 'sync');
  for (const place of syncs.flatMap(childPlacesIn)) {
    const name = `${place.golden.kind} ${place.named}`;
    if (!places.has(name)) places.set(name, place);
  }
  return [...places.values()];
}

function childPlacesIn(golden: GoldenCase): readonly ChildPlace[] {
  const { children = {} } = golden.request as Partial<SyncRequest>;
  return Object.entries(children).flatMap(([group, objects]) =>
    Object.entries(objects).map(([key, child]) => ({ golden, group, key, child, named: nameOf(group, child) })),
  );
}

function nameOf(group: string, { metadata }: KubeObject): string {
  const task = metadata.labels?.[LABEL.task];
  return task === undefined ? group : `${group} (${task})`;
}

function withChild({ golden, group }: ChildPlace, changes: Record<string, KubeObject | undefined>): unknown {
  const whole = golden.request as SyncRequest;
  const objects = Object.entries({ ...whole.children[group], ...changes }).filter(([, object]) => object !== undefined);
  return { ...whole, children: { ...whole.children, [group]: Object.fromEntries(objects) } };
}

function keptNames(answer: { readonly children: readonly DesiredObject[] }): readonly string[] {
  return answer.children.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

const METADATA_ODDITIES: readonly (readonly [sentence: string, metadata: (child: KubeObject) => object])[] = [
  [
    'of a foreign owner',
    ({ metadata }) => ({
      ...metadata,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'other', uid: 'other', controller: true }],
    }),
  ],
  [
    'that is being deleted',
    ({ metadata }) => ({ ...metadata, deletionTimestamp: '2026-01-05T02:00:00Z', finalizers: ['a/b'] }),
  ],
];
const STATUS_ODDITIES: readonly (readonly [sentence: string, status: unknown])[] = [
  ['without a status', undefined],
  ['whose status is null', null],
  ['whose status is text', 'done'],
  ['with an unknown phase and conditions as a map', { phase: 'Sideways', conditions: { Ready: true } }],
  ['whose conditions are null, text and numbers', { conditions: [null, 'Ready', 7], startTime: 5, components: [] }],
];

describe('the real table over HTTP', () => {
  it('answers every sample of GET / with 200', async () => {
    const { hooks } = (await request(app).get('/').expect(200)).body as { hooks: { path: string; sample: object }[] };
    for (const { path, sample } of hooks) {
      const answer = await request(app).post(path).send(sample);
      assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    }
  });

  it('gives every golden answer to the bytes that curl -d @file sends', async () => {
    for (const golden of caseIds().map(goldenCase)) {
      const type = 'application/x-www-form-urlencoded';
      const answer = await posted(golden, JSON.stringify(golden.request, undefined, 1).replaceAll('\n', '')).set(
        'Content-Type',
        type,
      );
      assert.deepEqual(JSON.parse(answer.text), goldenResponse(golden.id), golden.id);
    }
  });

  it('B21 refuses every golden sync without one of its groups', async () => {
    for (const row of ROUTES.filter(({ controllerKind }) => controllerKind === 'CompositeController')) {
      const golden = caseIds(row.kind)
        .map(goldenCase)
        .find(({ hook }) => hook === 'sync');
      assert.ok(golden, `${row.kind} has no golden sync`);
      const whole = golden.request as SyncRequest;
      for (const group of row.children) {
        const children = Object.fromEntries(Object.entries(whole.children).filter(([name]) => name !== group));
        assert.match((await posted(golden, { ...whole, children }).expect(400)).text, /ChildGroupMissing/);
      }
    }
  });

  for (const place of childPlaces()) {
    const { golden, group, key, child, named } = place;
    it(`B24 keeps every child of a ${golden.kind} while one ${named} is odd`, async () => {
      const before = keptNames((await posted(golden).expect(200)).body as SyncResponse);
      const odd: readonly (readonly [string, KubeObject])[] = [
        ...METADATA_ODDITIES.map(
          ([why, metadata]) => [why, { ...child, metadata: metadata(child) } as KubeObject] as const,
        ),
        ...STATUS_ODDITIES.map(([why, status]) => [why, { ...child, status }] as const),
      ];
      for (const [why, object] of odd) {
        const answer = await posted(golden, withChild(place, { [key]: object }));
        assert.equal(answer.status, 200, `${golden.id}, a ${group} ${why}: ${answer.text}`);
        const after = keptNames(answer.body as SyncResponse);
        const own = `${child.kind} ${child.metadata.name}`;
        const lost = before.filter((name) => name !== own && isObservedIn(golden, name) && !after.includes(name));
        assert.deepEqual(lost, [], `${golden.id}, a ${group} ${why}`);
      }
    });
  }

  for (const place of childPlaces().filter(({ group }) => group === 'Job.batch/v1')) {
    const { golden, group, child, named } = place;
    it(`B25 keeps to the older of two of a ${golden.kind}'s ${named}, and drops neither while a component runs`, async () => {
      const before = (await posted(golden).expect(200)).body as SyncResponse<object>;
      const name = `${child.metadata.name.slice(0, 55)}-twin`;
      const later = timestampOf(Date.parse(child.metadata.creationTimestamp ?? '') + 1000);
      const metadata = { ...child.metadata, name, uid: 'uid-of-the-twin', creationTimestamp: later };
      const twin = { [`${child.metadata.namespace}/${name}`]: { ...child, metadata, status: {} } };
      const after = (await posted(golden, withChild(place, twin)).expect(200)).body as SyncResponse<object>;
      assert.deepEqual(after.status, before.status, golden.id);
      const kept = keptNames(after);
      assert.deepEqual(
        keptNames(before).filter((one) => !kept.includes(one)),
        [],
        `${golden.id} ${group}`,
      );
      // The end of a Snapshot or RestoreSession ends its movers, that of a hook or a search its Job; nothing ends those of a storage or Repository.
      const { phase } = after.status as { readonly phase?: string };
      if (!['Succeeded', 'Failed'].includes(phase ?? '') && !isTaskOver(place))
        assert.ok(kept.includes(`Job ${name}`), `${golden.id}: the running twin is dropped`);
    });
  }

  it('never puts a value of a request into the log, whatever a hook does with it', async () => {
    const { log, lines } = keptLog('debug');
    const quiet = toyApp({ rows: ROUTES, rulesVersion: RULES_VERSION, dev: true, log });
    for (const golden of caseIds().map(goldenCase)) {
      const whole = golden.request as { parent?: object; object?: object };
      const marked = {
        ...(whole.parent ?? whole.object),
        spec: { hunter2: 'hunter2', sessions: 'hunter2', repository: ['hunter2'] },
      };
      await posted(golden, { ...whole, ...(whole.parent ? { parent: marked } : { object: marked }) }, quiet);
    }
    assert.notEqual(lines(), '');
    assert.doesNotMatch(lines(), /hunter2/);
  });
});

/** Whether a hook, or the search for a target's Pods, has ended: nothing of it is waited for. */
function isTaskOver({ golden, key, child }: ChildPlace): boolean {
  const { children } = golden.request as SyncRequest;
  const [job, report] = [child, children['TaskReport.metastash.dev/v1alpha1']?.[key]].map((one) => mapOf(one?.status));
  const isOver = listOf(job?.['conditions']).length > 0 || ['Succeeded', 'Failed'].includes(String(report?.['phase']));
  return ['hook', 'locate'].includes(child.metadata.labels?.[LABEL.task] ?? '') && isOver;
}

function isObservedIn(golden: GoldenCase, kindAndName: string): boolean {
  const { children } = golden.request as SyncRequest;
  return Object.values(children).some((objects) =>
    Object.values(objects).some(({ kind, metadata }) => `${kind} ${metadata.name}` === kindAndName),
  );
}
