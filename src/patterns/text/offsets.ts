import type { DocumentPath } from "../walk.ts";

/** A path as the key of a map. */
export function pathKey(path: DocumentPath): string {
  return path.join("\u0000");
}

/**
 * Finds where a part of a text stands, or the nearest thing around it that is there. The offsets are collected when the
 * first is asked for: most documents have no issue.
 */
export function createOffsetLocator(
  collect: () => ReadonlyMap<string, number>,
  start: number,
): (path: DocumentPath) => number {
  let offsets: ReadonlyMap<string, number> | undefined;
  return (path) => {
    offsets ??= collect();
    for (let length = path.length; length > 0; length -= 1) {
      const offset = offsets.get(pathKey(path.slice(0, length)));
      if (offset !== undefined) return offset;
    }
    return start;
  };
}
