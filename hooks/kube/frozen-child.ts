/**
 * Children of a parent that must not change anything now: its spec is refused, or what it needs is not shown (design law 6).
 * Metacontroller compares what a hook answers with what it answered last, which it keeps in an annotation; the same once
 * more is no write, whatever the spec says by now.
 */
import { mapOf } from './json-values.ts';
import type { DesiredObject, KubeObject } from './objects.ts';

const LAST_APPLIED = 'metacontroller.k8s.io/last-applied-configuration';

/**
 * An observed child of an InPlace kind as it was last desired; by identity alone where that cannot be read, which takes no
 * field away either. Not for RBAC: whoever may edit an annotation there must not get to say what the Role allows.
 */
export function frozenChild(child: KubeObject): DesiredObject {
  const { name, namespace } = child.metadata;
  const identity = { name, ...(namespace === undefined ? {} : { namespace }) };
  const applied = mapOf(parsed(child.metadata.annotations?.[LAST_APPLIED]));
  const metadata = mapOf(applied['metadata']);
  const isItsOwn =
    applied['apiVersion'] === child.apiVersion &&
    applied['kind'] === child.kind &&
    metadata['name'] === name &&
    (metadata['namespace'] ?? namespace) === namespace;
  const { apiVersion, kind } = child;
  return isItsOwn
    ? { ...applied, apiVersion, kind, metadata: { ...metadata, ...identity } }
    : { apiVersion, kind, metadata: identity };
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
