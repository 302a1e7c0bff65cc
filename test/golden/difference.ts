/** A line difference small enough to read in a terminal. */

const CONTEXT = 2;

/** Lines of both texts, `-` only in the first, `+` only in the second, with a little around them; '' when equal. */
export function lineDifference(before: string, after: string): string {
  const lines = editScript(before.split('\n'), after.split('\n'));
  const changed = lines.flatMap((line, index) => (line.startsWith(' ') ? [] : [index]));
  const isShown = (index: number): boolean => changed.some((one) => Math.abs(one - index) <= CONTEXT);
  return lines.flatMap((line, index) => (isShown(index) ? [line] : isShown(index - 1) ? ['  …'] : [])).join('\n');
}

/** All lines, marked, along a longest common subsequence. */
function editScript(before: readonly string[], after: readonly string[]): readonly string[] {
  const lengths = commonLengths(before, after);
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  const script: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      script.push(`  ${before[i]}`);
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) {
      script.push(`- ${before[i]}`);
      i += 1;
    } else {
      script.push(`+ ${after[j]}`);
      j += 1;
    }
  }
  return script;
}

/** `[i][j]`: how many lines `before` from i and `after` from j have in common. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly number[][] {
  const table = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const below = table[i + 1];
      const row = table[i];
      if (row && below)
        row[j] = before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}
