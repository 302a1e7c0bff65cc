/** A small cluster for tests: virtual time, the API server, its controllers, two custom kinds. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { createApiServer, type SandboxApiServer } from '../../sandbox/api-server/server.ts';
import { virtualClock, type VirtualClock } from '../../sandbox/clocks/virtual.ts';
import { startDefinitionController } from '../../sandbox/controllers/crd.ts';
import { startGarbageCollector } from '../../sandbox/controllers/garbage-collector.ts';
import { startNamespaceController } from '../../sandbox/controllers/namespace.ts';

export interface TestCluster {
  readonly clock: VirtualClock;
  readonly api: SandboxApiServer;
  /** Lets so many milliseconds of virtual time pass. */
  readonly pass: (ms: number) => void;
}

export const WIDGETS = 'test.example.com/v1';
const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** A CustomResourceDefinition of group test.example.com. */
export function definition(kind: string, schema: object = {}, extras: object = {}): object {
  const plural = `${kind.toLowerCase()}s`;
  const version = { name: 'v1', served: true, storage: true, subresources: { status: {} }, ...extras };
  const openAPIV3Schema = { type: 'object', properties: { spec: OPEN, status: OPEN, ...schema } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.test.example.com` },
    spec: {
      group: 'test.example.com',
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ ...version, schema: { openAPIV3Schema } }],
    },
  };
}

/** A cluster with namespaces `default` and `kube-system` and the kinds Widget and Gadget. */
export function testCluster(): TestCluster {
  const clock = virtualClock(Date.parse('2026-01-01T00:00:00Z'));
  const api = createApiServer(clock);
  startGarbageCollector(api, clock);
  startNamespaceController(api, clock);
  startDefinitionController(api, clock);
  for (const kind of ['Widget', 'Gadget']) api.create(definition(kind));
  for (const name of ['default', 'kube-system'])
    api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const pass = (ms: number): void => clock.runUntil(clock.now() + ms);
  pass(1);
  return { clock, api, pass };
}

/** A Widget named `name` as a user would write it. */
export function widget(name: string, spec: object = { n: 1 }, metadata: object = {}): object {
  return { apiVersion: WIDGETS, kind: 'Widget', metadata: { name, namespace: 'default', ...metadata }, spec };
}

/** A ConfigMap as a user would write it. */
export function configMap(name: string, metadata: object = {}, data: object = { k: 'v' }): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...metadata }, data };
}

/** A reference that makes the object the controller of another. */
export function controlledBy(owner: StoredObject): object {
  const { name, uid } = owner.metadata;
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** One of the repository's own CustomResourceDefinitions. */
export function repositoryDefinition(file: string): object {
  return parse(readFileSync(new URL(`../../crds/${file}`, import.meta.url), 'utf8')) as object;
}
