import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { targetKindOf } from '../../hooks/kube/workload.ts';
import {
  execRules,
  moverRules,
  observerRules,
  secretRules,
  triggerRules,
  type PolicyRule,
} from '../../hooks/kube/service-account.ts';
import { caseIds, goldenCase, goldenResponse } from '../golden/cases.ts';
import {
  OWN_RIGHTS,
  rightsForController,
  rightsForRelated,
  rightsOf,
  type Controller,
  type KindRule,
  type ParentUse,
} from './rights.ts';

const FOLDER = new URL('../../metacontroller/', import.meta.url);
const CLUSTER_ROLE = new URL('../../kustomize/components/metacontroller/cluster-role.yaml', import.meta.url);
const TARGETS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'PersistentVolumeClaim'];

interface Answer {
  readonly relatedResources?: readonly KindRule[];
  readonly children?: readonly Child[];
  readonly attachments?: readonly Child[];
  readonly labels?: object;
  readonly annotations?: object;
  readonly status?: object;
}

interface Child {
  readonly kind: string;
  readonly rules?: readonly PolicyRule[];
}

const answers = caseIds().map((id) => ({
  id,
  hook: goldenCase(id).hook,
  answer: (goldenResponse(id) ?? {}) as Answer,
}));
const granted = rightsOf((parse(readFileSync(CLUSTER_ROLE, 'utf8')) as { rules: PolicyRule[] }).rules);

function controllers(): readonly Controller[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  return files.map((name) => parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Controller);
}

/** A decorator changes its parent only where an answer holds labels, annotations or a status. */
function useOfParent({ kind, metadata }: Controller): ParentUse {
  const own = answers.filter(({ id, hook }) => id.startsWith(`${metadata.name}/`) && hook !== 'customize');
  assert.ok(own.length > 0, `no golden answer of ${metadata.name}`);
  const changes = own.some(({ answer }) => answer.labels ?? answer.annotations ?? answer.status);
  return kind === 'CompositeController' || changes ? 'written' : 'read';
}

/** Rules of every customize answer of the corpus, and every kind that a target may be. */
function relatedRules(): readonly KindRule[] {
  const targets = TARGETS.map((kind) => {
    const apiGroup = kind === 'PersistentVolumeClaim' ? '' : 'apps';
    const found = targetKindOf({ kind, apiGroup, name: 'any' });
    assert.ok(found.ok, kind);
    return found.value;
  });
  return [...answers.flatMap(({ answer }) => answer.relatedResources ?? []), ...targets];
}

/** Rules of the Roles that hooks make. The API server lets nobody give what they do not hold. */
function passedOn(): readonly PolicyRule[] {
  return [...moverRules(), ...observerRules(), ...execRules(), ...secretRules(['any']), ...triggerRules()];
}

describe("the rights of MetaStash's Metacontroller", () => {
  it('are exactly those that controllers, customize answers and Roles need', () => {
    const needed = rightsOf([
      ...OWN_RIGHTS,
      ...controllers().flatMap((one) => rightsForController(one, useOfParent(one))),
      ...relatedRules().map(rightsForRelated),
      ...passedOn(),
    ]);
    const missing = needed.filter((right) => !granted.includes(right));
    const unneeded = granted.filter((right) => !needed.includes(right));
    assert.deepEqual({ missing, unneeded }, { missing: [], unneeded: [] });
  });

  it('cover every Role that a golden answer makes', () => {
    const roles = answers.flatMap(({ id, answer }) =>
      [...(answer.children ?? []), ...(answer.attachments ?? [])]
        .filter((child) => child.kind === 'Role')
        .map((role) => ({ id, role })),
    );
    assert.ok(roles.length > 0);
    for (const { id, role } of roles) {
      const lacking = rightsOf(role.rules ?? []).filter((right) => !granted.includes(right));
      assert.deepEqual(lacking, [], id);
    }
  });

  it('hold no wildcard, no escalation, and list no Secret', () => {
    const forbidden = granted.filter((right) =>
      /\*|escalate|bind$|impersonate|secrets (list|watch|update|create)/.test(right),
    );
    assert.deepEqual(forbidden, []);
  });

  it('are asked for by customize answers in the corpus', () => {
    assert.ok(answers.some(({ hook }) => hook === 'customize'));
  });
});
