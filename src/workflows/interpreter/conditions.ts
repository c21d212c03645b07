import type { JsonValue } from "../../core/index.ts";
import { messageOf } from "../../core/index.ts";
import type { ExpressionScope, Template } from "../../expressions/index.ts";
import type { RunContext } from "./context.ts";
import { evaluateIn, type Environment } from "./environment.ts";
import { failed, type Settled } from "./state.ts";

/** A condition's verdict, or the failure of the step that asked. Null reads as false: what is unset does not hold. */
export function holds(
  ctx: RunContext,
  condition: Template,
  env: Environment,
  where: string,
  extra: ExpressionScope = {},
): boolean | Settled {
  const value = attempt(() => evaluateIn(ctx, condition, env, extra));
  if (!value.ok) return failed("ExpressionFailed", `${where}: ${value.message}`);
  if (typeof value.value === "boolean") return value.value;
  if (value.value === null) return false;
  return failed(
    "ExpressionFailed",
    `${where}: expected true or false, got ${JSON.stringify(value.value).slice(0, 200)}`,
  );
}

export type Attempt =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly message: string };

/** Evaluating what an author wrote may fail; inside the interpreter that is a value, never an exception. */
export function attempt(evaluate: () => JsonValue): Attempt {
  try {
    return { ok: true, value: evaluate() };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}
