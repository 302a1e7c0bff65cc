/** A container's `resources` in the API server's form, or what is wrong with them (faults.md B53). */
import { blocked, ok, type Outcome } from '../domain/result.ts';
import { mapOf } from '../kube/json-values.ts';
import { canonicalQuantity, compareQuantities } from '../kube/quantities.ts';

type Amounts = Readonly<Record<string, string>>;

/** The same resources with canonical quantities. Refuses a malformed quantity, and a request above its limit. */
export function canonicalResources(resources: unknown): Outcome<object> {
  const { requests, limits, ...rest } = mapOf(resources);
  const wanted = amountsOf(requests, 'requests');
  if (!wanted.ok) return wanted;
  const allowed = amountsOf(limits, 'limits');
  if (!allowed.ok) return allowed;
  const above = Object.keys(wanted.value).find((name) => exceeds(wanted.value[name], allowed.value[name]));
  if (above !== undefined) {
    return blocked(
      'ResourcesInvalid',
      `resources.requests.${above} is ${wanted.value[above]}, above its limit of ${allowed.value[above]}; lower the request`,
    );
  }
  return ok({
    ...rest,
    ...(Object.keys(allowed.value).length === 0 ? {} : { limits: allowed.value }),
    ...(Object.keys(wanted.value).length === 0 ? {} : { requests: wanted.value }),
  });
}

function amountsOf(amounts: unknown, where: string): Outcome<Amounts> {
  const entries: [string, string][] = [];
  for (const [name, amount] of Object.entries(mapOf(amounts))) {
    const text = canonicalQuantity(amount);
    if (!text.ok) return blocked('ResourcesInvalid', `resources.${where}.${name}: ${text.error}`);
    entries.push([name, text.value]);
  }
  return ok(Object.fromEntries(entries));
}

function exceeds(request: string | undefined, limit: string | undefined): boolean {
  if (request === undefined || limit === undefined) return false;
  const compared = compareQuantities(request, limit);
  return compared.ok && compared.value > 0;
}
