import { err, HeddleError, ok, type JsonValue, type Result } from "../../core/index.ts";
import {
  parseExpression,
  parseTemplate,
  trySplitText,
  type Expression,
  type Template,
} from "../../expressions/index.ts";
import type { ConditionDocument } from "../document.ts";

/** A condition of a plan: an expression, or a constant. */
export type Condition = Expression | { readonly lit: boolean };

/** A template that the verifier has accepted. @throws HeddleError `PATTERN_INVALID` when it was not asked */
export function template(value: JsonValue): Template {
  const parsed = parseTemplate(value);
  if (parsed.ok) return parsed.value;
  const [issue] = parsed.error;
  throw invalid(issue?.message ?? "a template is not valid", issue?.hint ?? "");
}

/** @throws HeddleError `PATTERN_INVALID` when the verifier was not asked */
export function condition(value: ConditionDocument): Condition {
  const parsed = parseCondition(value);
  if (parsed.ok) return parsed.value;
  throw invalid(parsed.error, "");
}

/** Reads a condition: a boolean, one `${{ }}`, or bare CEL, since nothing else makes sense there. */
export function parseCondition(value: ConditionDocument): Result<Condition, string> {
  if (typeof value === "boolean") return ok({ lit: value });
  const parts = trySplitText(value);
  if (!parts.ok) return err(parts.error.message);
  const [only] = parts.value;
  if (parts.value.length > 1)
    return err("A condition is one expression, not text with expressions in it");
  const source = only !== undefined && "source" in only ? only.source : value.trim();
  const parsed = parseExpression(source);
  if (parsed.ok) return parsed;
  return err(parsed.error.map(({ message, hint }) => `${message}: ${hint}`).join("; "));
}

export function invalid(problem: string, hint: string): HeddleError {
  return new HeddleError("PATTERN_INVALID", `The pattern cannot be compiled: ${problem}`, {
    hint: hint === "" ? "validate it first" : hint,
  });
}
