import assert from 'node:assert/strict';
import request from 'supertest';
import type { ErrorCode } from '../../hooks/http/errors.ts';
import { assertRefused } from './refusals.ts';
import { FINALIZE, keptLog, SYNC, toyApp, toyJob, toyParent, toyRequest } from './toy.ts';

const PLAIN = '/v1/plain-toy/sync';
const LABELS = '/v1/toy-labels/sync';
const CUSTOMIZE = '/v1/toy/customize';

function posted(path: string, body: object, app = toyApp()): request.Test {
  return request(app).post(path).send(body);
}

function jobs(objects: Record<string, unknown>): Record<string, unknown> {
  return { children: { 'Job.batch/v1': objects } };
}

function meta(fields: Record<string, unknown>): Record<string, unknown> {
  return toyParent({ metadata: { ...(toyParent()['metadata'] as object), ...fields } });
}

interface Refused {
  readonly why: string;
  readonly fields: Record<string, unknown>;
  readonly code: ErrorCode;
  readonly where: string;
  readonly path?: string;
}

const REFUSED: readonly Refused[] = [
  { why: 'B18 a controller that is none', fields: { controller: 1 }, code: 'ControllerMismatch', where: '/controller' },
  {
    why: 'B18 a controller of the other kind',
    fields: { controller: { kind: 'DecoratorController', metadata: { name: 'toy' } } },
    code: 'ControllerMismatch',
    where: '/controller/kind',
  },
  {
    why: 'B18 a controller of another name',
    fields: { controller: { kind: 'CompositeController', metadata: { name: 'bear' } } },
    code: 'ControllerMismatch',
    where: '/controller/metadata/name',
  },
  {
    why: 'B18 a controller whose name only ends alike',
    fields: { controller: { kind: 'CompositeController', metadata: { name: 'bigtoy' } } },
    code: 'ControllerMismatch',
    where: '/controller/metadata/name',
  },
  { why: 'B19 no parent', fields: { parent: undefined }, code: 'ParentMissing', where: '/parent' },
  { why: 'B19 a parent of null', fields: { parent: null }, code: 'ParentMissing', where: '/parent' },
  { why: 'B19 a list of parents', fields: { parent: [toyParent()] }, code: 'ParentMissing', where: '/parent' },
  {
    why: 'B19 a parent of another kind',
    fields: { parent: toyParent({ kind: 'Game' }) },
    code: 'ParentMismatch',
    where: '/parent/kind',
  },
  {
    why: 'B19 a parent of another version',
    fields: { parent: toyParent({ apiVersion: 'toys.example.com/v2' }) },
    code: 'ParentMismatch',
    where: '/parent/apiVersion',
  },
  {
    why: 'B19 no parent for customize',
    fields: { parent: undefined },
    code: 'ParentMissing',
    where: '/parent',
    path: CUSTOMIZE,
  },
  { why: 'B19 no object for a decorator', fields: {}, code: 'ParentMissing', where: '/object', path: LABELS },
  {
    why: 'B20 a parent without metadata',
    fields: { parent: toyParent({ metadata: undefined }) },
    code: 'ParentIncomplete',
    where: '/parent/metadata',
  },
  {
    why: 'B20 a parent without name',
    fields: { parent: meta({ name: undefined }) },
    code: 'ParentIncomplete',
    where: '/parent/metadata/name',
  },
  {
    why: 'B20 a parent with an empty name',
    fields: { parent: meta({ name: '' }) },
    code: 'ParentIncomplete',
    where: '/parent/metadata/name',
  },
  {
    why: 'B20 a parent without namespace',
    fields: { parent: meta({ namespace: undefined }) },
    code: 'ParentIncomplete',
    where: '/parent/metadata/namespace',
  },
  {
    why: 'B20 a parent without uid',
    fields: { parent: meta({ uid: undefined }) },
    code: 'ParentIncomplete',
    where: '/parent/metadata/uid',
  },
  {
    why: 'B20 a parent without uid for customize',
    fields: { parent: meta({ uid: undefined }) },
    code: 'ParentIncomplete',
    where: '/parent/metadata/uid',
    path: CUSTOMIZE,
  },
  {
    why: 'B20 a label that is no text',
    fields: { parent: meta({ labels: { a: 1 } }) },
    code: 'ParentIncomplete',
    where: '/parent/metadata/labels/a',
  },
  {
    why: 'B20 finalizers that are no list',
    fields: { parent: meta({ finalizers: 'x' }) },
    code: 'ParentIncomplete',
    where: '/parent/metadata/finalizers',
  },
  { why: 'B21 no children', fields: { children: undefined }, code: 'ChildrenMissing', where: '/children' },
  { why: 'B21 children of null', fields: { children: null }, code: 'ChildrenMissing', where: '/children' },
  { why: 'B21 a list of children', fields: { children: [] }, code: 'ChildrenMissing', where: '/children' },
  {
    why: 'B21 a group of null',
    fields: { children: { 'Job.batch/v1': null } },
    code: 'ChildrenMissing',
    where: '/children/Job.batch~1v1',
  },
  {
    why: 'B21 a list as group',
    fields: { children: { 'Job.batch/v1': [] } },
    code: 'ChildrenMissing',
    where: '/children/Job.batch~1v1',
  },
  {
    why: 'B21 a group that is missing',
    fields: { children: {} },
    code: 'ChildGroupMissing',
    where: '/children/Job.batch~1v1',
  },
  {
    why: 'B21 children of a kind that the row does not know',
    fields: {
      children: { 'Job.batch/v1': {}, 'Pod.v1': { 'demo/p': { ...toyJob('p'), apiVersion: 'v1', kind: 'Pod' } } },
    },
    code: 'ChildGroupUnknown',
    where: '/children/Pod.v1',
  },
  {
    why: 'B22 no related though customize asks for them',
    fields: { related: undefined },
    code: 'RelatedMissing',
    where: '/related',
  },
  {
    why: 'B22 related of null though customize asks for them',
    fields: { related: null },
    code: 'RelatedMissing',
    where: '/related',
  },
  {
    why: 'B22 a related group that is a list',
    fields: { related: { 'Secret.v1': [] } },
    code: 'RelatedMalformed',
    where: '/related/Secret.v1',
  },
  { why: 'B23 finalizing as text', fields: { finalizing: 'true' }, code: 'FinalizingMalformed', where: '/finalizing' },
  { why: 'B23 finalizing as null', fields: { finalizing: null }, code: 'FinalizingMalformed', where: '/finalizing' },
  {
    why: 'B23 finalize of a parent that is not finalizing',
    fields: { finalizing: false },
    code: 'FinalizingMalformed',
    where: '/finalizing',
    path: FINALIZE,
  },
  {
    why: 'B24 a child of null',
    fields: jobs({ 'demo/a': null }),
    code: 'ObjectMalformed',
    where: '/children/Job.batch~1v1/demo~1a',
  },
  {
    why: 'B24 a child of another kind than its group',
    fields: jobs({ 'demo/a': { ...toyJob('a'), kind: 'Pod' } }),
    code: 'ObjectMalformed',
    where: '/children/Job.batch~1v1/demo~1a',
  },
  {
    why: 'B24 a child whose owners are no list',
    fields: jobs({ 'demo/a': toyJob('a', { ownerReferences: {} }) }),
    code: 'ObjectMalformed',
    where: '/children/Job.batch~1v1/demo~1a/metadata/ownerReferences',
  },
  {
    why: 'B26 children keyed as v1 does',
    fields: jobs({ a: toyJob('a') }),
    code: 'HookVersionUnsupported',
    where: '/children/Job.batch~1v1/a',
  },
  {
    why: 'B26 related objects keyed as v1 does',
    fields: { related: { 'Job.batch/v1': { a: toyJob('a') } } },
    code: 'HookVersionUnsupported',
    where: '/related/Job.batch~1v1/a',
  },
];

describe('shapes of requests', () => {
  for (const { why, fields, code, where, path } of REFUSED) {
    it(`${why.slice(0, 3)} refuses ${why.slice(4)}`, async () => {
      assertRefused(await posted(path ?? SYNC, toyRequest(fields)), code, where);
    });
  }

  it('B18 takes a request without controller, and one of its own under any name prefix', async () => {
    await posted(SYNC, toyRequest()).expect(200);
    for (const name of ['toy', 'team-a-toy']) {
      await posted(SYNC, toyRequest({ controller: { kind: 'CompositeController', metadata: { name } } })).expect(200);
    }
  });

  it('B21 takes an unknown group without objects: nothing could be deleted', async () => {
    await posted(SYNC, toyRequest({ children: { 'Job.batch/v1': {}, 'Pod.v1': {} } })).expect(200);
  });

  it('B22 takes related of nothing from a kind that asks for nothing, and an empty map from one that does', async () => {
    await posted(PLAIN, toyRequest({ related: null })).expect(200);
    await posted(SYNC, toyRequest({ related: {} })).expect(200);
  });

  it('B23 handles finalizing on the sync path as finalize, also without deletionTimestamp', async () => {
    const answer = await posted(SYNC, toyRequest({ finalizing: true })).expect(200);
    const { status, finalized } = answer.body as { status: { finalize: boolean }; finalized: boolean };
    assert.deepEqual([status.finalize, finalized], [true, true]);
    const plain = await posted(PLAIN, toyRequest({ finalizing: true })).expect(200);
    assert.equal((plain.body as { status: { finalizing: boolean } }).status.finalizing, true);
  });

  it('B24 shows odd children to the hook as they are, and notes them in the log without their contents', async () => {
    const { log, lines } = keptLog();
    const foreign = { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'other', controller: true };
    const answer = await posted(
      SYNC,
      toyRequest(
        jobs({
          'demo/other-key': toyJob('own-name'),
          'demo/foreign': toyJob('foreign', { ownerReferences: [foreign] }),
          'demo/going': toyJob('going', { deletionTimestamp: '2026-01-05T01:30:00Z' }),
          'demo/odd': { ...toyJob('odd'), status: { phase: 'Sideways' } },
        }),
      ),
      toyApp({ log }),
    ).expect(200);
    const { children } = (answer.body as { status: { children: string[] } }).status;
    assert.deepEqual(children, ['demo/other-key', 'demo/foreign', 'demo/going', 'demo/odd']);
    assert.match(lines(), /"where":\["\/children\/Job.batch~1v1\/demo~1other-key is not the object's own name"/);
    assert.match(lines(), /demo~1foreign has another owner/);
    assert.doesNotMatch(lines(), /Sideways|demo~1going/);
  });

  it('B26 takes cluster-scoped related objects under their bare name', async () => {
    const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo', uid: 'n', labels: {} } };
    await posted(SYNC, toyRequest({ related: { 'Namespace.v1': { demo: space } } })).expect(200);
  });
});
