/**
 * What stands between Metacontroller and the hooks in the overlays: the controllers as they are rendered, the Secrets as
 * kustomize/credentials.sh (or cert-manager) makes them, Metacontroller as its own ServiceAccount.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply, kubectl, list, until, type Found } from '../e2e/kubectl.ts';
import { makeCertificates } from './certificates.ts';
import { startProcesses, type Processes } from './installation.ts';
import { installOverlay, makeCredentials, NAMESPACE, secretData } from './overlay.ts';
import { nameOfThisRun } from './setting.ts';
import { settle } from './waiting.ts';

const PLACE = nameOfThisRun('over-tls');

describe('between Metacontroller and the hooks', function () {
  this.timeout(300_000);

  after(() => {
    kubectl(['delete', 'namespace', PLACE, '--ignore-not-found', '--wait=false']);
  });

  for (const overlay of ['default', 'secure'] as const) {
    describe(`overlay ${overlay}`, () => {
      let processes: Processes;

      before(async () => {
        if (overlay === 'secure') makeCertificates(NAMESPACE);
        makeCredentials(...(overlay === 'secure' ? ['metastash-hooks-tls'] : []));
        processes = await startProcesses(await installOverlay(overlay));
      });
      after(() => processes.stop());

      it('a BackupStorage gets its init Job over TLS, by the name of the Service, with the token', async () => {
        await getsJob(`good-${overlay}`);
        const asked = new Set(processes.tunnel.output().trim().split('\n'));
        assert.deepEqual([...asked], [`metastash-hooks.${NAMESPACE}:443`]);
        assert.doesNotMatch(processes.hooks.output(), /"level":("warn"|40)/);
      });

      it('nobody gets an answer without TLS, or without what Metacontroller has', async () => {
        const plain = ask(processes, []);
        assert.notEqual(plain.status, '200');
        const certificate = join(processes.folder, 'ca.crt');
        writeFileSync(certificate, secretData('metastash-hooks-tls')['ca.crt'] ?? '');
        const trusting = ['--cacert', certificate];
        const expected = overlay === 'secure' ? ['401', /ClientCertificateMissing/] : ['401', /TokenMissing/];
        const answer = ask(processes, trusting);
        assert.equal(answer.status, expected[0]);
        assert.match(answer.body, expected[1] as RegExp);
      });

      it('a wrong token is refused, and the object and the log say so', async () => {
        await withSecret(processes, ['metastash-hooks-token', 'token', Buffer.from('not-this-one')], async () => {
          const event = await refusedWith(`token-${overlay}`, /TokenWrong/);
          assert.match(event, /status code: 403 .*The bearer token is not one of those that the hooks accept/);
          assert.match(processes.hooks.output(), /"code":"TokenWrong"/);
        });
        await getsJob(`token-${overlay}`, false);
      });

      it('hooks with a certificate of another authority are not believed', async () => {
        const other = join(processes.folder, 'other');
        execFileSync(
          'openssl',
          [
            ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
            ...['-subj', '/CN=metastash-authority', '-keyout', `${other}.key`, '-out', `${other}.crt`],
          ],
          { stdio: 'ignore' },
        );
        await withSecret(processes, ['metastash-hooks-tls', 'ca.crt', readFileSync(`${other}.crt`)], async () => {
          const event = await refusedWith(`authority-${overlay}`, /x509/);
          assert.match(event, /certificate signed by unknown authority/);
        });
        await getsJob(`authority-${overlay}`, false);
      });
    });
  }
});

function storage(name: string): readonly object[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: PLACE } },
    {
      apiVersion: 'storage.kubestash.com/v1alpha1',
      kind: 'BackupStorage',
      metadata: { name, namespace: PLACE },
      spec: {
        storage: { provider: 'local', local: { mountPath: '/backup', hostPath: { path: `/nowhere/${name}` } } },
        usagePolicy: { allowedNamespaces: { from: 'Same' } },
        deletionPolicy: 'Delete',
      },
    },
  ];
}

function jobsOf(name: string): readonly Found[] {
  return list('jobs', PLACE).filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.name === name));
}

async function getsJob(name: string, isNew = true): Promise<void> {
  if (isNew) apply(storage(name));
  await until(
    `an init Job of BackupStorage ${name}`,
    90,
    () => jobsOf(name)[0],
    () => events(name).join('\n'),
  );
}

function events(name: string): readonly string[] {
  const all = list('events', PLACE) as readonly (Found & {
    readonly involvedObject?: { readonly name?: string };
    readonly message?: string;
  })[];
  return all.filter(({ involvedObject }) => involvedObject?.name === name).map(({ message = '' }) => message);
}

/** The event that says so; nothing may have been made meanwhile. */
async function refusedWith(name: string, words: RegExp): Promise<string> {
  apply(storage(name));
  const event = await until('an event on the object', 60, () => events(name).find((message) => words.test(message)));
  await settle(2000);
  assert.deepEqual(jobsOf(name), []);
  return event;
}

/** Runs `act` while Metacontroller has read another value from a Secret; then everything is as before. */
async function withSecret(
  processes: Processes,
  [name, key, value]: readonly [string, string, Buffer],
  act: () => Promise<void>,
): Promise<void> {
  const right = secretData(name)[key];
  assert.ok(right);
  const put = async (bytes: Buffer): Promise<void> => {
    const patch = JSON.stringify({ data: { [key]: bytes.toString('base64') } });
    kubectl(['patch', 'secret', name, '-n', NAMESPACE, '--type=merge', '-p', patch]);
    await processes.restartMetacontroller();
  };
  await put(value);
  try {
    await act();
  } finally {
    await put(right);
  }
}

/** A sync as anyone on the network might ask for it. */
function ask(
  { hooksUrl, folder }: Processes,
  flags: readonly string[],
): { readonly status: string; readonly body: string } {
  const { port } = new URL(hooksUrl);
  const host = `metastash-hooks.${NAMESPACE}`;
  const scheme = flags.length > 0 ? 'https' : 'http';
  const body = join(folder, 'answer');
  writeFileSync(body, '');
  const common = ['-s', '-o', body, '-w', '%{http_code}', '--noproxy', '*', '--resolve', `${host}:${port}:127.0.0.1`];
  const request = [
    '-H',
    'content-type: application/json',
    '-d',
    '{}',
    `${scheme}://${host}:${port}/v1/backupstorage/sync`,
  ];
  const status = curl([...common, ...flags, ...request]);
  return { status, body: readFileSync(body, 'utf8') };
}

function curl(args: readonly string[]): string {
  try {
    return execFileSync('curl', [...args], { encoding: 'utf8' }).trim();
  } catch (error) {
    return String((error as { readonly stdout?: unknown }).stdout);
  }
}
