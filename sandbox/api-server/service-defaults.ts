/** Defaults and checks of Services (k8s.io/kubernetes pkg/apis/core/v1/defaults.go, pkg/registry/core/service). */
import type { PrepareContext, Prepared } from './builtin.ts';
import { isMap, listOf, mapOf, type JsonMap } from './values.ts';

/** A Service as stored: ports with protocol and target, one cluster address. */
export function service(source: JsonMap, context: PrepareContext): Prepared {
  const spec = mapOf(source['spec']);
  const ports = listOf(spec['ports']).filter(isMap).map(portOf);
  const type = spec['type'] ?? 'ClusterIP';
  const address = addressOf(spec, context);
  const prepared = {
    ...spec,
    ...(ports.length > 0 ? { ports } : {}),
    type,
    sessionAffinity: spec['sessionAffinity'] ?? 'None',
    ...(type === 'ExternalName'
      ? {}
      : {
          clusterIP: address,
          clusterIPs: spec['clusterIPs'] ?? [address],
          ipFamilies: spec['ipFamilies'] ?? ['IPv4'],
          ipFamilyPolicy: spec['ipFamilyPolicy'] ?? 'SingleStack',
          internalTrafficPolicy: spec['internalTrafficPolicy'] ?? 'Cluster',
        }),
  };
  return { body: { ...source, spec: prepared }, faults: portFaults(ports) };
}

function addressOf(spec: JsonMap, context: PrepareContext): unknown {
  const wanted = spec['clusterIP'] ?? mapOf(context.previous?.['spec'])['clusterIP'];
  if (wanted !== undefined && wanted !== '') return wanted;
  return `10.96.${(context.serial >> 8) & 255}.${context.serial & 255}`;
}

function portOf(port: JsonMap): JsonMap {
  return { ...port, protocol: port['protocol'] ?? 'TCP', targetPort: port['targetPort'] ?? port['port'] };
}

function portFaults(ports: readonly JsonMap[]): string[] {
  const names = new Set<unknown>();
  const pairs = new Set<string>();
  return ports.flatMap((port, index) => {
    const faults: string[] = [];
    if (ports.length > 1 && port['name'] === undefined) faults.push(`spec.ports[${index}].name: Required value`);
    if (port['name'] !== undefined && names.has(port['name']))
      faults.push(`spec.ports[${index}].name: Duplicate value: ${JSON.stringify(port['name'])}`);
    const pair = `${String(port['port'])}/${String(port['protocol'])}`;
    if (pairs.has(pair))
      faults.push(
        `spec.ports[${index}]: Duplicate value: ${JSON.stringify({ Protocol: port['protocol'], Port: port['port'] })}`,
      );
    names.add(port['name']);
    pairs.add(pair);
    return faults;
  });
}

/** The cluster address of a Service never changes. */
export function serviceFaults(next: JsonMap, previous: JsonMap): string[] {
  const after = mapOf(next['spec'])['clusterIP'];
  const before = mapOf(previous['spec'])['clusterIP'];
  if (after === before || before === undefined) return [];
  return [`spec.clusterIPs[0]: Invalid value: ${JSON.stringify([after])}: may not change once set`];
}
