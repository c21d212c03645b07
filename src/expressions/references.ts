import { childrenOf, type Node } from "./cel/ast.ts";

/** One place where an expression reads a name of its scope: `steps.build.output.files[0]`. */
export interface NameReference {
  /** `input`, `steps`, `state`, ... */
  readonly root: string;
  /** What follows the root, as far as it is written out: `["build", "output", "files", 0]`. */
  readonly path: readonly (string | number)[];
  /** True when the path goes on with something that only the evaluation knows (`x[input.i]`). */
  readonly open: boolean;
  /**
   * True when the expression copes with an unset value here: inside `has()`, read with `.?`, compared with null, or in an
   * expression that tests the same step's output for null or looks at its status.
   */
  readonly guarded: boolean;
  readonly start: number;
  readonly end: number;
}

/** Fields of a step's view that are set whatever happened to the step. */
const ALWAYS_SET = new Set<string | number>(["status", "error"]);

/** Every place where a syntax tree reads its scope. Variables of macros are not among them. */
export function findReferences(root: Node): readonly NameReference[] {
  const found: NameReference[] = [];
  visit(root, undefined, false, found);
  const tested = new Set<string | number | undefined>();
  for (const reference of found)
    if (reference.root === "steps" && reference.guarded) tested.add(reference.path[0]);
  if (tested.size === 0) return found;
  return found.map((reference) =>
    reference.root === "steps" && tested.has(reference.path[0])
      ? { ...reference, guarded: true }
      : reference,
  );
}

/** Variables of the macros around a node, innermost first. */
interface Locals {
  readonly name: string;
  readonly outer: Locals | undefined;
}

/** Recursive: the parser has bounded the depth of the tree. */
function visit(
  node: Node,
  locals: Locals | undefined,
  isGuarded: boolean,
  found: NameReference[],
): void {
  switch (node.op) {
    case "name":
    case "field":
    case "index":
      visitChain(node, locals, isGuarded, found);
      return;
    case "has":
      visit(node.target, locals, true, found);
      return;
    case "comprehension": {
      visit(node.target, locals, isGuarded, found);
      const inner = { name: node.variable, outer: locals };
      if (node.filter) visit(node.filter, inner, isGuarded, found);
      visit(node.body, inner, isGuarded, found);
      return;
    }
    case "bind":
      visit(node.value, locals, isGuarded, found);
      visit(node.body, { name: node.variable, outer: locals }, isGuarded, found);
      return;
    default: {
      const guards = isGuarded || isNullTest(node);
      for (const child of childrenOf(node)) visit(child, locals, guards, found);
    }
  }
}

function visitChain(
  node: Node,
  locals: Locals | undefined,
  isGuarded: boolean,
  found: NameReference[],
): void {
  const { base, parts, indices, isOptional } = unwind(node);
  for (const index of indices) visit(index, locals, false, found);
  if (base.op !== "name") {
    visit(base, locals, isGuarded || isOptional, found);
    return;
  }
  if (isLocal(base.name, locals)) return;
  const cut = parts.indexOf(undefined);
  const path = (cut < 0 ? parts : parts.slice(0, cut)).filter((part) => part !== undefined);
  const isAlwaysSet = base.name === "steps" && ALWAYS_SET.has(path[1] ?? "");
  const guarded = isGuarded || isOptional || isAlwaysSet;
  const { start, end } = node;
  found.push({ root: base.name, path, open: cut >= 0, guarded, start, end });
}

interface Chain {
  readonly base: Node;
  /** Keys from the base outwards; undefined where only the evaluation knows. */
  readonly parts: readonly (string | number | undefined)[];
  readonly indices: readonly Node[];
  readonly isOptional: boolean;
}

function unwind(node: Node): Chain {
  const parts: (string | number | undefined)[] = [];
  const indices: Node[] = [];
  let isOptional = false;
  let base = node;
  while (base.op === "field" || base.op === "index") {
    if (base.optional) isOptional = true;
    if (base.op === "index") indices.push(base.index);
    parts.push(base.op === "field" ? base.name : literalKey(base.index));
    base = base.target;
  }
  return { base, parts: parts.reverse(), indices, isOptional };
}

function literalKey(index: Node): string | number | undefined {
  if (index.op !== "literal") return undefined;
  if (typeof index.value === "string") return index.value;
  return typeof index.value === "bigint" ? Number(index.value) : undefined;
}

function isNullTest(node: Node): boolean {
  return (
    node.op === "binary" &&
    (node.operator === "==" || node.operator === "!=") &&
    (isNull(node.left) || isNull(node.right))
  );
}

function isNull(node: Node): boolean {
  return node.op === "literal" && node.value === null;
}

export function isLocal(name: string, locals: Locals | undefined): boolean {
  for (let at = locals; at !== undefined; at = at.outer) if (at.name === name) return true;
  return false;
}
