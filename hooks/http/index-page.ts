/** `GET /`: every hook with its path and a body that can be posted as it stands. */
import type { HookName, HookRow } from './row.ts';

export interface HookListing {
  readonly kind: string;
  readonly hook: HookName;
  readonly path: string;
  readonly sample: object;
}

/** All hooks of the table, in its order. */
export function listingOf(rows: readonly HookRow[], rulesVersion: string): readonly HookListing[] {
  return rows.flatMap((row) =>
    hookNamesOf(row).map((hook) => ({
      kind: row.kind,
      hook,
      path: pathOf(rulesVersion, row.kind, hook),
      sample: sampleOf(row, hook),
    })),
  );
}

/** The hooks that this row has, in the order in which Metacontroller meets them. */
export function hookNamesOf(row: HookRow): readonly HookName[] {
  return (['customize', 'sync', 'finalize'] as const).filter((hook) => row.hooks[hook] !== undefined);
}

/** `/v1/backupsession/sync`. */
export function pathOf(rulesVersion: string, kind: string, hook: HookName): string {
  return `/${rulesVersion}/${kind}/${hook}`;
}

/** The smallest request that is complete: a parent with an empty spec, no children, nothing related. */
function sampleOf(row: HookRow, hook: HookName): object {
  const parent = {
    ...row.parent,
    metadata: {
      name: 'sample',
      ...(row.isClusterScoped ? {} : { namespace: 'demo' }),
      uid: '00000000-0000-4000-8000-000000000001',
      generation: 1,
      creationTimestamp: '2026-01-05T02:00:00Z',
      ...(hook === 'finalize' ? { deletionTimestamp: '2026-01-05T03:00:00Z' } : {}),
    },
    spec: {},
  };
  if (hook === 'customize') return { parent };
  const groups = Object.fromEntries(row.children.map((group) => [group, {}]));
  const rest = { related: {}, finalizing: hook === 'finalize' };
  return row.controllerKind === 'CompositeController'
    ? { parent, children: groups, ...rest }
    : { object: parent, attachments: groups, ...rest };
}
