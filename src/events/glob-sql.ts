/** The segments before the first wildcard: what an index can look up. Empty when a glob begins with a wildcard. */
export function literalPrefix(glob: string): string {
  const segments = glob.split(".");
  const wildcard = segments.findIndex((segment) => segment.includes("*"));
  return segments.slice(0, wildcard === -1 ? undefined : wildcard).join(".");
}

/** Every literal prefix that a glob fitting this type can have. */
export function prefixesOf(type: string): readonly string[] {
  const segments = type.split(".");
  return ["", ...segments.map((_, index) => segments.slice(0, index + 1).join("."))];
}

/** A glob as conditions on a column of types (collated "C"): a range for the index, and a regular expression. */
export interface GlobCondition {
  readonly from: string | null;
  /** Exclusive. */
  readonly to: string | null;
  readonly pattern: string;
}

export function toCondition(glob: string): GlobCondition {
  const prefix = literalPrefix(glob);
  // "/" is the character after ".": between `order` and `order/` lie `order` and all `order.…`
  return {
    from: prefix === "" ? null : prefix,
    to: prefix === "" ? null : `${prefix}/`,
    pattern: toPattern(glob),
  };
}

/** To be tested against the type with a "." before it, so that every segment begins alike. Globs are checked: no escaping. */
function toPattern(glob: string): string {
  const segments = glob.split(".").map((segment) => {
    if (segment === "**") return String.raw`(?:\.[^.]+)*`;
    return segment === "*" ? String.raw`\.[^.]+` : String.raw`\.${segment}`;
  });
  return `^${segments.join("")}$`;
}
