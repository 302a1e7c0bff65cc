/** Which resources an API server has. */
import type { Resource, StoredObject } from '../api-server/api.ts';
import { isMap, listOf, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import type { Connection } from './connection.ts';

/** The resources of every group and version, as discovery lists them now. */
export async function builtInResources(connection: Connection): Promise<readonly Resource[]> {
  const groups = listOf((await connection.request('GET', '/apis'))['groups']).map(mapOf);
  const versions = groups.flatMap((group) =>
    listOf(group['versions']).map((version) => textOf(mapOf(version)['groupVersion'])),
  );
  const lists = await Promise.all(
    ['v1', ...versions].map(async (apiVersion) => {
      const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      return resourcesIn(apiVersion, await connection.request('GET', path));
    }),
  );
  return lists.flat();
}

function resourcesIn(apiVersion: string, answer: JsonMap): readonly Resource[] {
  const entries = listOf(answer['resources']).filter(isMap);
  const names = new Set(entries.map((entry) => textOf(entry['name'])));
  return entries
    .filter((entry) => !textOf(entry['name']).includes('/'))
    .map((entry) => ({
      apiVersion,
      kind: textOf(entry['kind']),
      plural: textOf(entry['name']),
      namespaced: entry['namespaced'] === true,
      statusSubresource: names.has(`${textOf(entry['name'])}/status`),
    }));
}

/** The resources that these CustomResourceDefinitions have established; they may come and go. */
export function definedResources(definitions: readonly StoredObject[]): readonly Resource[] {
  return definitions.flatMap((definition) => {
    const spec = mapOf(definition['spec']);
    const names = mapOf(spec['names']);
    return listOf(spec['versions'])
      .map(mapOf)
      .filter((version) => version['served'] === true)
      .map((version) => ({
        apiVersion: `${textOf(spec['group'])}/${textOf(version['name'])}`,
        kind: textOf(names['kind']),
        plural: textOf(names['plural']),
        namespaced: spec['scope'] === 'Namespaced',
        statusSubresource: mapOf(version['subresources'])['status'] !== undefined,
      }));
  });
}
