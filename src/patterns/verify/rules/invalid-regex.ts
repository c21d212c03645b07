import {
  childrenOf,
  evaluateExpression,
  ExpressionError,
  references,
  type Node,
} from "../../../expressions/index.ts";
import type { Rule } from "../rule.ts";

export const invalidRegex: Rule = {
  code: "invalid-regex",
  severity: "error",
  summary: "An expression matches with a regular expression that cannot be used.",
  *check(model) {
    const known = new Map<string, string | undefined>();
    for (const { source, node, path, owner } of model.expressions) {
      // The text says quickly that most expressions match nothing.
      if (node === undefined || !source.includes("matches")) continue;
      for (const pattern of patternsIn(source, node)) {
        if (!known.has(pattern)) known.set(pattern, refusalOf(pattern));
        const refusal = known.get(pattern);
        if (refusal === undefined) continue;
        yield {
          path,
          message: `${owner ? `Step "${owner.id}"` : "The pattern"}: matches(): ${refusal}`,
          hint: "Correct it, as RE2 has it: without looking around, back references and \\p{...}.",
        };
      }
    }
  },
};

/** The patterns that read no names, as they are written; others exist only when a run computes them. */
function patternsIn(source: string, root: Node): ReadonlySet<string> {
  const found = new Set<string>();
  const work: Node[] = [root];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    work.push(...childrenOf(node));
    const pattern = node.op === "call" && node.name === "matches" ? node.args[1] : undefined;
    if (pattern === undefined) continue;
    const text = source.slice(pattern.start, pattern.end);
    if (references(text).length === 0) found.add(text);
  }
  return found;
}

/** Asks the evaluator itself, with a text that costs nothing to match. */
function refusalOf(pattern: string): string | undefined {
  try {
    evaluateExpression(`"".matches(${pattern})`, {});
    return undefined;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return error.code === "invalid-argument" ? error.problem : undefined;
  }
}
