import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { generatedFiles } from '../../crds/generate.ts';
import type { Column, Schema } from '../../crds/source.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'crds');

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: {
      readonly kind: string;
      readonly listKind: string;
      readonly plural: string;
      readonly singular: string;
      readonly shortNames?: readonly string[];
      readonly categories: readonly string[];
    };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
      readonly subresources?: { readonly status: object };
      readonly additionalPrinterColumns: readonly Column[];
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const manifests = new Map(files.map((name) => [name, parse(readFileSync(join(FOLDER, name), 'utf8')) as Manifest]));
const versionOf = (manifest: Manifest): Manifest['spec']['versions'][number] => {
  const [version] = manifest.spec.versions;
  assert.ok(version);
  return version;
};

/** kubestash-api: group, kind, plural, short name, categories, status subresource, print columns in upstream's order. */
const ALL = 'kubestash,appscode,all';
const SOME = 'kubestash,appscode';
const KINDS: readonly string[] = [
  `addons.kubestash.com Addon addons - Cluster ${ALL} - Age`,
  `addons.kubestash.com Function functions fn Cluster ${ALL} - Age`,
  `core.kubestash.com BackupBatch backupbatches - Namespaced ${ALL} status Age`,
  `core.kubestash.com BackupBlueprint backupblueprints - Namespaced ${ALL} - Age`,
  `core.kubestash.com BackupConfiguration backupconfigurations bc Namespaced ${ALL} status Phase,Paused,Age`,
  `core.kubestash.com BackupSession backupsessions - Namespaced ${ALL} status Invoker-Type,Invoker-Name,Phase,Duration,Age`,
  `core.kubestash.com BackupVerificationSession backupverificationsession - Namespaced ${ALL} status Phase,Duration,Age`,
  `core.kubestash.com BackupVerifier backupverifier - Namespaced ${ALL} - Age`,
  `core.kubestash.com HookTemplate hooktemplates - Namespaced ${ALL} - Executor,Timeout,Age`,
  `core.kubestash.com RestoreSession restoresessions restore Namespaced ${ALL} status Repository,Phase,Duration,Age`,
  `metastash.dev TaskReport taskreports tr Namespaced metastash status Task,Phase,Progress,Age,Reason`,
  `storage.kubestash.com BackupStorage backupstorages - Namespaced ${ALL} status Provider,Default,Deletion-Policy,Total-Size,Phase,Age`,
  `storage.kubestash.com Repository repositories repo Namespaced ${ALL} status Integrity,Snapshot-Count,Size,Phase,Last-Successful-Backup,Age`,
  `storage.kubestash.com RetentionPolicy retentionpolicies - Namespaced ${SOME} - Max-Retention-Period,Default,Age`,
  `storage.kubestash.com Snapshot snapshots - Namespaced ${SOME} status Repository,Session,Snapshot-Time,Deletion-Policy,Phase,Age`,
];

/** Every default that the API server fills in, without those inside pod settings. */
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  BackupStorage: [
    '.spec.deletionPolicy="Delete"',
    '.spec.usagePolicy.allowedNamespaces.from="Same"',
    '.status={"observedGeneration":-1}',
  ],
  Repository: ['.spec.deletionPolicy="Delete"', '.status={"observedGeneration":-1}'],
  RetentionPolicy: ['.spec.failedSnapshots.last=1', '.spec.usagePolicy.allowedNamespaces.from="Same"'],
  Snapshot: ['.spec.deletionPolicy="Delete"', '.status={"observedGeneration":-1}'],
  BackupConfiguration: [
    '.spec.sessions[].hooks.postBackup[].executionPolicy="Always"',
    '.spec.sessions[].hooks.preBackup[].executionPolicy="Always"',
    '.spec.sessions[].retryConfig.maxRetry=1',
    '.spec.sessions[].sessionHistoryLimit=1',
    '.status={"observedGeneration":-1}',
  ],
  BackupBatch: [
    '.spec.sessions[].hooks.postBackup[].executionPolicy="Always"',
    '.spec.sessions[].hooks.preBackup[].executionPolicy="Always"',
    '.spec.sessions[].retryConfig.maxRetry=1',
    '.spec.sessions[].sessionHistoryLimit=1',
    '.status={"observedGeneration":-1}',
  ],
  BackupBlueprint: [
    '.spec.backupConfigurationTemplate.sessions[].hooks.postBackup[].executionPolicy="Always"',
    '.spec.backupConfigurationTemplate.sessions[].hooks.preBackup[].executionPolicy="Always"',
    '.spec.backupConfigurationTemplate.sessions[].retryConfig.maxRetry=1',
    '.spec.backupConfigurationTemplate.sessions[].sessionHistoryLimit=1',
    '.spec.usagePolicy.allowedNamespaces.from="Same"',
  ],
  BackupSession: ['.status={"observedGeneration":-1}'],
  HookTemplate: ['.spec.executor.pod.strategy="ExecuteOnOne"', '.spec.usagePolicy.allowedNamespaces.from="Same"'],
  BackupVerifier: ['.spec.retryConfig.maxRetry=1', '.spec.sessionHistoryLimit=1'],
  BackupVerificationSession: ['.status={"observedGeneration":-1}'],
  Addon: [],
  Function: ['.spec.ports[].protocol="TCP"'],
  TaskReport: [],
};

describe('The CRDs', () => {
  it('are the 14 kinds of KubeStash and TaskReport, named and printed as upstream', () => {
    assert.deepEqual([...manifests.values()].map(line), KINDS);
  });

  it('follow from crds/source, as do types and validators', async () => {
    const stale = [...(await generatedFiles())].filter(
      ([path, text]) => readFileSync(join(ROOT, path), 'utf8') !== text,
    );
    assert.deepEqual(
      stale.map(([path]) => path),
      [],
    );
  });

  for (const [file, manifest] of manifests) {
    const { kind, plural } = manifest.spec.names;
    const version = versionOf(manifest);
    const root = version.schema.openAPIV3Schema;

    describe(kind, () => {
      it('is in the file of its name', () => {
        assert.equal(file, `${manifest.spec.group}_${plural}.yaml`);
        assert.equal(manifest.metadata.name, `${plural}.${manifest.spec.group}`);
        assert.equal(manifest.spec.names.listKind, `${kind}List`);
        assert.equal(manifest.spec.names.singular, kind.toLowerCase());
        assert.deepEqual([version.name, version.served, version.storage], ['v1alpha1', true, true]);
      });

      it('fits into 256 KiB as a file and as the annotation of kubectl apply', () => {
        const bytes = Buffer.byteLength(readFileSync(join(FOLDER, file)));
        assert.ok(bytes < 256 * 1024, `${bytes} bytes`);
        assert.ok(Buffer.byteLength(JSON.stringify(manifest)) < 256 * 1024);
      });

      it('explains every field in a whole sentence', () => {
        const mute = fields(root)
          .filter(([path]) => path !== '.metadata' && !/(\[\]|\{\})$/.test(path))
          .filter(
            ([, schema]) =>
              !/^[A-Z0-9'"-].{8,}[.]$/s.test(schema.description ?? '') && !/^restic/.test(schema.description ?? ''),
          )
          .map(([path, schema]) => `${path}: ${schema.description ?? ''}`);
        assert.deepEqual(mute, []);
      });

      it('is a structural schema', () => {
        assert.deepEqual(
          fields(root).flatMap(([path, schema]) => structuralFaults(path, schema)),
          [],
        );
      });

      it('gives every rule a message of one line', () => {
        const rules = fields(root).flatMap(([, schema]) => schema['x-kubernetes-validations'] ?? []);
        assert.deepEqual(
          rules.filter(({ message }) => !message || message.includes('\n') || message.length > 300),
          [],
        );
      });

      it('declares observedGeneration, keyed conditions and room for bookkeeping where it is reconciled', () => {
        const status = root.properties?.status?.properties;
        if (!version.subresources || kind === 'TaskReport')
          return assert.equal(status === undefined, kind !== 'TaskReport');
        assert.equal(status?.observedGeneration?.type, 'integer');
        assert.deepEqual(status?.conditions?.['x-kubernetes-list-map-keys'], ['type']);
        assert.equal(status?.metastash?.['x-kubernetes-preserve-unknown-fields'], true);
      });

      const expected = DEFAULTS[kind];
      if (expected) {
        it('fills in the documented defaults and no others', () => {
          assert.deepEqual(defaultsOf(root), expected);
        });
      }
    });
  }

  it('restores a database’s manifests with upstream’s defaults', () => {
    const root = versionOf(manifests.get('core.kubestash.com_restoresessions.yaml') as Manifest).schema.openAPIV3Schema;
    const options = defaultsOf(root.properties?.spec?.properties?.manifestOptions ?? {});
    const of = (name: string): readonly string[] =>
      options.filter((one) => one.startsWith(`.${name}.`)).map((one) => one.slice(name.length + 2));
    const whole = ['archiver=false', 'authSecret=true', 'configSecret=true', 'db=true', 'initScript=true'];
    for (const name of ['mongoDB', 'postgres', 'mySQL', 'clickhouse', 'mariaDB', 'zooKeeper', 'singlestore', 'redis']) {
      assert.deepEqual(of(name), whole, name);
    }
    assert.deepEqual(of('msSQLServer'), ['archiver=false', 'authSecret=true', 'db=true', 'initScript=true']);
    assert.deepEqual(of('druid'), ['authSecret=true', 'configSecret=true', 'db=true', 'deepStorageSecret=true']);
    assert.deepEqual(of('redisSentinel'), ['authSecret=true', 'sentinel=true']);
    assert.deepEqual(of('workload'), []);
  });
});

function line(manifest: Manifest): string {
  const { group, scope, names } = manifest.spec;
  const version = versionOf(manifest);
  const columns = version.additionalPrinterColumns.map(({ name }) => name).join(',');
  const short = names.shortNames?.join(',') ?? '-';
  return [
    group,
    names.kind,
    names.plural,
    short,
    scope,
    names.categories.join(','),
    version.subresources ? 'status' : '-',
    columns,
  ].join(' ');
}

type Field = readonly [path: string, schema: Schema];

/** Every schema below this one, by path. */
function fields(schema: Schema, path = ''): readonly Field[] {
  return [
    [path, schema],
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => fields(one, `${path}.${name}`)),
    ...(schema.items ? fields(schema.items, `${path}[]`) : []),
    ...(schema.additionalProperties ? fields(schema.additionalProperties, `${path}{}`) : []),
  ];
}

function defaultsOf(schema: Schema): readonly string[] {
  const inPods =
    /(ontainerRuntimeSettings|untimeSettings|jobTemplate|\.pod|env\[\]|olumes\[\]|\.source|\.local)\.(?!strategy)/;
  return fields(schema)
    .filter(
      ([path, one]) =>
        one.default !== undefined &&
        !inPods.test(path) &&
        !/variables|secretRef|SecretRef|Template\.metadata/.test(path),
    )
    .map(([path, one]) => `${path}=${JSON.stringify(one.default)}`)
    .sort();
}

type Fault = readonly [applies: (schema: Schema) => boolean, words: string];

const keysOf = (schema: Schema): readonly string[] => (schema['x-kubernetes-list-map-keys'] ?? []) as readonly string[];
const isIntOrString = (schema: Schema): boolean => schema['x-kubernetes-int-or-string'] === true;

const FAULTS: readonly Fault[] = [
  [(one) => one.type === undefined && !isIntOrString(one), 'has no type'],
  [(one) => one.type !== undefined && isIntOrString(one), 'has a type beside int-or-string'],
  [(one) => one.properties !== undefined && one.additionalProperties !== undefined, 'has properties and other keys'],
  [(one) => one.type === 'array' && one.items === undefined, 'is a list of nothing'],
  [(one) => one.type === 'object' && isClosedAndEmpty(one), 'is an object that keeps nothing'],
  [(one) => one['x-kubernetes-list-type'] === 'map' && keysOf(one).length === 0, 'is a keyed list without keys'],
  [(one) => keysOf(one).some((key) => !one.items?.required?.includes(key)), 'has a key that is not required'],
  [
    (one) => (one.required ?? []).some((name) => !(name in (one.properties ?? {}))),
    'requires what it does not declare',
  ],
  [(one) => ['$ref', '$include', 'x-typescript'].some((word) => word in one), 'holds a word of ours'],
];

function structuralFaults(path: string, schema: Schema): readonly string[] {
  if (path === '.metadata') return [];
  return FAULTS.filter(([applies]) => applies(schema)).map(([, words]) => `${path} ${words}`);
}

function isClosedAndEmpty(schema: Schema): boolean {
  return !schema.properties && !schema.additionalProperties && !schema['x-kubernetes-preserve-unknown-fields'];
}
