import assert from 'node:assert/strict';
import { mapOf } from '../../sandbox/api-server/values.ts';
import { leftOutReason } from '../../sandbox/conformance/left-out.ts';
import { replay } from '../../sandbox/conformance/replay.ts';
import { Script } from '../../sandbox/conformance/script.ts';
import { Tokens } from '../../sandbox/conformance/tokens.ts';
import { definition } from './cluster-of-tests.ts';
import { recording } from './recording.ts';

type Timeline = Parameters<NonNullable<Parameters<typeof recording>[0]>>[0];

const KINDS = [definition('Widget')];

function entry(timeline: Timeline, type: string, nth: number): Record<string, unknown> {
  const found = timeline.filter((one) => one['type'] === type)[nth];
  assert.ok(found);
  return found;
}

const PLANTED: readonly (readonly [name: string, plant: (timeline: Timeline) => void, says: RegExp])[] = [
  ['a write that the recording lacks', (timeline) => timeline.splice(5, 1), /unexpected create configmaps small\/a/],
  [
    'a write that only the recording has',
    (timeline) => timeline.splice(6, 0, { ...entry(timeline, 'call', 0), object: 'small/b' }),
    /missing create configmaps small\/b/,
  ],
  [
    'another body',
    (timeline) =>
      (mapOf(entry(timeline, 'call', 0)['body']) as { data: unknown }) && (entry(timeline, 'call', 0)['body'] = {}),
    /\/body/,
  ],
  ['another answer of the API server', (timeline) => (entry(timeline, 'call', 2)['response'] = {}), /\/response/],
  [
    'another settled request',
    (timeline) =>
      (entry(timeline, 'hook', 1)['request'] = {
        ...mapOf(entry(timeline, 'hook', 1)['request']),
        related: { 'Gadget.v1': {} },
      }),
    /settled sync of Widget small\/p: \/request\/related/,
  ],
  [
    'another answer to the user',
    (timeline) => (entry(timeline, 'step', 3)['code'] = 409),
    /step create: \/code: expected 409, got 201/,
  ],
];

describe('a replay', () => {
  it('finds nothing where host and recording agree', () => {
    assert.deepEqual(replay(recording(), KINDS), []);
  });

  for (const [name, plant, says] of PLANTED) {
    it(`finds ${name}`, () => assert.match(replay(recording(plant), KINDS).join('\n'), says));
  }

  it('finds an object that should not be there in the end', () => {
    const trace = { ...recording(), final: ['@c', '@p'] };
    assert.match(replay(trace, KINDS).join('\n'), /final: unexpected ConfigMap small\/a/);
  });

  it('finds an event that did not come', () => {
    const event = { type: 'Warning', reason: 'SyncError', object: 'Widget small/p', message: 'Sync error: no' };
    assert.match(
      replay({ ...recording(), events: [event] }, KINDS).join('\n'),
      /event missing: SyncError Widget small\/p: Sync error: no/,
    );
  });
});

describe('a recording', () => {
  it('is left out by what it needs, not by what comes out', () => {
    assert.equal(leftOutReason(recording()), undefined);
    assert.equal(leftOutReason({ ...recording(), flags: ['--apply-strategy=server-side-apply'] }), 'server-side apply');
    const rolling = recording((timeline) => {
      const childResources = [{ updateStrategy: { method: 'RollingInPlace' } }];
      entry(timeline, 'step', 2)['body'] = { spec: { childResources } };
    });
    assert.equal(leftOutReason(rolling), 'Rolling update strategies');
  });

  it('names each value once: a token stands for one value, and a value for one token', () => {
    const tokens = new Tokens();
    assert.equal(tokens.difference({ a: 'rv-1', b: 'of rv-1' }, { a: '7', b: 'of 7' }), undefined);
    assert.match(tokens.difference('rv-1', '8') ?? '', /expected rv-1 \(here 7\), got 8/);
    assert.match(tokens.difference('rv-2', '7') ?? '', /expected rv-2/);
    assert.equal(tokens.filled('at rv-1'), 'at 7');
  });

  it('answers by the first rule that fits, with values of the request', () => {
    const script = new Script([
      { on: 'sync', nth: 1, answer: { code: 500, raw: 'no' } },
      {
        on: 'sync',
        has: '/parent/spec/n',
        answer: {
          json: { n: '$req:/parent/spec/n', text: 'n=${req:/parent/spec/n}', all: ['$values:/children/A.v1'] },
        },
      },
    ]);
    const request = { parent: { spec: { n: 3 } }, children: { 'A.v1': { b: 2, a: 1 } } };
    assert.deepEqual(script.answer('sync', request).answer, { code: 500, headers: {}, body: 'no' });
    assert.equal(script.answer('sync', request).answer.body, '{"n":3,"text":"n=3","all":[1,2]}');
    assert.equal(script.answer('other', request).answer.code, 503);
  });
});
