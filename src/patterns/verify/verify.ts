import type { Issue } from "../../core/index.ts";
import type { PatternDocument } from "../document.ts";
import { sortIssues, toIssue, type Locate } from "./issues.ts";
import { buildModel, type Model, type ModelOptions } from "./model/model.ts";
import { RULES } from "./rules/index.ts";

export interface VerifyOptions extends ModelOptions {
  /** Finds lines and columns. */
  readonly locate: Locate;
}

export interface Verification {
  /** Every problem of the document, in reading order. */
  readonly issues: readonly Issue[];
  readonly model: Model;
}

/** Checks a document that its schema has accepted, all rules in one pass. */
export function verify(document: PatternDocument, options: VerifyOptions): Verification {
  const model = buildModel(document, options);
  const issues = RULES.flatMap((rule) =>
    [...rule.check(model)].map((finding) => toIssue(rule, finding, options.locate)),
  );
  return { issues: sortIssues(issues), model };
}
