/** mover/kube/open.ts in the simulation: the sandbox's API server, each request a step that may fail or be lost. */
import type { JsonObject } from '../../../mover/decode.ts';
import { KubeError, type KubeErrorReason } from '../../../mover/kube/kube-error.ts';
import type { ExecOutcome } from '../../../mover/hooks/exec-outcome.ts';
import type { ExecOrder, Kube, Resource } from '../../../mover/kube/kube.ts';
import type { Settings } from '../../../mover/settings.ts';
import { ApiError, type ApiServer } from '../../api-server/api.ts';
import { LostAnswer, presentMover } from './process.ts';

const REQUEST_MS = 20;
const REASONS: Readonly<Record<number, KubeErrorReason>> = {
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  422: 'invalid',
};

/** No process runs in a Pod of the simulation, so a command that reaches its Pod does well. */
function executed(api: ApiServer, { namespace, pod: name }: ExecOrder): ExecOutcome {
  const pod = api.get({ apiVersion: 'v1', kind: 'Pod', namespace, name });
  if (pod === undefined) throw new KubeError('not-found', `pods "${name}" not found`);
  return { exitCode: 0, output: '' };
}

export async function openKube(_settings: Settings): Promise<Kube> {
  const process = presentMover();
  const { api } = process.world;
  const asks = async <Result>(what: string, act: () => Result): Promise<Result> => {
    try {
      return await process.does(
        `api: ${what}`,
        () => {
          if (process.fate.isolated) throw new KubeError('unavailable', 'no route to host');
          return act();
        },
        REQUEST_MS,
      );
    } catch (thrown) {
      if (thrown instanceof ApiError)
        throw new KubeError(REASONS[thrown.code] ?? 'unavailable', thrown.message, thrown);
      if (thrown instanceof LostAnswer) throw new KubeError('unavailable', thrown.message, thrown);
      throw thrown;
    }
  };
  return {
    get: (resource, namespace, name) =>
      asks(`get ${resource.plural}`, () => api.get({ ...kindOf(resource), namespace, name }) as JsonObject | undefined),
    list: (resource, namespace, labels = {}) =>
      asks(`list ${resource.plural}`, () => {
        const { apiVersion, kind } = kindOf(resource);
        const wanted = Object.entries(labels);
        return api
          .list(apiVersion, kind, namespace)
          .filter(({ metadata }) =>
            wanted.every(([key, value]) => metadata.labels?.[key] === value),
          ) as readonly JsonObject[];
      }),
    create: (resource, _namespace, object) =>
      asks(`create ${resource.plural}`, () => {
        try {
          api.create(object);
          return 'created' as const;
        } catch (thrown) {
          if (thrown instanceof ApiError && thrown.reason === 'AlreadyExists') return 'exists' as const;
          throw thrown;
        }
      }),
    patchStatus: (resource, namespace, name, status) =>
      asks(
        `patch status of ${resource.plural}`,
        () => void api.patch({ ...kindOf(resource), namespace, name }, { status }, 'status'),
      ),
    exec: (order) => asks('exec', () => executed(api, order)),
  };

  function kindOf(resource: Resource): { readonly apiVersion: string; readonly kind: string } {
    const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
    const found = api.resource(apiVersion, resource.plural);
    if (!found) throw new KubeError('not-found', `there is no resource ${resource.plural}`);
    return { apiVersion, kind: found.kind };
  }
}
