/** Kubernetes' label selectors (apimachinery `LabelSelectorAsSelector`) and the usage policies that hold them. */
import { isNamespaceAllowed } from '../domain/usage-policy.ts';

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface UsagePolicy {
  readonly allowedNamespaces?: { readonly from?: string; readonly selector?: LabelSelector };
}

type Labels = Readonly<Record<string, string>>;

/**
 * Whether labels satisfy a selector. A missing selector matches nothing, an empty one everything; undefined where the
 * selector cannot be read (unknown operator, values where there may be none), which a policy has to treat as no.
 */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean | undefined {
  if (selector === undefined) return false;
  const verdicts = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => valueOf(labels, key) === value),
    ...(selector.matchExpressions ?? []).map((one) => matchesExpression(one, labels)),
  ];
  return verdicts.includes(undefined) ? undefined : verdicts.every((verdict) => verdict === true);
}

/** Whether an object of `ownNamespace` with this usage policy may be used from a namespace with these labels. */
export function usagePolicyAdmits(
  policy: UsagePolicy | undefined,
  ownNamespace: string,
  consumer: { readonly name: string; readonly labels?: Labels },
): boolean {
  const allowed = policy?.allowedNamespaces;
  return isNamespaceAllowed(allowed?.from, ownNamespace, consumer.name, () =>
    matchesSelector(allowed?.selector, consumer.labels ?? {}),
  );
}

function matchesExpression(
  expression: { readonly key: string; readonly operator: string; readonly values?: readonly string[] },
  labels: Labels,
): boolean | undefined {
  const value = valueOf(labels, expression.key);
  const values = expression.values ?? [];
  switch (expression.operator) {
    case 'In':
      return values.length === 0 ? undefined : value !== undefined && values.includes(value);
    case 'NotIn':
      return values.length === 0 ? undefined : value === undefined || !values.includes(value);
    case 'Exists':
      return values.length > 0 ? undefined : value !== undefined;
    case 'DoesNotExist':
      return values.length > 0 ? undefined : value === undefined;
    default:
      return undefined;
  }
}

function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
