/** What a run may take: at least and at most. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

export const ZERO: Range = { min: 0, max: 0 };

export function exactly(count: number): Range {
  return { min: count, max: count };
}

export function add(...ranges: readonly Range[]): Range {
  return ranges.reduce((sum, { min, max }) => ({ min: sum.min + min, max: sum.max + max }), ZERO);
}

export function times(range: Range, count: Range): Range {
  return { min: range.min * count.min, max: range.max * count.max };
}

/** It may also not happen. */
export function perhaps({ max }: Range): Range {
  return { min: 0, max };
}

/** One of several happens. */
export function oneOf(ranges: readonly Range[]): Range {
  if (ranges.length === 0) return ZERO;
  return {
    min: Math.min(...ranges.map(({ min }) => min)),
    max: Math.max(...ranges.map(({ max }) => max)),
  };
}
