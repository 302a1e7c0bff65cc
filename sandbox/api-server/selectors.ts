/** Label selectors as `metav1.LabelSelectorAsSelector` understands them. */
import { isMap, listOf, mapOf, textOf } from './values.ts';

export type Labels = Readonly<Record<string, string>> | undefined;
export type Selector = (labels: Labels) => boolean;

/** Matches every object. */
export const everything: Selector = () => true;

/** The predicate of a LabelSelector; an empty one matches everything. Throws Error for an operator that does not exist. */
export function selectorOf(labelSelector: unknown): Selector {
  const source = mapOf(labelSelector);
  const wanted = Object.entries(mapOf(source['matchLabels']));
  const expressions = listOf(source['matchExpressions']).filter(isMap).map(requirementOf);
  return (labels) =>
    wanted.every(([key, value]) => labels?.[key] === value) && expressions.every((matches) => matches(labels));
}

function requirementOf(expression: { readonly [key: string]: unknown }): Selector {
  const key = textOf(expression['key']);
  const values = new Set(listOf(expression['values']));
  switch (expression['operator']) {
    case 'In':
      return (labels) => labels?.[key] !== undefined && values.has(labels[key]);
    case 'NotIn':
      return (labels) => labels?.[key] === undefined || !values.has(labels[key]);
    case 'Exists':
      return (labels) => labels?.[key] !== undefined;
    case 'DoesNotExist':
      return (labels) => labels?.[key] === undefined;
    default:
      throw new Error(`"${String(expression['operator'])}" is not a valid label selector operator`);
  }
}

/** The predicate of a selector on a command line: `a=b,c!=d,e,!f,g in (x,y)`. */
export function parsedSelector(text: string): Selector {
  const terms = text.match(/[^,(]+(?:\([^)]*\))?/g) ?? [];
  const requirements = terms
    .map((term) => term.trim())
    .filter((term) => term !== '')
    .map(termOf);
  return (labels) => requirements.every((matches) => matches(labels));
}

function termOf(term: string): Selector {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(term);
  if (set) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim());
    return requirementOf({ key: set[1], operator: set[2] === 'in' ? 'In' : 'NotIn', values });
  }
  const pair = /^([^!=]+)(==|!=|=)(.*)$/.exec(term);
  if (pair) {
    const values = [(pair[3] ?? '').trim()];
    return requirementOf({ key: pair[1]?.trim(), operator: pair[2] === '!=' ? 'NotIn' : 'In', values });
  }
  return term.startsWith('!')
    ? requirementOf({ key: term.slice(1).trim(), operator: 'DoesNotExist' })
    : requirementOf({ key: term, operator: 'Exists' });
}
