/** One line of the benchmark's table, and of build/bench.json. */
export interface BenchRow {
  readonly name: string;
  /** Median of the repeats. */
  readonly value: number;
  readonly unit: string;
  /** What `ratio`, or `value` where there is no ratio, is held to. */
  readonly limit: { readonly atLeast: number } | { readonly atMost: number };
  /** Against the bare way of doing the same: median of the pairs. */
  readonly ratio?: number;
  /** Lowest and highest repeat, of the ratio where there is one. */
  readonly spread: readonly [number, number];
}

/** Whether the row keeps to its limit. */
export function isKept({ value, ratio, limit }: BenchRow): boolean {
  const measured = ratio ?? value;
  return 'atLeast' in limit ? measured >= limit.atLeast : measured <= limit.atMost;
}

/** Middle of the sorted numbers. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? NaN;
}

/** Lowest and highest. */
export function spreadOf(numbers: readonly number[]): readonly [number, number] {
  return [Math.min(...numbers), Math.max(...numbers)];
}
