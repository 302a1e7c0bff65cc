/** Small pieces that the checks share: the first fault of a list, repeated names, values shown in a message. */

/** The first fault of these items; `check` gets each with its position. */
export function firstFault<Item>(
  items: readonly Item[],
  check: (item: Item, index: number) => string | undefined,
): string | undefined {
  for (let index = 0; index < items.length; index += 1) {
    const fault = check(items[index] as Item, index);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Position of the first item whose name an earlier one has. */
export function repeatedAt(names: readonly string[]): number | undefined {
  const index = names.findIndex((name, position) => names.indexOf(name) !== position);
  return index < 0 ? undefined : index;
}

/** A user's value in a message, bounded. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'missing';
  return json.length <= 80 ? json : `${json.slice(0, 77)}..."`;
}

/** Lower-case letters, digits and inner dashes: what names of ours, paths and labels can all carry. */
export function isLabelName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(value);
}
