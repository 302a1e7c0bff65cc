/**
 * Bad-input catalogue (faults.md §6), rows that a mover judges, and B77: what hooks make of a mover's result. test/mover and
 * test/world/failures.test.ts hold B58, B60 and B63 to B65. B78 has no subject yet: no task lists a whole repository for a hook.
 */
import assert from 'node:assert/strict';
import { commandFrom } from '../../../mover/command.ts';
import { isFault } from '../../../mover/faults.ts';
import { certificatesIn, requiredKey } from '../../../mover/secrets.ts';
import { jobNamed, reachedJobs, synced } from '../kinds/snapshot/steps.ts';
import * as the from '../kinds/snapshot/world.ts';

const SOURCE = { namespace: 'demo', name: 'keys' };
const CANARY = 'canary-of-a-secret';
/** Made for this test; nobody has its key. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIUU3YTEAc2Wox1R09B2uTVzPSRLOYwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAeFw0yNjExMjgwNTAyMzBaFw0zNjExMjUwNTAyMzBa
MA8xDTALBgNVBAMMBHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASUAcdH
3EA6PE/xyA4aNdWnz8LHXsAtvn4el5+7ckzIDjwZ/8H4PGXG4crh/ZS023n+Qwje
pOh6E4vJP23HIenoo1MwUTAdBgNVHQ4EFgQUKmBLSJv5uCJFp53FlYSeJwf1Q7Ew
HwYDVR0jBBgwFoAUKmBLSJv5uCJFp53FlYSeJwf1Q7EwDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNIADBFAiEAx9011l0SpXyTD3P0ScY/Gdc9BMyfkClAEz1q
d3mbZ9QCIGcmrYuNbKrXJw+YzYUcxRR42w3w2e+M/rf8q2S7Z08n
-----END CERTIFICATE-----`;
const ENDS = Date.parse('2036-11-25T05:02:30.000Z');

function faultOf(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    assert.ok(isFault(thrown));
    return `${thrown.code}: ${thrown.message}`;
  }
  return 'no fault';
}

describe('a Secret that is not what it should be', () => {
  const ROWS: readonly (readonly [what: string, act: () => unknown, says: string])[] = [
    [
      'B58 without the key',
      () => requiredKey({ other: CANARY }, 'RESTIC_PASSWORD', SOURCE),
      'SecretKeyMissing: Secret demo/keys has no key RESTIC_PASSWORD. Add the key to the Secret.',
    ],
    [
      'B58 with an empty value',
      () => requiredKey({ RESTIC_PASSWORD: '' }, 'RESTIC_PASSWORD', SOURCE),
      'SecretKeyMissing: Secret demo/keys has an empty value for key RESTIC_PASSWORD. Add the key to the Secret.',
    ],
    [
      'B58 with a binary value',
      () => requiredKey({ RESTIC_PASSWORD: `${CANARY}\0` }, 'RESTIC_PASSWORD', SOURCE),
      'SecretKeyMissing: Secret demo/keys has binary data in key RESTIC_PASSWORD. Add the key to the Secret.',
    ],
    [
      'B59 with a CA that is no PEM',
      () => certificatesIn({ CA_CERT_DATA: CANARY }, 'CA_CERT_DATA', SOURCE, ENDS - 1),
      'SecretValueInvalid: Secret demo/keys: key CA_CERT_DATA holds no certificate in PEM. Correct the value of this key in the Secret.',
    ],
    [
      'B59 with a CA that is broken',
      () => certificatesIn({ CA_CERT_DATA: CERTIFICATE.replace('MIIB', 'XXXX') }, 'CA_CERT_DATA', SOURCE, ENDS - 1),
      'SecretValueInvalid: Secret demo/keys: key CA_CERT_DATA holds a certificate that cannot be read. Correct the value of this key in the Secret.',
    ],
    [
      'B59 with a CA that has ended',
      () => certificatesIn({ CA_CERT_DATA: CERTIFICATE }, 'CA_CERT_DATA', SOURCE, ENDS),
      'SecretValueInvalid: Secret demo/keys: key CA_CERT_DATA holds certificates that ended on 2036-11-25T05:02:30.000Z. Correct the value of this key in the Secret.',
    ],
  ];
  for (const [what, act, says] of ROWS) {
    it(`${what}: the key is named, its value never`, () => {
      assert.equal(faultOf(act), says);
      assert.doesNotMatch(faultOf(act), new RegExp(CANARY));
    });
  }

  it('B59 a CA that is valid is used as it is, also one beside another that has ended', () => {
    const bundle = `# ours\n${CERTIFICATE}\n${CERTIFICATE}\n`;
    assert.equal(certificatesIn({ CA_CERT_DATA: bundle }, 'CA_CERT_DATA', SOURCE, ENDS - 1), bundle);
    assert.equal(certificatesIn({}, 'CA_CERT_DATA', SOURCE, ENDS), undefined);
  });
});

describe('B66 arguments that a Function may not pass on to restic', () => {
  for (const argv of [
    ['backup', '--repo=/elsewhere'],
    ['backup', '--password-command=cat /etc/passwd'],
    ['backup', '-o', 's3.connections=9'],
    ['backup', '--', '--repo=/elsewhere'],
    ['unlock'],
    ['forget', '--keep-last=0'],
  ]) {
    it(argv.join(' '), () => assert.ok('usageError' in commandFrom(argv)));
  }
});

describe('B77 a result that cannot be read', () => {
  const ID = the.ID_ONE;
  const good = the.goodReport(10);
  const withResult = (result: unknown): the.Overlay => ({ ...good, result }) as the.Overlay;
  const withPath = (changes: object): the.Overlay =>
    withResult({
      backup: { paths: [{ hostPath: '/srv/books', snapshotID: ID, files: 1, ...changes }], integrity: true },
    });
  const ROWS: readonly (readonly [what: string, report: the.Overlay])[] = [
    ['no result at all', withResult(undefined)],
    ['a result of nothing', withResult({})],
    ['a result in HTML', withResult('<html><body>502 Bad Gateway</body></html>')],
    ['no path', withResult({ backup: { paths: [] } })],
    ['an id that is no hex', withPath({ snapshotID: 'z'.repeat(64) })],
    ['an id that climbs', withPath({ snapshotID: '../../../etc/passwd' })],
    ['an id of another length', withPath({ snapshotID: ID.slice(1) })],
    ['a newer schema', { ...good, schemaVersion: 99 } as the.Overlay],
    ['a schema in words', { ...good, schemaVersion: 'one' } as unknown as the.Overlay],
    ['a phase of another tool', { ...good, phase: 'Done' } as the.Overlay],
    ['a time that is none', { ...good, startedAt: 'yesterday' } as the.Overlay],
  ];
  for (const [what, report] of ROWS) {
    it(`${what}: never Succeeded, and another attempt follows or an error stands`, () => {
      let world = reachedJobs('Deployment');
      world = the.reported(world, jobNamed(world, 'backup'), report);
      for (const minutes of [1, 2, 3]) world = synced(world, the.START + minutes * 60_000);
      const { phase, components = {} } = world.snapshot.status ?? {};
      assert.notEqual(phase, 'Succeeded');
      const { error, warnings = [], attempts } = components['dump'] ?? {};
      assert.ok(phase === 'Failed' ? error !== undefined : attempts === 2 && warnings.length > 0, `${phase} ${error}`);
    });
  }

  it('negative sizes and keys of nobody are left out of what is said', () => {
    let world = reachedJobs('Deployment');
    const report = withPath({ sizeBytes: -5, uploadedBytes: -1, files: -3, extra: { '<b>': 1 } });
    world = synced(the.reported(world, jobNamed(world, 'backup'), report), the.START + 60_000);
    assert.doesNotMatch(JSON.stringify(world.snapshot.status), /-5|-1\b.*B|<b>/);
  });
});
