import assert from 'node:assert/strict';
import { componentsOf, locateOrderOf } from '../../../hooks/jobs/components.ts';
import { placementOf, type PlacementInput } from '../../../hooks/jobs/placement.ts';
import { deployment, statefulSet, workload } from './fixtures.ts';

const onNode = (name: string): object => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }],
    },
  },
});
const beside = (matchLabels: object): object => ({
  labelSelector: { matchLabels },
  topologyKey: 'kubernetes.io/hostname',
});
const required = (matchLabels: object): object => ({
  podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [beside(matchLabels)] },
});
const preferred = (matchLabels: object): object => ({
  podAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: beside(matchLabels) }],
  },
});

const daemonSet = workload('DaemonSet', {
  selector: { matchLabels: { app: 'agent' } },
  template: { spec: { tolerations: [{ operator: 'Exists' }] } },
});
const pod = (ordinal: number): object => ({ app: 'web', 'statefulset.kubernetes.io/pod-name': `web-${ordinal}` });

describe('the place of a mover', () => {
  const cases: readonly (readonly [title: string, input: Partial<PlacementInput>, placement: object])[] = [
    ['is beside a Deployment’s Pods while some are ready', {}, { affinity: required({ app: 'web' }) }],
    ['is anywhere when none is ready', { workload: deployment({}) }, {}],
    [
      'is beside the Pod of a StatefulSet’s ordinal',
      { workload: statefulSet(), component: 'dump-pod-1' },
      { affinity: required(pod(1)) },
    ],
    [
      'prefers the Pod of an ordinal that may not exist yet',
      { workload: statefulSet({ readyReplicas: 1 }), component: 'dump-pod-1' },
      { affinity: preferred(pod(1)) },
    ],
    ['is anywhere for a StatefulSet without ready Pods', { workload: statefulSet({}), component: 'dump-pod-0' }, {}],
    [
      'is the node that was located, where the DaemonSet’s Pods may go',
      { workload: daemonSet, component: 'dump-n1', located: { component: 'dump-n1', node: 'n1' } },
      {
        affinity: onNode('n1'),
        tolerations: [
          { operator: 'Exists' },
          { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
        ],
      },
    ],
    [
      'is the located node of a bare claim',
      { workload: workload('PersistentVolumeClaim', {}), located: { component: 'dump', node: 'n2' } },
      { affinity: onNode('n2') },
    ],
    [
      'is anywhere for a claim that no Pod uses',
      { workload: workload('PersistentVolumeClaim', {}), located: { component: 'dump' } },
      {},
    ],
    ['is the user’s choice of affinity', { own: { affinity: { podAntiAffinity: {} } } }, {}],
    ['is the user’s choice of node', { own: { nodeName: 'n3' } }, {}],
    ['is the user’s choice of node labels', { own: { nodeSelector: { disk: 'ssd' } } }, {}],
    ['is anywhere without a target', { workload: undefined }, {}],
  ];
  for (const [title, input, placement] of cases) {
    it(title, () => {
      assert.deepEqual(placementOf({ workload: deployment(), component: 'dump', own: {}, ...input }), placement);
    });
  }
});

describe('components of a target', () => {
  const cases = [
    ['a Deployment is one', deployment(), false, { components: ['dump'], locate: false }],
    [
      'a StatefulSet has one per ordinal',
      statefulSet(),
      false,
      { components: ['dump-pod-0', 'dump-pod-1', 'dump-pod-2'], locate: false },
    ],
    ['a StatefulSet is one for a singleton task', statefulSet(), true, { components: ['dump'], locate: false }],
    [
      'a StatefulSet at zero has those of its claims',
      workload('StatefulSet', { replicas: 0 }),
      false,
      { components: [], locate: true },
    ],
    ['a DaemonSet has those of its nodes', daemonSet, false, { components: [], locate: true }],
    [
      'a claim is one, whose node has to be found',
      workload('PersistentVolumeClaim', {}),
      true,
      { components: ['dump'], locate: true },
    ],
  ] as const;
  for (const [title, target, singleton, plan] of cases) {
    it(title, () => {
      assert.deepEqual(componentsOf(target, singleton), plan);
    });
  }

  it('are looked for by selector and claim prefix', () => {
    assert.deepEqual(locateOrderOf(statefulSet()), {
      task: 'locate',
      namespace: 'demo',
      target: { apiGroup: 'apps', kind: 'StatefulSet', name: 'web' },
      selector: { app: 'web' },
      claimPrefixes: ['source-data-web-'],
    });
    assert.deepEqual(locateOrderOf(workload('PersistentVolumeClaim', {})), {
      task: 'locate',
      namespace: 'demo',
      target: { apiGroup: '', kind: 'PersistentVolumeClaim', name: 'web' },
      claims: ['web'],
    });
  });
});
