import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../core/index.ts";
import { formatPath, type DocumentPath } from "../walk.ts";

/** One place where two documents differ. */
export type Change = JsonObject & { readonly path: string } & (
    | { readonly change: "added"; readonly after: JsonValue }
    | { readonly change: "removed"; readonly before: JsonValue }
    | { readonly change: "changed"; readonly before: JsonValue; readonly after: JsonValue }
  );

/**
 * Where two values differ, the largest parts that are the same left out: a mapping is compared key by key, a list item by
 * item. Recursive: a document's depth is bounded when it is read.
 */
export function diffValues(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: DocumentPath = [],
): readonly Change[] {
  if (before === undefined || after === undefined) return diffPresence(before, after, path);
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      diffValues(ownOf(before, key), ownOf(after, key), [...path, key]),
    );
  }
  if (isJsonArray(before) && isJsonArray(after)) {
    const longer = before.length > after.length ? before : after;
    return longer.flatMap((_item, at) => diffValues(before[at], after[at], [...path, at]));
  }
  return before === after ? [] : [{ path: formatPath(path), change: "changed", before, after }];
}

function diffPresence(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: DocumentPath,
): readonly Change[] {
  if (after !== undefined) return [{ path: formatPath(path), change: "added", after }];
  return before === undefined ? [] : [{ path: formatPath(path), change: "removed", before }];
}

function ownOf(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
