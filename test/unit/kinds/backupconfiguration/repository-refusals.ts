/** Specs that are refused for their Repositories or for what they refer to, and in which words. */
import * as sample from './fixtures.ts';
import type { Refusal } from './session-refusals.ts';

const repositories = (...changes: readonly object[]): readonly object[] =>
  changes.map((one) => ({ ...sample.session().repositories[0], ...one }));
const sessions = (...changes: readonly object[]): object => ({ sessions: changes.map((one) => sample.session(one)) });
const backends = sample.configuration().spec.backends ?? [];
const DENIED = { usagePolicy: { allowedNamespaces: { from: 'Same' } } };
const elsewhere = (kind: 'storageRef' | 'retentionPolicy'): object => ({
  backends: [{ ...backends[0], [kind]: { name: 'shared', namespace: 'other' } }],
});

export const REPOSITORY_REFUSALS: readonly Refusal[] = [
  {
    it: 'refuses a session that writes nowhere',
    spec: sessions({ repositories: [] }),
    reason: 'NoRepositories',
    message: '/spec/sessions/0/repositories is empty; name a repository and its directory',
  },
  {
    it: 'refuses a repository name that is no label',
    spec: sessions({ repositories: repositories({ name: 'my.repo' }) }),
    reason: 'InvalidRepositoryName',
    message:
      '/spec/sessions/0/repositories/0/name is "my.repo"; use up to 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit',
  },
  {
    it: 'B35 refuses one repository twice in one session',
    spec: sessions({ repositories: repositories({}, {}) }),
    reason: 'DuplicateRepository',
    message:
      '/spec/sessions/0/repositories/1/name "sample-repo" is used twice in one session; name each repository once',
  },
  {
    it: 'refuses a backend that is not listed',
    spec: sessions({ repositories: repositories({ backend: 'gcs' }) }),
    reason: 'UnknownBackend',
    message: '/spec/sessions/0/repositories/0/backend "gcs" is not listed in /spec/backends; use one of "s3-backend"',
  },
  {
    it: 'asks which of several backends an unnamed one is',
    spec: {
      backends: [backends[0], { ...backends[0], name: 'second' }],
      ...sessions({ repositories: repositories({ backend: '' }) }),
    },
    reason: 'UnknownBackend',
    message:
      '/spec/sessions/0/repositories/0/backend is empty and there are several backends; name one of "s3-backend", "second"',
  },
  {
    it: 'B56 refuses a directory that climbs out of the storage',
    spec: sessions({ repositories: repositories({ directory: '/demo/../../etc' }) }),
    reason: 'InvalidDirectory',
    message:
      '/spec/sessions/0/repositories/0/directory: "/demo/../../etc" climbs out of its folder; write it without ".."',
  },
  {
    it: 'B61 never reads an unknown deletion policy as WipeOut',
    spec: sessions({ repositories: repositories({ deletionPolicy: 'wipeout' }) }),
    reason: 'InvalidDeletionPolicy',
    message: '/spec/sessions/0/repositories/0/deletionPolicy is "wipeout"; use Retain, Delete or WipeOut',
  },
  {
    it: 'refuses sessions that disagree about a shared repository',
    spec: sessions({}, { name: 'daily', repositories: repositories({ directory: '/elsewhere' }) }),
    reason: 'RepositoryDeclaredTwice',
    message:
      '/spec/sessions/1/repositories/0 declares Repository sample-repo otherwise than /spec/sessions/0/repositories/0; backend, directory, encryptionSecret and deletionPolicy must be equal, or the names different',
  },
  {
    it: 'B57 refuses one directory for two repositories, also when it is written otherwise or nested',
    spec: sessions({ repositories: repositories({}, { name: 'second', directory: 'demo//sample/inner' }) }),
    reason: 'DirectoryShared',
    message:
      '/spec/sessions/0/repositories/1/directory "demo//sample/inner" is the directory of Repository sample-repo or lies inside or around it; use another directory',
  },
  {
    it: 'does not take a Repository from its owner',
    children: [],
    related: [
      ...sample.HEALTHY,
      sample.repository({ metadata: { ownerReferences: [{ ...sample.OWNER, name: 'another', uid: 'another-uid' }] } }),
    ],
    reason: 'RepositoryOfAnotherOwner',
    message:
      '/spec/sessions/0/repositories/0/name: Repository sample-repo belongs to BackupConfiguration another; use another repository name',
    waits: true,
  },
  {
    it: 'does not write a target into the Repository of another',
    children: [sample.repository({ spec: { appRef: { apiGroup: 'apps', kind: 'Deployment', name: 'web' } } })],
    reason: 'RepositoryOfAnotherTarget',
    message:
      '/spec/sessions/0/repositories/0/name: Repository sample-repo exists with another target (Deployment web) and keeps it; use another repository name',
  },
  {
    it: 'does not move a Repository to another storage',
    children: [sample.repository({ spec: { storageRef: { name: 'gcs-storage', namespace: 'demo' } } })],
    reason: 'RepositoryOfAnotherTarget',
    message:
      '/spec/sessions/0/repositories/0/name: Repository sample-repo exists with another BackupStorage (demo/gcs-storage) and keeps it; use another repository name',
  },
  {
    it: 'does not move a Repository to another directory',
    children: [sample.repository({ spec: { path: '/other/place' } })],
    reason: 'RepositoryOfAnotherTarget',
    message:
      '/spec/sessions/0/repositories/0/name: Repository sample-repo exists with another directory ("/other/place") and keeps it; use another repository name',
  },
  {
    it: 'does not use the directory of an existing Repository under another name',
    spec: sessions({ repositories: repositories({ name: 'renamed' }) }),
    reason: 'DirectoryShared',
    message:
      '/spec/sessions/0/repositories/0/directory "/demo/sample" is the directory of the existing Repository sample-repo or lies inside or around it; use that Repository or another directory',
    waits: true,
  },
  {
    it: 'B38 refuses a storage of another namespace whose policy does not admit ours',
    spec: elsewhere('storageRef'),
    children: [],
    related: [...sample.HEALTHY, sample.storage('shared', DENIED, { phase: 'Ready' }, 'other')],
    reason: 'StorageNotPermitted',
    message:
      '/spec/backends/0/storageRef: BackupStorage other/shared does not exist or its usagePolicy does not admit namespace demo; ask its owner to admit it, or use one of your own namespace',
    waits: true,
  },
  {
    it: 'refuses a retention policy of another namespace whose policy does not admit ours',
    spec: elsewhere('retentionPolicy'),
    related: [...sample.HEALTHY, sample.retentionPolicy('shared', DENIED, 'other')],
    reason: 'RetentionPolicyNotPermitted',
    message:
      '/spec/backends/0/retentionPolicy: RetentionPolicy other/shared does not exist or its usagePolicy does not admit namespace demo; ask its owner to admit it, or use one of your own namespace',
    waits: true,
  },
  {
    it: 'refuses a hook template of another namespace whose policy does not admit ours',
    spec: sessions({
      hooks: { preBackup: [{ name: 'freeze', hookTemplate: { name: 'freeze', namespace: 'other' } }] },
    }),
    related: [
      ...sample.HEALTHY,
      sample.stored({
        apiVersion: 'core.kubestash.com/v1alpha1',
        kind: 'HookTemplate',
        metadata: { name: 'freeze', namespace: 'other' },
        spec: DENIED,
      }),
    ],
    reason: 'HookTemplateNotPermitted',
    message:
      '/spec/sessions/0/hooks/preBackup/0/hookTemplate: HookTemplate other/freeze does not exist or its usagePolicy does not admit namespace demo; ask its owner to admit it, or use one of your own namespace',
    waits: true,
  },
];
