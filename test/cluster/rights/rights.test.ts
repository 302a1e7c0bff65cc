/** Who may do what on a real API server, and that whoever may not is told why (docs/security.md). */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply, get, kubectl, list, until, wordsOf, type Found } from '../../e2e/kubectl.ts';
import { install, patchReport, runMover, shell, type Account, type Installation } from './installation.ts';
import { backupTask, CONFIGURATION, NOW, repository, restoreFrom, taskReport, VAULT, WRITERS } from './manifests.ts';
import {
  allowedOf,
  becomes,
  isReady,
  jobOf,
  may,
  mayBecomes,
  played,
  report,
  secretIn,
  stories,
  type Review,
} from './questions.ts';

const BOOKS: Account = { namespace: 'shop', name: 'mover-books' };
const THIEF: Account = { namespace: 'rogue', name: 'mover-thief' };
const SECONDS = 60;

describe('rights on a real API server', () => {
  let installed: Installation;
  before(async () => {
    installed = await install();
    mkdirSync(join(installed.folder, 'root/backend'), { recursive: true });
    mkdirSync(join(installed.folder, 'root/source'), { recursive: true });
    writeFileSync(join(installed.folder, 'root/source/page'), 'once upon a time');
    apply(VAULT);
    const job = await until('the init Job', SECONDS, () => jobOf('vault', 'init-s3'));
    const [account] = list('serviceaccounts', 'vault').filter((one) => one.metadata.name.startsWith('storage-s3'));
    // No S3 server is here: the storage is said to be prepared, with the token of its own mover.
    const status = {
      schemaVersion: 1,
      phase: 'Succeeded',
      podUID: 'p',
      startedAt: NOW,
      heartbeatAt: NOW,
      finishedAt: NOW,
    };
    await until('its report', SECONDS, () => get('taskreport', 'vault', job.name));
    await patchReport(
      { namespace: 'vault', name: account?.metadata.name ?? '' },
      { namespace: 'vault', name: job.name },
      { ...status, result: { storage: { created: true, repositories: [] } } },
      installed.folder,
    );
    await becomes('backupstorage', 'vault', 's3', isReady);
    const [disk] = list('serviceaccounts', 'vault').filter((one) => one.metadata.name.startsWith('storage-disk'));
    await played({ namespace: 'vault', name: disk?.metadata.name ?? '' }, 'init-disk', installed.folder);
    await becomes('backupstorage', 'vault', 'disk', isReady);
    apply([...CONFIGURATION, repository('shop', 'books', 's3'), repository('rogue', 'thief', 's3')]);
  });
  after(async () => {
    try {
      kubectl(['delete', 'namespace', 'shop', 'rogue', 'vault', '--ignore-not-found', '--timeout=90s']);
    } finally {
      await installed.stop();
    }
  });

  it('let a mover read the Secret of the storage that admits its namespace, and nothing else anywhere', async () => {
    const allowed: readonly Review[] = [
      secretIn('vault', 'keys'),
      report('patch', 'shop'),
      report('get', 'shop', ''),
      { verb: 'create', resource: 'events', namespace: 'shop' },
      { verb: 'list', resource: 'pods', namespace: 'shop' },
    ];
    const refused: readonly Review[] = [
      ...['other', 'pw'].map((name) => secretIn('vault', name)),
      { verb: 'list', resource: 'secrets', namespace: 'vault' },
      { verb: 'watch', resource: 'secrets', namespace: 'vault' },
      { verb: 'update', resource: 'secrets', namespace: 'vault', name: 'keys' },
      secretIn('shop', 'any'),
      secretIn('rogue', 'keys'),
      report('patch', 'vault'),
      report('patch', 'rogue'),
      report('create', 'shop', ''),
      report('delete', 'shop', ''),
      report('patch', 'shop', ''),
      ...['repositories', 'snapshots', 'backupstorages'].flatMap((resource) =>
        ['get', 'update', 'patch', 'delete'].flatMap((verb) =>
          ['', 'status'].map((subresource) => ({
            verb,
            group: 'storage.kubestash.com',
            resource,
            subresource,
            namespace: 'shop',
          })),
        ),
      ),
      ...['backupsessions', 'restoresessions', 'backupconfigurations'].map((resource) => ({
        verb: 'create',
        group: 'core.kubestash.com',
        resource,
        namespace: 'shop',
      })),
      { verb: 'create', resource: 'pods', namespace: 'shop' },
      { verb: 'create', resource: 'serviceaccounts', subresource: 'token', namespace: 'shop' },
      { verb: 'create', group: 'rbac.authorization.k8s.io', resource: 'rolebindings', namespace: 'shop' },
      { verb: 'list', resource: 'pods', namespace: 'vault' },
    ];
    // Account, Role, bindings and grant come one after the other.
    for (const one of allowed) await mayBecomes(BOOKS, one, true);
    assert.deepEqual(await allowedOf(BOOKS, allowed), allowed);
    assert.deepEqual(await allowedOf(BOOKS, refused), []);
  });

  it('let a mover that is not admitted do nothing elsewhere, and its Repository says why', async () => {
    const found = await becomes('repository', 'rogue', 'thief', (one) =>
      wordsOf(one).includes('does not admit namespace rogue'),
    );
    assert.equal(found.status?.phase, 'NotReady');
    assert.equal(jobOf('rogue', 'init-thief'), undefined);
    const wanted = [...['keys', 'pw', 'other'].map((name) => secretIn('vault', name)), report('patch', 'shop')];
    assert.deepEqual(await allowedOf(THIEF, wanted), []);
    const grants = list('rolebindings', 'vault').filter((one) => JSON.stringify(one).includes('"namespace":"rogue"'));
    assert.deepEqual(grants, []);
  });

  it('let a trigger make BackupSessions of its namespace and nothing else', async () => {
    const trigger = await until(
      'the trigger',
      SECONDS,
      () => list('serviceaccounts', 'shop').find((one) => one.metadata.name.startsWith('trigger')),
      stories,
    );
    const account = { namespace: 'shop', name: trigger.metadata.name };
    const session = (verb: string, namespace: string): Review => ({
      verb,
      group: 'core.kubestash.com',
      resource: 'backupsessions',
      namespace,
    });
    await mayBecomes(account, session('create', 'shop'), true);
    const refused = [
      session('create', 'rogue'),
      ...['update', 'patch', 'delete', 'list'].map((verb) => session(verb, 'shop')),
      secretIn('vault', 'keys'),
      secretIn('shop', 'any'),
      report('patch', 'shop'),
      { verb: 'create', resource: 'pods', namespace: 'shop' },
    ];
    assert.deepEqual(await allowedOf(account, refused), []);
  });

  it('let Metacontroller give what movers get, and never more', async () => {
    const host = { namespace: 'metastash', name: 'metastash-metacontroller' };
    const rbac = 'rbac.authorization.k8s.io';
    const refused: readonly Review[] = [
      { verb: 'list', resource: 'secrets', namespace: 'vault' },
      { verb: 'create', resource: 'pods', namespace: 'shop' },
      { verb: 'escalate', group: rbac, resource: 'roles', namespace: 'vault' },
      { verb: 'bind', group: rbac, resource: 'roles', namespace: 'vault' },
      { verb: 'create', group: rbac, resource: 'clusterrolebindings', namespace: '' },
      { verb: 'update', resource: 'namespaces', namespace: '' },
      { verb: 'impersonate', resource: 'serviceaccounts', namespace: 'shop' },
    ];
    assert.deepEqual(await allowedOf(host, refused), []);
  });

  it('let a real mover read the Secret of another namespace with its own token', async () => {
    const log = await played(BOOKS, 'init-books', installed.folder);
    assert.match(log, /StorageUnreachable/);
    assert.doesNotMatch(log, /SecretForbidden|canary/);
    await becomes('repository', 'shop', 'books', (one) => /127\.0\.0\.1:9 could not be used/.test(wordsOf(one)));
  });

  it('refuse an encryption Secret until its owner has typed what the refusal says', async () => {
    apply([repository('shop', 'papers', 'disk')]);
    const papers = { namespace: 'shop', name: 'mover-papers' };
    await played(papers, 'init-papers', installed.folder);
    await becomes('repository', 'shop', 'papers', isReady);
    const backUp = (name: string): { readonly log: string; readonly found: Found | undefined } => {
      apply([taskReport('shop', name)]);
      const { log } = runMover(
        papers,
        { args: ['backup'], env: { METASTASH_TASK: backupTask(name), POD_UID: name } },
        installed.folder,
      );
      return { log, found: get('taskreport', 'shop', name) };
    };
    const refused = backUp('refused');
    const { error } = refused.found?.status as unknown as { error: { code: string; message: string } };
    assert.equal(error.code, 'SecretForbidden', refused.log);
    const [, commands = ''] = /`([^`]+)`/.exec(error.message) ?? [];
    assert.match(commands, /^kubectl create role read-pw -n vault /);
    shell(commands);
    const [pw, other] = [secretIn('vault', 'pw'), secretIn('vault', 'other')] as const;
    assert.deepEqual(await allowedOf(papers, [pw, other]), [pw]);
    assert.equal(await may(BOOKS, pw), false);
    const allowed = backUp('allowed');
    assert.equal(allowed.found?.status?.phase, 'Succeeded', allowed.log);
    assert.equal(JSON.stringify([allowed.found, allowed.log]).includes('canary'), false);
  });

  it('refuse a restore from a namespace whose storage does not admit one, and tell nothing of it', async () => {
    apply([restoreFrom('rogue', 'shop')]);
    const words = 'Repository shop/books does not exist, or its BackupStorage does not admit namespace rogue';
    const found = await becomes('restoresession', 'rogue', 'grab', (one) => wordsOf(one).includes(words));
    const dependencies = found.status?.['dependencies'] as { readonly kind: string; readonly found: boolean }[];
    assert.ok(dependencies.filter((one) => one.kind !== 'Addon').every((one) => !one.found));
    assert.equal(await may({ namespace: 'rogue', name: 'restore-grab' }, secretIn('vault', 'keys')), false);
  });

  it('refuse a report that a mover forges in another namespace, and ignore one that claims to be of there', async () => {
    const [target] = list('taskreports', 'vault');
    await assert.rejects(
      patchReport(
        BOOKS,
        { namespace: 'vault', name: target?.metadata.name ?? '' },
        { phase: 'Failed' },
        installed.folder,
      ),
      { reason: 'forbidden' },
    );
    const before = get('repository', 'shop', 'papers');
    const owner = {
      apiVersion: 'storage.kubestash.com/v1alpha1',
      kind: 'Repository',
      name: 'papers',
      uid: before?.metadata.uid ?? '',
    };
    const claimed = taskReport('rogue', 'forged', {
      labels: { 'controller-uid': owner.uid },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: false }],
    });
    apply([claimed]);
    await until('the collector', SECONDS, () => (get('taskreport', 'rogue', 'forged') ? undefined : true));
    assert.deepEqual(get('repository', 'shop', 'papers')?.status, before?.status);
  });

  it('end with the policy, and come back with it', async () => {
    const admit = (policy: object): void =>
      void kubectl([
        'patch',
        'backupstorage',
        's3',
        '-n',
        'vault',
        '--type=merge',
        '-p',
        JSON.stringify({ spec: { usagePolicy: policy } }),
      ]);
    admit({ allowedNamespaces: { from: 'Same', selector: null } });
    await mayBecomes(BOOKS, secretIn('vault', 'keys'), false);
    await becomes('repository', 'shop', 'books', (one) => wordsOf(one).includes('does not admit namespace shop'));
    admit(WRITERS);
    await mayBecomes(BOOKS, secretIn('vault', 'keys'), true);
  });

  it('end with the namespace, which goes in seconds; no sync of a Namespace or storage has failed', async () => {
    kubectl(['delete', 'namespace', 'shop', '--timeout=60s']);
    await until(
      'the bindings go',
      SECONDS,
      () =>
        !list('rolebindings', 'vault').some((one) => one.metadata.labels?.['kubestash.com/invoker-name'] === 'shop') ||
        undefined,
    );
    const events = JSON.parse(kubectl(['get', 'events', '-A', '-o', 'json'])) as {
      readonly items: readonly {
        readonly reason: string;
        readonly message: string;
        readonly involvedObject: { readonly kind: string };
      }[];
    };
    const errors = events.items.filter(
      (one) => one.reason === 'SyncError' && ['Namespace', 'BackupStorage'].includes(one.involvedObject.kind),
    );
    assert.deepEqual(
      errors.map((one) => one.message),
      [],
    );
  });
});
