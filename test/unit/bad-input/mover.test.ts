/**
 * Bad-input catalogue (faults.md §6), rows that a mover judges, and B77: what hooks make of a mover's result. test/mover and
 * test/world/failures.test.ts hold B58, B60, B63 to B65 and B78. Of B77, a result is a field of a TaskReport: that it is JSON in
 * UTF-8 is the API server's word, and how large it may be the mover's (test/mover/report.test.ts).
 */
import assert from 'node:assert/strict';
import { commandFrom } from '../../../mover/command.ts';
import { isFault } from '../../../mover/faults.ts';
import { diagnosisOf } from '../../../mover/tasks/diagnose.ts';
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
  const OPTIONS =
    '--help, --namespace, --backupsession, --restoresession, --snapshot, --enable-cache, --scratch-dir, --paths, --exclude, --include';
  const unknown = (option: string): string =>
    `unknown option ${option}; nothing is passed on to restic, possible are ${OPTIONS}`;
  const COMMANDS_ARE = /^unknown command "unlock"; one of: init-storage, .*, backup, restore, .*, hook$/;
  const ROWS: readonly (readonly [argv: readonly string[], says: string | RegExp])[] = [
    [['backup', '--repo=/elsewhere'], unknown('--repo')],
    [['backup', '--password-command=cat /etc/passwd'], unknown('--password-command')],
    [['backup', '-o', 's3.connections=9'], unknown('-o')],
    [['backup', '--', '--repo=/elsewhere'], 'unexpected argument "--repo=/elsewhere" after backup'],
    [['unlock'], COMMANDS_ARE],
    [['forget', '--keep-last=0'], unknown('--keep-last')],
    [['backup', 'restore'], 'unexpected argument "restore" after backup'],
  ];
  for (const [argv, says] of ROWS) {
    it(`${argv.join(' ')}: refused with the word that is wrong`, () => {
      const line = commandFrom(argv);
      assert.ok('usageError' in line);
      if (typeof says === 'string') assert.equal(line.usageError, says);
      else assert.match(line.usageError, says);
    });
  }

  it('is told by the diagnosis of the Pod, as the mover never came to claim its report', () => {
    const words = `${unknown('--repo')}\nmetastash-mover --help lists commands and options.`;
    const terminated = { exitCode: 2, reason: 'Error', message: words };
    const pod = { metadata: { name: 'p' }, status: { containerStatuses: [{ state: { terminated } }] } };
    assert.deepEqual(diagnosisOf('job', [pod], []), {
      pod: 'p',
      reason: 'Error',
      message: `The container ended with exit code 2: ${words}`,
    });
  });
});

describe('B77 a result that cannot be read', () => {
  const ID = the.ID_ONE;
  const good = the.goodReport(10);
  const withResult = (result: unknown): the.Overlay => ({ ...good, result }) as the.Overlay;
  const withPath = (changes: object): the.Overlay =>
    withResult({
      backup: { paths: [{ hostPath: '/srv/books', snapshotID: ID, files: 1, ...changes }], integrity: true },
    });
  const UNPROVEN = 'ResultUnreadable: the mover reported success without restic snapshots that can be read';
  const FOREIGN =
    'ReportUnreadable: the mover wrote a report that this version cannot read; update hooks and mover together';
  const ROWS: readonly (readonly [what: string, report: the.Overlay, says: string])[] = [
    ['no result at all', withResult(undefined), 'ResultMissing: the mover reported success without a result'],
    ['a result cut in the middle', withResult('{"backup":{"paths":[{"snap'), UNPROVEN],
    ['a result of nothing', withResult({}), UNPROVEN],
    ['a result in HTML', withResult('<html><body>502 Bad Gateway</body></html>'), UNPROVEN],
    ['no path', withResult({ backup: { paths: [] } }), UNPROVEN],
    ['an id that is no hex', withPath({ snapshotID: 'z'.repeat(64) }), UNPROVEN],
    ['an id that climbs', withPath({ snapshotID: '../../../etc/passwd' }), UNPROVEN],
    ['an id of another length', withPath({ snapshotID: ID.slice(1) }), UNPROVEN],
    ['a newer schema', { ...good, schemaVersion: 99 } as the.Overlay, FOREIGN],
    ['a schema in words', { ...good, schemaVersion: 'one' } as unknown as the.Overlay, FOREIGN],
    ['a phase of another tool', { ...good, phase: 'Done' } as the.Overlay, FOREIGN],
    ['a time that is none', { ...good, startedAt: 'yesterday' } as the.Overlay, FOREIGN],
  ];
  for (const [what, report, says] of ROWS) {
    it(`${what}: never Succeeded, said word for word, and looked up by another attempt`, () => {
      let world = reachedJobs('Deployment');
      world = the.reported(world, jobNamed(world, 'backup'), report);
      for (const minutes of [1, 2, 3]) world = synced(world, the.START + minutes * 60_000);
      const { phase, components = {} } = world.snapshot.status ?? {};
      const { attempts, warnings } = components['dump'] ?? {};
      assert.deepEqual([phase, attempts, warnings], ['Running', 2, [`attempt 1 failed: ${says}`]]);
    });
  }

  it('a report of another session, or of an older object of that name: not looked at', () => {
    let world = reachedJobs('Deployment');
    const own = jobNamed(world, 'backup');
    const child = world.children.find(({ kind, metadata }) => kind === 'TaskReport' && metadata.name === own);
    assert.ok(child);
    const name = own.replace(/[0-9a-f]{8}$/, '00000000');
    const foreign = { ...child, metadata: { ...child.metadata, name, uid: 'foreign' }, status: good };
    world = synced({ ...world, children: [...world.children, foreign] }, the.START + 60_000);
    assert.equal(world.snapshot.status?.phase, 'Running');
    assert.equal(world.snapshot.status?.components?.['dump']?.phase, 'Pending');
  });

  it('negative sizes and keys of nobody are left out of what is said', () => {
    let world = reachedJobs('Deployment');
    const report = withPath({ sizeBytes: -5, uploadedBytes: -1, files: -3, extra: { '<b>': 1 } });
    world = synced(the.reported(world, jobNamed(world, 'backup'), report), the.START + 60_000);
    assert.doesNotMatch(JSON.stringify(world.snapshot.status), /-5|-1\b.*B|<b>/);
  });
});
