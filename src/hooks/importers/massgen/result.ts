import {
  err,
  isJsonArray,
  isJsonObject,
  ok,
  type JsonObject,
  type JsonValue,
  type Result,
} from "../../../core/index.ts";
import type { Decision, Injection, Outcome } from "../../outcome.ts";

/**
 * Reads a result of this protocol. `allowed` and `decision` say the same in two ways and a refusal in either counts;
 * a decision that nobody knows is an error, never an allow. Injections and errors are kept whatever was decided.
 */
export function readMassgenResult(result: JsonValue): Result<Outcome, string> {
  if (!isJsonObject(result)) return ok({ outcome: "continue" });
  const rewritten = readInput(result);
  if (!rewritten.ok) return rewritten;
  const decision = readDecision(result, rewritten.value);
  if (!decision.ok) return decision;
  const inject = readInjection(result["inject"]);
  return inject.ok ? ok({ ...decision.value, ...inject.value, ...readErrors(result) }) : inject;
}

interface Rewritten {
  readonly input?: JsonValue;
}

function readDecision(result: JsonObject, rewritten: Rewritten): Result<Decision, string> {
  const { allowed, decision = allowed === false ? "deny" : "allow" } = result;
  const reason = typeof result["reason"] === "string" ? result["reason"] : undefined;
  if (decision === "deny" || allowed === false)
    return ok({ outcome: "cancel", reason: reason ?? "no reason given" });
  if (decision === "ask")
    return ok({ outcome: "ask", prompt: reason ?? "A hook asks for confirmation", ...rewritten });
  if (decision !== "allow")
    return err(`Unknown decision ${JSON.stringify(decision)}; known are allow, deny, ask`);
  const { input } = rewritten;
  return ok(input === undefined ? { outcome: "continue" } : { outcome: "modify", input });
}

/** The older `modified_args` is JSON in a string and wins over the newer object, as it does there. */
function readInput(result: JsonObject): Result<Rewritten, string> {
  const args = result["modified_args"];
  if (typeof args === "string") {
    try {
      return ok({ input: JSON.parse(args) as JsonValue }); // as: JSON.parse gives nothing else
    } catch {
      return err(`Expected "modified_args" to be JSON, got ${JSON.stringify(args.slice(0, 80))}`);
    }
  }
  const input = result["updated_input"] ?? result["updatedInput"];
  return ok(input === undefined || input === null ? {} : { input });
}

function readInjection(
  inject: JsonValue | undefined,
): Result<{ readonly inject?: readonly Injection[] }, string> {
  if (inject === undefined || inject === null) return ok({});
  const { content, strategy = "tool_result" } = isJsonObject(inject) ? inject : {};
  if (typeof content !== "string") return err('Expected "inject" to be { content, strategy }');
  if (strategy !== "tool_result" && strategy !== "user_message")
    return err(`Unknown strategy ${JSON.stringify(strategy)}; known are tool_result, user_message`);
  return ok(content === "" ? {} : { inject: [{ content, strategy }] });
}

function readErrors(result: JsonObject): { readonly message?: string } {
  const errors = result["hook_errors"];
  const texts = isJsonArray(errors) ? errors.filter((each) => typeof each === "string") : [];
  return texts.length === 0 ? {} : { message: texts.join("\n") };
}
