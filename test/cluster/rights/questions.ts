/** Questions to the API server: may this account, is that object so, what does its mover say. */
import { setTimeout as pause } from 'node:timers/promises';
import { accepted, apiServer } from '../crds/api-server.ts';
import { get, list, until, wordsOf, type Found } from '../../e2e/kubectl.ts';
import { runMover, type Account } from './installation.ts';

const SECONDS = 60;
const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';

export interface Review {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
  readonly name?: string;
}

/** The API server's own answer to whether this account may. */
export async function may(account: Account, asked: Review): Promise<boolean> {
  return (await allowedOf(account, [asked])).length === 1;
}

/** Those of the questions that this account may do. */
export async function allowedOf({ namespace, name }: Account, asked: readonly Review[]): Promise<readonly Review[]> {
  const server = await apiServer();
  const user = `system:serviceaccount:${namespace}:${name}`;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  const answers = await Promise.all(
    asked.map(async (resourceAttributes) => {
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, groups, resourceAttributes },
      };
      const { status } = accepted(await server.send('POST', REVIEWS, review));
      return (status as { readonly allowed: boolean }).allowed;
    }),
  );
  return asked.filter((_, index) => answers[index]);
}

/** Waits until this account may, or may no longer. */
export async function mayBecomes(account: Account, asked: Review, wanted: boolean): Promise<void> {
  const deadline = Date.now() + SECONDS * 1000;
  while ((await may(account, asked)) !== wanted) {
    const words = `${account.namespace}/${account.name} ${wanted ? 'may not' : 'still may'} ${asked.verb} ${asked.resource}`;
    if (Date.now() > deadline) throw new Error(`after ${SECONDS} s ${words}\n  ${stories()}`);
    await pause(250);
  }
}

/** Reading one Secret. */
export const secretIn = (namespace: string, name: string): Review => ({
  verb: 'get',
  resource: 'secrets',
  namespace,
  name,
});
/** Of a TaskReport, or of its status. */
export const report = (verb: string, namespace: string, subresource = 'status'): Review => ({
  verb,
  group: 'metastash.dev',
  resource: 'taskreports',
  subresource,
  namespace,
});

/** The first Job whose name begins so, with the environment of its mover. */
export function jobOf(
  namespace: string,
  prefix: string,
): { readonly name: string; readonly env: Record<string, string> } | undefined {
  const job = list('jobs', namespace).find((one) => one.metadata.name.startsWith(prefix));
  if (!job) return undefined;
  const { template } = job.spec as {
    template: { spec: { containers: { env: { name: string; value?: string }[] }[] } };
  };
  const env = template.spec.containers[0]?.env.flatMap(({ name, value }) =>
    value === undefined ? [] : [[name, value]],
  );
  return { name: job.metadata.name, env: Object.fromEntries(env ?? []) as Record<string, string> };
}

/** Waits for the Job, runs the real mover for it with a token of its account, and answers with its log. */
export async function played(account: Account, prefix: string, folder: string): Promise<string> {
  const job = await until(
    `Job ${prefix}`,
    SECONDS,
    () => jobOf(account.namespace, prefix),
    () => stories(),
  );
  const task = JSON.parse(job.env['METASTASH_TASK'] ?? '{}') as { task: string };
  await until('its report', SECONDS, () => get('taskreport', account.namespace, job.name));
  return runMover(account, { args: [task.task], env: { ...job.env, POD_UID: `pod-of-${job.name}` } }, folder).log;
}

/** What every object of ours says. */
export function stories(): string {
  return list('backupstorages,repositories,restoresessions').map(wordsOf).join('\n  ');
}

/** The object once it is so. */
export function becomes(kind: string, namespace: string, name: string, is: (found: Found) => boolean): Promise<Found> {
  const look = (): Found | undefined => [get(kind, namespace, name)].find((one) => one !== undefined && is(one));
  return until(`${kind} ${namespace}/${name}`, SECONDS, look, () => stories());
}

/** Whether it says so. */
export const isReady = (one: Found): boolean => one.status?.phase === 'Ready';
