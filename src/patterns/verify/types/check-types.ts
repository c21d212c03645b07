import { nearest } from "../../../core/index.ts";
import type { Node } from "../../../expressions/index.ts";
import { infer, read, type ImpossibleRead, type Names } from "./infer.ts";
import { areDisjoint, showTypes, typesOf, type JsonType } from "./json-type.ts";

/** Something in an expression that cannot work, or cannot make a difference. */
export interface TypeProblem {
  readonly message: string;
  readonly hint: string;
  /** True for what is legal and still cannot be meant. */
  readonly isDoubtful: boolean;
  readonly start: number;
  readonly end: number;
}

/** Finds operators on types they do not take and reads of fields that are never there. */
export function checkTypes(source: string, root: Node, names: Names): readonly TypeProblem[] {
  const problems: TypeProblem[] = [];
  visit(root, new Set(), { source, names, problems });
  return problems;
}

interface Check {
  readonly source: string;
  readonly names: Names;
  readonly problems: TypeProblem[];
}

/** Recursive: the parser has bounded the depth of the tree. */
function visit(node: Node, locals: ReadonlySet<string>, check: Check): void {
  const names: Names = (root, step) => (locals.has(root) ? undefined : check.names(root, step));
  switch (node.op) {
    case "literal":
    case "name":
    case "has":
      return;
    case "field":
    case "index":
      checkChain(node, locals, names, check);
      return;
    case "comprehension": {
      const inner = new Set([...locals, node.variable]);
      visit(node.target, locals, check);
      if (node.filter) visit(node.filter, inner, check);
      visit(node.body, inner, check);
      return;
    }
    case "bind":
      visit(node.value, locals, check);
      visit(node.body, new Set([...locals, node.variable]), check);
      return;
    case "binary":
      checkBinary(node, names, check);
      break;
    case "unary":
      expect(node.operand, node.operator === "!" ? "boolean" : "number", names, check);
      break;
    case "condition":
      expect(node.test, "boolean", names, check);
      break;
    case "call":
    case "list":
    case "map":
      break;
  }
  for (const child of partsOf(node)) visit(child, locals, check);
}

type Compound = Extract<Node, { op: "binary" | "unary" | "condition" | "call" | "list" | "map" }>;

function partsOf(node: Compound): readonly Node[] {
  switch (node.op) {
    case "binary":
      return [node.left, node.right];
    case "unary":
      return [node.operand];
    case "condition":
      return [node.test, node.yes, node.no];
    case "call":
      return node.args;
    case "list":
      return node.items.map(({ value }) => value);
    case "map":
      return node.entries.flatMap(({ key, value }) => [key, value]);
  }
}

function checkChain(node: Node, locals: ReadonlySet<string>, names: Names, check: Check): void {
  const { impossible, unlisted } = read(node, names);
  if (impossible) reportImpossible(check, impossible);
  const meant = unlisted && nearest(unlisted.key, unlisted.listed);
  if (meant !== undefined && unlisted) {
    report(check, unlisted.node, {
      message: `${textOf(check, unlisted.node)} is not declared by its schema`,
      hint: `Did you mean "${meant}"? Otherwise declare "${unlisted.key}" in the schema.`,
      isDoubtful: true,
    });
  }
  for (let at = node; at.op === "field" || at.op === "index"; at = at.target) {
    if (at.op === "index") visit(at.index, locals, check);
    const { target } = at;
    if (target.op !== "field" && target.op !== "index") visit(target, locals, check);
  }
}

function reportImpossible(check: Check, { node, why, known, key }: ImpossibleRead): void {
  const target = node.op === "field" || node.op === "index" ? node.target : node;
  const meant = nearest(key, known);
  const list = `It has ${known.slice(0, 12).join(", ")}.`;
  report(check, node, {
    message: `${textOf(check, target)} ${why}, so ${textOf(check, node)} cannot be read`,
    hint:
      known.length === 0
        ? "Read something else, or correct the schema."
        : `${meant === undefined ? "" : `Did you mean "${meant}"? `}${list}`,
  });
}

type Binary = Extract<Node, { op: "binary" }>;
type Types = ReadonlySet<JsonType> | undefined;

function checkBinary(node: Binary, names: Names, check: Check): void {
  const left = typesOf(infer(node.left, names));
  const right = typesOf(infer(node.right, names));
  switch (node.operator) {
    case "&&":
    case "||":
      expect(node.left, "boolean", names, check);
      expect(node.right, "boolean", names, check);
      return;
    case "==":
    case "!=":
      checkEquality(node, left, right, check);
      return;
    case "in":
      if (right === undefined || right.has("array") || right.has("object")) return;
      refuse(node, left, right, check, "the right side of `in` is a list or a map");
      return;
    case "+":
      if (areDisjoint(left, right))
        refuse(node, left, right, check, "both sides must be of one type");
      else refuseSum(node, left, check);
      return;
    case "<":
    case "<=":
    case ">":
    case ">=":
      if (areDisjoint(left, right))
        refuse(node, left, right, check, "both sides must be of one type");
      return;
    default:
      if (node.operator === "-" && hasNoShape(left, right)) return;
      expect(node.left, "number", names, check);
      expect(node.right, "number", names, check);
  }
}

function checkEquality(node: Binary, left: Types, right: Types, check: Check): void {
  if (isNullTest(node) || !areDisjoint(left, right) || !left || !right) return;
  report(check, node, {
    message: `${textOf(check, node)} is always ${node.operator === "!="}: it compares ${showTypes(left)} with ${showTypes(right)}`,
    hint: 'Compare values of one type, as in `x == 0` for a number and `x == "0"` for text.',
    isDoubtful: true,
  });
}

/** A moment minus a duration: neither has a type of JSON. */
function hasNoShape(...types: readonly Types[]): boolean {
  return types.includes(undefined);
}

function isNullTest(node: Binary): boolean {
  return [node.left, node.right].some((side) => side.op === "literal" && side.value === null);
}

const NO_SUM: readonly JsonType[] = ["boolean", "null", "object"];

function refuseSum(node: Binary, types: Types, check: Check): void {
  if (types === undefined || ![...types].every((type) => NO_SUM.includes(type))) return;
  refuse(node, types, types, check, "it takes numbers, texts or lists");
}

function refuse(node: Binary, left: Types, right: Types, check: Check, why: string): void {
  const shown = [left, right].map((types) => (types ? showTypes(types) : "anything")).join(" and ");
  report(check, node, {
    message: `${textOf(check, node)}: \`${node.operator}\` does not take ${shown}`,
    hint: `Convert one side, as in string(x) or int(x): ${why}.`,
  });
}

function expect(node: Node, wanted: JsonType, names: Names, check: Check): void {
  const types = typesOf(infer(node, names));
  if (types === undefined || types.has(wanted)) return;
  report(check, node, {
    message: `${textOf(check, node)} must be a ${wanted}, and is ${showTypes(types)}`,
    hint:
      wanted === "boolean"
        ? 'Compare it, as in `x == true`, `x != ""` or `size(x) > 0`.'
        : "Convert it, as in int(x) or double(x).",
  });
}

function report(
  check: Check,
  { start, end }: Node,
  problem: { readonly message: string; readonly hint: string; readonly isDoubtful?: boolean },
): void {
  check.problems.push({ isDoubtful: false, ...problem, start, end });
}

function textOf({ source }: Check, { start, end }: Node): string {
  const text = source.slice(start, end);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
