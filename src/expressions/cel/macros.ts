import { ExpressionError } from "../error.ts";
import type { ComprehensionKind, Node } from "./ast.ts";

const COMPREHENSIONS: readonly string[] = [
  "all",
  "exists",
  "exists_one",
  "filter",
  "map",
] satisfies ComprehensionKind[];

interface Extent {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/**
 * Turns a call that is really a macro into its own node. `args` of a method call begin with its target.
 * @returns undefined for an ordinary call
 */
export function buildMacro(
  source: string,
  name: string,
  args: readonly Node[],
  extent: Extent,
  at: number,
): Node | undefined {
  if (name === "has") return buildHas(source, args, extent);
  if (name === "cel.bind") return buildBind(source, args, extent);
  // `filter(x, y)` without a target is no macro; it ends as an unknown function.
  if (COMPREHENSIONS.includes(name) && at !== extent.start)
    return buildComprehension(source, name as ComprehensionKind, args, extent); // as: just looked up among them
  return undefined;
}

function buildHas(source: string, args: readonly Node[], extent: Extent): Node {
  const [target] = args;
  if (args.length !== 1 || (target?.op !== "field" && target?.op !== "index"))
    throw failure(source, extent.start, "has() takes one field", "write has(input.name)");
  return { op: "has", target, ...extent };
}

function buildBind(source: string, args: readonly Node[], extent: Extent): Node {
  const [variable, value, body] = args;
  if (args.length !== 3 || variable?.op !== "name" || !value || !body)
    throw failure(
      source,
      extent.start,
      "cel.bind() takes a variable, a value and an expression",
      "write cel.bind(x, input.a, x + x)",
    );
  return { op: "bind", variable: variable.name, value, body, ...extent };
}

function buildComprehension(
  source: string,
  kind: ComprehensionKind,
  args: readonly Node[],
  extent: Extent,
): Node {
  const [target, variable, first, second] = args;
  const isFiltered = kind === "map" && args.length === 4;
  const body = isFiltered ? second : first;
  if ((args.length !== 3 && !isFiltered) || variable?.op !== "name" || !target || !body)
    throw failure(
      source,
      extent.start,
      `${kind}() takes a variable and an expression`,
      `write list.${kind}(x, ${kind === "map" ? "x.name" : "x > 0"})`,
    );
  const filter = isFiltered ? first : undefined;
  return { op: "comprehension", kind, target, variable: variable.name, filter, body, ...extent };
}

function failure(source: string, at: number, problem: string, hint: string): ExpressionError {
  return new ExpressionError("wrong-argument-count", source, problem, { hint, at });
}
