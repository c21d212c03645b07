import type { CST } from "yaml";

/**
 * Whether the tokens of a text nest deeper than `most`. To be asked before anything is composed from them: the composer
 * recurses, and running out of stack inside a regular expression ends the whole process.
 */
export function isTooDeep(tokens: readonly CST.Token[], most: number): boolean {
  const work: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { token, depth } = next;
    if (depth > most) return true;
    if (token.type === "document") {
      if (token.value !== undefined) work.push({ token: token.value, depth });
    } else if ("items" in token)
      for (const { key, value } of token.items) {
        if (key != null) work.push({ token: key, depth: depth + 1 });
        if (value !== undefined) work.push({ token: value, depth: depth + 1 });
      }
  }
  return false;
}
