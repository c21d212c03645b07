import { err, ok, type Result } from "../core/index.ts";
import { BoundedCache } from "./bounded-cache.ts";
import type { Node } from "./cel/ast.ts";
import { parseCel } from "./cel/parse.ts";
import { checkExpression } from "./check.ts";
import { ExpressionError, type ExpressionIssue, type SyntaxCode } from "./error.ts";
import { readPlainPath } from "./plain-path.ts";
import { findReferences, type NameReference } from "./references.ts";
import type { Expression } from "./template.ts";

/** One expression, parsed. */
export interface ParsedExpression {
  readonly source: string;
  readonly node: Node;
  readonly references: readonly NameReference[];
  readonly issues: readonly ExpressionIssue[];
}

type Entry = ParsedExpression | { readonly error: ExpressionError };

const cache = new BoundedCache<Entry>();

/**
 * Parses one expression (CEL without `${{ }}`), or finds it already parsed.
 * @throws ExpressionError when it is no CEL
 */
export function readExpression(source: string): ParsedExpression {
  const known = tryRead(source);
  if ("error" in known) throw known.error;
  return known;
}

/** Parses and checks one expression, and says which steps it reads. */
export function parseExpression(source: string): Result<Expression, readonly ExpressionIssue[]> {
  const parsed = tryRead(source);
  if ("error" in parsed) return err([toIssue(parsed.error)]);
  if (parsed.issues.length > 0) return err(parsed.issues);
  const steps = stepsOf(parsed.references);
  return ok(steps.length === 0 ? { expr: source } : { expr: source, steps });
}

/** An expression as a verifier looks at it: whatever can be said of it, all problems included. */
export interface Inspection {
  readonly source: string;
  /** Absent when it does not parse. */
  readonly node: Node | undefined;
  readonly references: readonly NameReference[];
  readonly issues: readonly ExpressionIssue[];
}

export function inspectExpression(source: string): Inspection {
  const parsed = tryRead(source);
  if (!("error" in parsed)) return parsed;
  return { source, node: undefined, references: [], issues: [toIssue(parsed.error)] };
}

/** Which names an expression reads; nothing when it does not parse. */
export function references(source: string): readonly NameReference[] {
  const parsed = tryRead(source);
  return "error" in parsed ? [] : parsed.references;
}

function tryRead(source: string): Entry {
  return cache.get(source) ?? cache.keep(source, read(source));
}

function read(source: string): Entry {
  const plain = readPlainPath(source);
  if (plain !== undefined)
    return { source, node: plain.node, references: [plain.reference], issues: [] };
  try {
    const node = parseCel(source);
    const found = findReferences(node);
    return { source, node, references: found, issues: checkExpression(source, node, found) };
  } catch (error) {
    if (error instanceof ExpressionError) return { error };
    throw error;
  }
}

function stepsOf(found: readonly NameReference[]): readonly string[] {
  const ids = new Set<string>();
  for (const { root, path } of found) {
    const [id] = path;
    if (root === "steps" && typeof id === "string") ids.add(id);
  }
  return [...ids];
}

const DASHED_STEP = /\bsteps\.[A-Za-z_]\w{0,127}-\w/;

function toIssue(error: ExpressionError): ExpressionIssue {
  const { problem, source, at } = error;
  const dashed = DASHED_STEP.test(source) ? 'an id with a dash is written steps["a-b"]' : "";
  return {
    code: error.code as SyntaxCode, // as: the parser throws no other
    message: problem,
    hint: error.hint === "" ? dashed : error.hint,
    start: at,
    end: source.length,
  };
}
