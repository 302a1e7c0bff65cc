/** A user who does what a condition says. */
import { listOf, mapOf, textOf } from '../../api-server/values.ts';
import { NAMESPACE } from '../workload.ts';
import type { World } from '../world.ts';
import { removed } from './pod-faults.ts';

/** Kinds that a condition may tell a user to delete. */
const ADVISED: Readonly<Record<string, string>> = { cronjob: 'batch/v1', lease: 'coordination.k8s.io/v1' };

/** Runs the commands that Ready of the configurations ends with, as `kubectl delete -n shop cronjob/one lease/other`. */
export function adviceTaken(world: World): void {
  for (const configuration of world.api.list('core.kubestash.com/v1alpha1', 'BackupConfiguration', NAMESPACE)) {
    const conditions = listOf(mapOf(configuration['status'])['conditions']).map(mapOf);
    const said = textOf(conditions.find((one) => one['type'] === 'Ready')?.['message']);
    const [, namespace = '', names = ''] = /kubectl delete -n (\S+) (.+)$/.exec(said) ?? [];
    for (const [kind = '', name = ''] of names.split(' ').map((one) => one.split('/'))) {
      const object = world.api.get({ apiVersion: ADVISED[kind] ?? '', kind: `${kind}s`, namespace, name });
      if (!object) continue;
      world.trace.add('fault', `${object.kind} ${name} is deleted by a user, as the condition says`);
      removed(world, object);
    }
  }
}
