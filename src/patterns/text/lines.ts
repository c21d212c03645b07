/** A place in a text, 1-based; zeros where there is no text. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export const NOWHERE: Position = { line: 0, column: 0 };

/** Turns offsets into lines and columns. The lines are found when the first is asked for: most documents have no issue. */
export function createLineTable(text: string): (offset: number) => Position {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
