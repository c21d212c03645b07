import type { SyntaxCode } from "../../../expressions/index.ts";
import type { ExpressionAt } from "../model/readings.ts";
import type { Model } from "../model/model.ts";
import type { Finding, Rule } from "../rule.ts";

/** What the expression parser finds wrong by itself, one rule per code. */
const SUMMARIES: Readonly<Record<Exclude<SyntaxCode, "unknown-name">, string>> = {
  "expression-syntax": "An expression is not valid CEL.",
  "expression-too-long": "An expression is longer than the limit.",
  "expression-too-deep": "An expression nests deeper than the limit.",
  "unknown-function": "An expression calls a function that does not exist.",
  "wrong-argument-count": "An expression calls a function with too few or too many values.",
  "dynamic-steps":
    "An expression computes which step it reads, so the order of steps cannot be known.",
  "dashed-id": "An expression writes an id with a dash as a field, which reads as a subtraction.",
};

export const expressionProblems: readonly Rule[] = Object.entries(SUMMARIES).map(
  ([code, summary]) => ({
    code,
    severity: "error",
    summary,
    check: (model) => problemsOf(model, code),
  }),
);

export function* problemsOf(model: Model, code: string): Iterable<Finding> {
  for (const expression of model.faulty) {
    for (const issue of expression.issues) {
      if (issue.code !== code) continue;
      yield {
        path: expression.path,
        message: `${issue.message}, in ${shownSource(expression)}`,
        hint: sentence(issue.hint === "" ? "correct the expression" : issue.hint),
      };
    }
  }
}

/** The parser's hints are parts of sentences. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? "" : "."}`;
}

function shownSource({ source, site }: ExpressionAt): string {
  const text = source.trim();
  const short = text.length > 120 ? `${text.slice(0, 117)}...` : text;
  return site.isCondition ? `"${short}"` : `\${{ ${short} }}`;
}
