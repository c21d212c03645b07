/** A pattern reference: `name` or `name@range`. */
export interface PatternName {
  readonly name: string;
  /** `*` when none is written. */
  readonly range: string;
}

export function splitPatternName(text: string): PatternName {
  const at = text.indexOf("@");
  if (at < 0) return { name: text.trim(), range: "*" };
  return { name: text.slice(0, at).trim(), range: text.slice(at + 1).trim() || "*" };
}
