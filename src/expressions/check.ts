import { nearest } from "../core/index.ts";
import { childrenOf, type BinaryNode, type CallNode, type Node } from "./cel/ast.ts";
import { findFunction, FUNCTIONS } from "./cel/functions.ts";
import type { ExpressionIssue } from "./error.ts";
import type { NameReference } from "./references.ts";

/** Everything an expression may name. Which of them are set depends on where it stands. */
export const ROOT_NAMES: readonly string[] = [
  "input",
  "steps",
  "state",
  "session",
  "run",
  "item",
  "index",
  "iteration",
  "event",
  "parameters",
  "output",
  "result",
];

/** Names of types, as `type(x)` gives them. */
export const TYPE_NAMES: readonly string[] = [
  "null_type",
  "bool",
  "int",
  "double",
  "string",
  "list",
  "map",
  "timestamp",
  "duration",
];

/** Problems of an expression that parses: unknown names and functions, and step references that cannot be followed. */
export function checkExpression(
  source: string,
  root: Node,
  references: readonly NameReference[],
): readonly ExpressionIssue[] {
  const issues: ExpressionIssue[] = [];
  const dashed: number[] = [];
  const work: Node[] = [root];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (node.op === "call") checkCall(node, issues);
    if (node.op === "binary" && node.operator === "-") checkMinus(source, node, issues, dashed);
    work.push(...childrenOf(node));
  }
  for (const reference of references) {
    // What follows the dash of `steps.a-b` is no name of its own: one mistake is one issue.
    if (dashed.some((at) => reference.start >= at && reference.start <= at + MAX_ID)) continue;
    checkReference(source, reference, issues);
  }
  return issues.sort((a, b) => a.start - b.start);
}

const MAX_ID = 128;

function checkCall(node: CallNode, issues: ExpressionIssue[]): void {
  const { name, args, start, end } = node;
  const known = findFunction(name);
  if (known === undefined) {
    const near = nearest(name, Object.keys(FUNCTIONS));
    const hint = near === undefined ? "see the list of functions" : `did you mean ${near}()?`;
    issues.push({ code: "unknown-function", message: `No function ${name}()`, hint, start, end });
    return;
  }
  const [least, most] = known.arity;
  if (args.length >= least && args.length <= most) return;
  const expected = least === most ? `${least}` : `${least} to ${most}`;
  const message = `${name}() takes ${expected} values, the one before the dot included; got ${args.length}`;
  issues.push({ code: "wrong-argument-count", message, hint: known.usage, start, end });
}

const DASHED_REST = /(?:-\w+)+/y;

/** `steps.a-b` reads as a subtraction, and a step view is never a number: the author meant the id `a-b`. */
function checkMinus(
  source: string,
  node: BinaryNode,
  issues: ExpressionIssue[],
  dashed: number[],
): void {
  const { left, right } = node;
  if (left.op !== "field" || left.target.op !== "name" || left.target.name !== "steps") return;
  if (right.start !== left.end + 1) return;
  DASHED_REST.lastIndex = left.end;
  const rest = DASHED_REST.exec(source)?.[0] ?? "";
  const id = `${left.name}${rest}`;
  dashed.push(left.start);
  issues.push({
    code: "dashed-id",
    message: `steps.${id} reads as a subtraction: ${source.slice(left.start, left.end)} minus ${rest.slice(1)}`,
    hint: `write steps[${JSON.stringify(id)}]`,
    start: left.start,
    end: left.end + rest.length,
  });
}

function checkReference(source: string, reference: NameReference, issues: ExpressionIssue[]): void {
  const { root, path, start, end } = reference;
  if (root === "steps" && typeof path[0] !== "string") {
    issues.push({
      code: "dynamic-steps",
      message: `${source.slice(start, end)} does not say which step it reads`,
      hint: 'name the step, as in steps.build or steps["build"]: the order of steps follows from it',
      start,
      end,
    });
    return;
  }
  if (ROOT_NAMES.includes(root) || TYPE_NAMES.includes(root)) return;
  const near = nearest(root, ROOT_NAMES);
  const isDashed = source.charAt(start - 1) === "-";
  const hint =
    near !== undefined
      ? `did you mean ${near}?`
      : isDashed
        ? 'a name with a dash is written in brackets, as in input["a-b"]'
        : `known names are ${ROOT_NAMES.join(", ")}; quote it if it is text`;
  issues.push({ code: "unknown-name", message: `Unknown name ${root}`, hint, start, end });
}
