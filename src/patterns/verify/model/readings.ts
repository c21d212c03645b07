import {
  ExpressionError,
  hasExpression,
  inspectExpression,
  parseTemplate,
  splitText,
  type ExpressionIssue,
  type Inspection,
  type NameReference,
  type TextPart,
} from "../../../expressions/index.ts";
import type { PatternDocument } from "../../document.ts";
import type { DocumentPath } from "../../walk.ts";
import { sitesOfDocument, sitesOfStep, type Site } from "./sites.ts";
import { forEachExpression, forEachString } from "./strings.ts";
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

/** One place where an expression reads a template parameter. */
export interface ParameterReading {
  readonly name: string;
  readonly expression: ExpressionAt;
}

export function collectExpressions(
  document: PatternDocument,
  tree: StepTree,
): readonly ExpressionAt[] {
  const found: ExpressionAt[] = [];
  for (const site of sitesOfDocument(document)) collect(site, undefined, found);
  for (const owner of tree.steps) {
    for (const site of sitesOfStep(owner.step, owner.path)) collect(site, owner, found);
  }
  return found;
}

export interface Readings {
  /** Readings of `steps.<id>`. */
  readonly steps: readonly StepReading[];
  /** Readings of `parameters.<name>`. */
  readonly parameters: readonly ParameterReading[];
}

/** In one go with plain loops: a large document has 50,000 references. */
export function findReadings(expressions: readonly ExpressionAt[]): Readings {
  const steps: StepReading[] = [];
  const parameters: ParameterReading[] = [];
  for (const expression of expressions) {
    const { site, owner } = expression;
    for (const reference of expression.references) {
      const { root, path } = reference;
      const name = path[0];
      if (typeof name !== "string") continue;
      if (root === "parameters") parameters.push({ name, expression });
      if (root !== "steps" || isMisread(expression, reference)) continue;
      steps.push({ step: name, owner, site, expression, reference });
    }
  }
  return { steps, parameters };
}

/** `steps.a-b` is no reading of `a`: the parser has said what is meant. */
function isMisread({ issues }: ExpressionAt, { start }: NameReference): boolean {
  if (issues.length === 0) return false;
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

/** Every expression below a site, from the template that the compiler asks for afterwards. */
function collect(site: Site, owner: StepNode | undefined, found: ExpressionAt[]): void {
  const parsed = site.isCondition ? undefined : parseTemplate(site.value);
  if (parsed?.ok !== true) collectFromText(site, owner, found);
  else if (!("lit" in parsed.value))
    forEachExpression(parsed.value, site.path, ({ expr }, at, isWhole) => {
      add(found, { site, owner, path: [...at], isWhole, inspection: inspectExpression(expr) });
    });
}

/** Looks at every string below a site: of what is wrong with one, the others are no part. */
function collectFromText(site: Site, owner: StepNode | undefined, found: ExpressionAt[]): void {
  forEachString(site.value, site.path, (text, at) => {
    if (!site.isCondition && !hasExpression(text)) return;
    const path = [...at];
    for (const { inspection, isWhole } of expressionsOf(text, site.isCondition))
      add(found, { site, owner, path, isWhole, inspection });
  });
}

interface Place extends Pick<ExpressionAt, "site" | "owner" | "path" | "isWhole"> {
  readonly inspection: Inspection;
}

/** One shape for all of them: every rule goes through the list. */
function add(found: ExpressionAt[], { site, owner, path, isWhole, inspection }: Place): void {
  const { source, node, references, issues } = inspection;
  found.push({ site, owner, path, isWhole, source, node, references, issues });
}

interface Found {
  readonly inspection: Inspection;
  readonly isWhole: boolean;
}

function expressionsOf(text: string, isCondition: boolean): readonly Found[] {
  const parts = trySplit(text);
  if (!isParts(parts)) return [broken(text, parts)];
  return isCondition ? [conditionOf(text, parts)] : partsIn(parts);
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
