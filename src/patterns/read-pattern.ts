import {
  digestOf,
  isAcceptable,
  isJsonObject,
  type Issue,
  type JsonObject,
  type JsonValue,
} from "../core/index.ts";
import { compilePlan } from "./compile/compile.ts";
import type { PatternDocument } from "./document.ts";
import { substituteParameters, type Substituted } from "./parameters.ts";
import type { Plan } from "./plan.ts";
import { checkDocument } from "./schema/index.ts";
import { findShellProblems } from "./shell-problems.ts";
import { parseData, parseText } from "./text/parse.ts";
import type { ParsedText } from "./text/parsed-text.ts";
import { sortIssues } from "./verify/issues.ts";
import type { Known } from "./verify/known.ts";
import type { Model } from "./verify/model/model.ts";
import { verify } from "./verify/verify.ts";
import { formatPath, type DocumentPath } from "./walk.ts";

export interface ReadOptions {
  /** What exists outside the document: functions, patterns. */
  readonly known?: Known;
  /** Values of template parameters; what is left out has its default. */
  readonly parameters?: Readonly<Record<string, JsonValue>>;
}

/** All that can be said about a document. */
export interface ReadPattern {
  /** Every problem, in reading order. */
  readonly issues: readonly Issue[];
  /** Present when no issue is an error. */
  readonly accepted?: AcceptedPattern;
  /** What the verifier looked at; absent when there was nothing to look at. Of a refused document, what was readable. */
  readonly model?: Model;
}

export interface AcceptedPattern {
  /** What is stored: the document as written, or with the given parameters put in. */
  readonly definition: JsonObject;
  /** sha256 of the canonical definition. */
  readonly digest: string;
  readonly document: PatternDocument;
  readonly plan: Plan;
}

/**
 * Reads a pattern from YAML or JSON text, or from data that a module exports: parses, checks, verifies and compiles it.
 * Never throws for anything a document contains.
 */
export function readPattern(source: string | object, options: ReadOptions = {}): ReadPattern {
  const parsed = typeof source === "string" ? parseText(source) : parseData(source);
  const textIssues = parsed.problems.map((problem) => issueAt(parsed, problem, problem.offset));
  if (parsed.value === undefined) return { issues: sortIssues(textIssues) };
  const substituted = substituteParameters(parsed.value, options.parameters);
  const checked = checkDocument(substituted.value);
  const issues = [
    ...textIssues,
    ...parameterIssues(parsed, substituted, options.parameters ?? {}),
    ...checked.problems.map((problem) => issueAt(parsed, problem)),
  ];
  if (checked.document === undefined) return { issues: sortIssues(issues) };
  const { model, issues: found } = verify(checked.document, {
    lost: checked.lost,
    locate: parsed.positionOf,
    ...(options.known === undefined ? {} : { known: options.known }),
  });
  issues.push(...found.filter((issue) => !isAboutUsedParameter(issue, substituted)));
  issues.push(...shellIssues(parsed, checked.document));
  const definition = definitionOf(parsed.value, substituted, options.parameters);
  const sorted = sortIssues(issues);
  if (!isAcceptable(issues) || !isJsonObject(definition)) return { issues: sorted, model };
  const digest = digestOf(definition);
  const plan = compilePlan(model, digest);
  return {
    issues: sorted,
    model,
    accepted: { definition, digest, document: model.document, plan },
  };
}

interface Problem {
  readonly code: string;
  readonly path: DocumentPath;
  readonly message: string;
  readonly hint: string;
}

function issueAt(parsed: ParsedText, problem: Problem, offset?: number): Issue {
  const { code, path, message, hint } = problem;
  const { line, column } =
    offset === undefined ? parsed.positionOf(path) : parsed.positionAt(offset);
  return { code, severity: "error", path: formatPath(path), line, column, message, hint };
}

function shellIssues(parsed: ParsedText, document: PatternDocument): readonly Issue[] {
  return [...findShellProblems(document.steps)].map(({ path, message, hint }) =>
    issueAt(parsed, { code: "shell-expression", path, message, hint }),
  );
}

function parameterIssues(
  parsed: ParsedText,
  { value, missing }: Substituted,
  given: Readonly<Record<string, JsonValue>>,
): readonly Issue[] {
  const declared =
    isJsonObject(value) && isJsonObject(value["parameters"]) ? value["parameters"] : {};
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  return [
    ...[...missing].map((name) =>
      issueAt(parsed, {
        code: "missing-parameter",
        path: ["parameters", name],
        message: `The parameter ${JSON.stringify(name)} has no value`,
        hint: "give it a default, or a value when the pattern is instantiated",
      }),
    ),
    ...unknown.map((name) =>
      issueAt(parsed, {
        code: "unknown-parameter",
        path: ["parameters"],
        message: `A value was given for ${JSON.stringify(name)}, which is no parameter of this pattern`,
        hint: "declare it under `parameters`, or leave the value away",
      }),
    ),
  ];
}

/** The verifier sees the document after its parameters were put in, where nothing reads them any more. */
function isAboutUsedParameter(issue: Issue, { used }: Substituted): boolean {
  return issue.code === "unused-parameter" && used.has(issue.path.replace(/^parameters\.?/, ""));
}

/** With values given, the result is a pattern of its own, without parameters. */
function definitionOf(
  written: JsonValue,
  { value }: Substituted,
  given: ReadOptions["parameters"],
): JsonValue {
  if (given === undefined || Object.keys(given).length === 0 || !isJsonObject(value))
    return written;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== "parameters"));
}
