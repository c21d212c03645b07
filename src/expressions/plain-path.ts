import type { Node } from "./cel/ast.ts";
import { MAX_DEPTH } from "./cel/parse.ts";
import { ROOT_NAMES } from "./check.ts";
import type { NameReference } from "./references.ts";

/** What nearly every expression is: `steps.build.output.files`. */
const PLAIN_PATH = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/**
 * Reads a plain path from a known name without the parser: a pattern of ten thousand steps has fifty thousand of them.
 * @returns undefined for anything else, including what needs an error message
 */
export function readPlainPath(
  source: string,
): { readonly node: Node; readonly reference: NameReference } | undefined {
  if (!PLAIN_PATH.test(source)) return undefined;
  const [root = "", ...path] = source.split(".");
  if (!ROOT_NAMES.includes(root) || path.length >= MAX_DEPTH) return undefined;
  if (root === "steps" && path.length === 0) return undefined;
  let end = root.length;
  let depth = 1;
  let node: Node = { op: "name", name: root, start: 0, end, depth };
  for (const name of path) {
    end += 1 + name.length;
    depth += 1;
    node = { op: "field", target: node, name, optional: false, start: 0, end, depth };
  }
  const guarded = root === "steps" && (path[1] === "status" || path[1] === "error");
  return { node, reference: { root, path, open: false, guarded, start: 0, end } };
}
