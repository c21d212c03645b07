import {
  ExpressionError,
  hasExpression,
  inspectExpression,
  splitText,
  type ExpressionIssue,
  type Inspection,
  type NameReference,
  type TextPart,
} from "../../../expressions/index.ts";
import type { PatternDocument } from "../../document.ts";
import type { DocumentPath } from "../../walk.ts";
import { sitesOfDocument, sitesOfStep, type Site } from "./sites.ts";
import { forEachString } from "./strings.ts";
import type { StepNode, StepTree } from "./step-node.ts";

/** One expression of the document. */
export interface ExpressionAt extends Inspection {
  readonly site: Site;
  /** Undefined for expressions of the document itself. */
  readonly owner: StepNode | undefined;
  /** The string that holds it: the site's path or below. */
  readonly path: DocumentPath;
  /** True when it is the whole string and so keeps its type. */
  readonly isWhole: boolean;
}

/** One place where an expression reads a step. */
export interface StepReading {
  /** The id it reads. */
  readonly step: string;
  readonly owner: StepNode | undefined;
  readonly site: Site;
  readonly expression: ExpressionAt;
  readonly reference: NameReference;
}

export function collectExpressions(
  document: PatternDocument,
  tree: StepTree,
): readonly ExpressionAt[] {
  const found: ExpressionAt[] = [];
  const known: KnownTexts = new Map();
  for (const site of sitesOfDocument(document)) collect(site, undefined, found, known);
  for (const owner of tree.steps) {
    for (const site of sitesOfStep(owner.step, owner.path)) collect(site, owner, found, known);
  }
  return found;
}

/** Plain loops, here and below: a large document has 50,000 references. */
export function stepReadings(expressions: readonly ExpressionAt[]): readonly StepReading[] {
  const readings: StepReading[] = [];
  for (const expression of expressions) {
    const { site, owner } = expression;
    for (const reference of expression.references) {
      const [step] = reference.path;
      if (reference.root !== "steps" || typeof step !== "string") continue;
      if (isMisread(expression, reference)) continue;
      readings.push({ step, owner, site, expression, reference });
    }
  }
  return readings;
}

/** `steps.a-b` is no reading of `a`: the parser has said what is meant. */
function isMisread({ issues }: ExpressionAt, { start }: NameReference): boolean {
  return issues.some((issue) => issue.code === "dashed-id" && issue.start === start);
}

/** The expression of a condition that is one: bare CEL or a lone `${{ }}`. */
export function inspectCondition(text: string): Inspection | undefined {
  const parts = trySplit(text);
  if (!isParts(parts)) return undefined;
  const [only] = parts;
  if (parts.length !== 1 || only === undefined) return undefined;
  return inspectExpression("source" in only ? only.source : text.trim());
}

/** Looks at every string below a site. */
function collect(
  site: Site,
  owner: StepNode | undefined,
  found: ExpressionAt[],
  known: KnownTexts,
): void {
  forEachString(site.value, site.path, (text, at) => {
    if (!site.isCondition && !hasExpression(text)) return;
    const path = [...at];
    for (const { inspection, isWhole } of expressionsOf(text, site.isCondition, known)) {
      const { source, node, references, issues } = inspection;
      found.push({ site, owner, path, isWhole, source, node, references, issues });
    }
  });
}

/** Expressions by the text they stand in: many steps read the same output. Conditions are read otherwise and left out. */
type KnownTexts = Map<string, readonly Found[]>;

interface Found {
  readonly inspection: Inspection;
  readonly isWhole: boolean;
}

function expressionsOf(text: string, isCondition: boolean, known: KnownTexts): readonly Found[] {
  const before = isCondition ? undefined : known.get(text);
  if (before !== undefined) return before;
  const parts = trySplit(text);
  if (!isParts(parts)) return [broken(text, parts)];
  if (isCondition) return [conditionOf(text, parts)];
  const found = partsIn(parts);
  known.set(text, found);
  return found;
}

function partsIn(parts: readonly TextPart[]): readonly Found[] {
  const isWhole = parts.length === 1;
  return parts.flatMap((part) =>
    "source" in part ? [{ inspection: inspectExpression(part.source), isWhole }] : [],
  );
}

function conditionOf(text: string, parts: readonly TextPart[]): Found {
  const [only] = parts;
  if (parts.length > 1) {
    return broken(text, {
      code: "expression-syntax",
      message: "A condition is one expression, and this is text with expressions in it",
      hint: "Write the whole condition as one expression, with or without ${{ }}.",
      start: 0,
      end: text.length,
    });
  }
  const source = only && "source" in only ? only.source : text.trim();
  return { inspection: inspectExpression(source), isWhole: true };
}

function broken(source: string, issue: ExpressionIssue): Found {
  return {
    inspection: { source, node: undefined, references: [], issues: [issue] },
    isWhole: true,
  };
}

function trySplit(text: string): readonly TextPart[] | ExpressionIssue {
  try {
    return splitText(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { problem, hint, at } = error;
    return { code: "expression-syntax", message: problem, hint, start: at, end: text.length };
  }
}

function isParts(split: readonly TextPart[] | ExpressionIssue): split is readonly TextPart[] {
  return Array.isArray(split);
}
