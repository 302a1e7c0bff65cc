/** The quickstart, object by object in an order that chance decides: nothing may depend on what is there first. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { apply, kubectl, list, storyOf, until } from './kubectl.ts';
import { ROOT } from './needs.ts';
import { namespaceNamed } from './scenario.ts';
import { installation } from './setup.ts';
import { filled, volumeFor } from './volumes.ts';

const SEED = Number(process.env['E2E_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const CLAIMS = ['books-library-0', 'books-library-1', 'photos'];

describe(`everything applied at once in a random order (E2E_SEED=${SEED})`, () => {
  for (const [index, pauseMs] of [0, 400].entries()) {
    it(pauseMs === 0 ? 'at once' : 'one by one', async () => {
      const namespace = `shuffled-${index}`;
      for (const claim of CLAIMS) filled(volumeFor(installation().folder, namespace, claim), 1, 17 + index);
      apply([namespaceNamed(namespace)]);
      const objects = shuffled(quickstartIn(namespace), SEED + index);
      if (pauseMs === 0) apply(objects);
      else {
        for (const object of objects) {
          apply([object]);
          await sleep(pauseMs);
        }
      }
      await until(
        'two Succeeded BackupSessions',
        120,
        () => {
          const done = list('backupsessions', namespace).filter((one) => one.status?.phase === 'Succeeded');
          return done.length === 2 || undefined;
        },
        () => `order: ${objects.map(nameOf).join(', ')}${storyOf(namespace)}`,
      );
    });
  }
});

/** The quickstart's objects in another namespace and backup folder, without the Namespace itself. */
function quickstartIn(namespace: string): readonly object[] {
  const text = kubectl(['kustomize', join(ROOT, 'examples/quickstart')])
    .replaceAll(/namespace: demo\b/g, `namespace: ${namespace}`)
    .replace('/var/backups/metastash', join(installation().folder, `backups-${namespace}`));
  return parseAllDocuments(text)
    .map((document) => document.toJS() as { readonly kind: string })
    .filter(({ kind }) => kind !== 'Namespace');
}

function nameOf(object: object): string {
  const { kind, metadata } = object as { kind: string; metadata: { name: string } };
  return `${kind} ${metadata.name}`;
}

/** Fisher and Yates, with a small generator so that a seed tells the order. */
function shuffled<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const result = [...items];
  let state = seed >>> 0;
  for (let index = result.length - 1; index > 0; index--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (index + 1));
    [result[index], result[other]] = [result[other] as Item, result[index] as Item];
  }
  return result;
}
