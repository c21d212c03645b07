/**
 * Whether a path rule covers a file, by the rules of `.gitignore` as the contract uses them: `//x` from the root, `~/x`
 * from the home folder, `/x` and `./x` and whatever contains a slash from the working directory, a bare name at any depth.
 */
export function matchesPathRule(
  rule: string,
  path: string,
  places: { readonly cwd: string; readonly home: string | undefined },
): boolean {
  const file = normalize(path.startsWith("/") ? path : `${places.cwd}/${path}`);
  if (rule.startsWith("//")) return matches(rule.slice(1), file);
  if (rule.startsWith("~/"))
    return places.home !== undefined && matches(`${places.home}${rule.slice(1)}`, file);
  const inside = relative(places.cwd, file);
  const plain = rule.replace(/^\.?\//, "");
  if (plain !== rule || plain.replace(/\/$/, "").includes("/"))
    return inside !== undefined && matches(plain, inside);
  return matches(`**/${plain}`, inside ?? file.slice(1));
}

function relative(folder: string, file: string): string | undefined {
  const base = normalize(folder);
  return file.startsWith(`${base}/`) ? file.slice(base.length + 1) : undefined;
}

/** Resolves `.` and `..`, which a path may hide behind. */
function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Segment by segment: `**` is any number of segments; a rule that names a folder covers what is in it. */
function matches(rule: string, path: string): boolean {
  const wanted = rule.split("/").filter((part, at, all) => part !== "" || at === all.length - 1);
  const folder = wanted.at(-1) === "";
  const pattern = folder ? [...wanted.slice(0, -1), "**"] : wanted;
  const found = path.split("/").filter((part) => part !== "");
  // reachable[i]: the first i segments of the pattern can cover what was read so far
  let reachable = new Set([0]);
  expand(reachable, pattern);
  for (const segment of found) {
    if (reachable.has(pattern.length)) return true;
    const next = new Set<number>();
    for (const at of reachable) {
      const part = pattern[at];
      if (part === "**") next.add(at);
      else if (part !== undefined && matchesSegment(part, segment)) next.add(at + 1);
    }
    expand(next, pattern);
    reachable = next;
  }
  return reachable.has(pattern.length);
}

function expand(reachable: Set<number>, pattern: readonly string[]): void {
  for (const at of reachable) if (pattern[at] === "**") reachable.add(at + 1);
}

function matchesSegment(part: string, segment: string): boolean {
  let rows = [0];
  for (const character of part) {
    const next: number[] = [];
    for (const at of rows) {
      if (character === "*") for (let end = at; end <= segment.length; end += 1) next.push(end);
      else if (at < segment.length && (character === "?" || character === segment[at]))
        next.push(at + 1);
    }
    rows = [...new Set(next)];
  }
  return rows.includes(segment.length);
}
