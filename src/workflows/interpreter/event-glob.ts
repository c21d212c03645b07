/**
 * Segment globs over event types: `order.*` is one segment, `order.**` any number, everything else is literal.
 * Linear in the segments for the patterns that the verifier admits, and never a regular expression.
 */
export function matchesGlob(glob: string, type: string): boolean {
  const wanted = glob.split(".");
  const given = type.split(".");
  let at = 0;
  let from = 0;
  let star = -1;
  let mark = 0;
  while (from < given.length) {
    const segment = wanted[at];
    if (segment === "**") {
      star = at;
      mark = from;
      at += 1;
    } else if (segment === "*" || (segment !== undefined && segment === given[from])) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      at = star + 1;
      mark += 1;
      from = mark;
    } else return false;
  }
  while (wanted[at] === "**") at += 1;
  return at === wanted.length;
}
