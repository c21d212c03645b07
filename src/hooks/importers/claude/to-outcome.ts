import type { JsonValue } from "../../../core/index.ts";
import type { HookEvent } from "../../hook.ts";
import type { Decision, Injection, Outcome } from "../../outcome.ts";
import { findPoint, hasEffect } from "../../points.ts";
import { stepOf } from "./stdin.ts";
import { stepInput } from "./tool-call.ts";
import type { Verdict } from "./verdict.ts";

/** How often a hook may send finished work back before it counts as done: the contract's cap, and the first time. */
const MAX_ATTEMPTS = 9;

/** Translates what a hook of Claude Code decided into what happens at a point of a run. */
export function toOutcome(verdict: Verdict, event: HookEvent, name: string): Outcome {
  const decision = toDecision(verdict, event, name);
  const feedback = isRefusal(verdict) && decision.outcome !== "cancel" ? verdict.reason : undefined;
  const strategy = findPoint(event.point)?.subject === "step" ? "tool_result" : "user_message";
  const inject = [verdict.context, feedback].flatMap((content): readonly Injection[] =>
    content === undefined || content === "" ? [] : [{ content, strategy }],
  );
  return {
    ...decision,
    ...(inject.length === 0 ? {} : { inject }),
    ...(verdict.message === undefined ? {} : { message: verdict.message }),
    ...(verdict.stop === undefined ? {} : { stop: verdict.stop }),
  };
}

/** Events where a refusal means "not done yet": the work goes on with the reason. */
const NOT_DONE: ReadonlySet<string> = new Set([
  "TaskComplete",
  "TaskCompleted",
  "SpecialistComplete",
  "SubagentStop",
]);

function toDecision(verdict: Verdict, event: HookEvent, name: string): Decision {
  if (isRefusal(verdict)) return refuse(verdict, event, name);
  const input = rewritten(verdict, event);
  const edited = input === undefined ? {} : { input };
  if (verdict.outcome === "ask" || verdict.outcome === "defer") {
    const prompt =
      verdict.reason ?? `${name} asks before ${event.step?.id ?? event.run.pattern} goes on`;
    return { outcome: "ask", prompt, ...edited };
  }
  // Whoever is asked for permission and grants it has answered for the person.
  if (verdict.outcome === "allow" && event.point === "approval.requested")
    return { outcome: "replace", output: { decision: "approve", ...edited } };
  return rewrite(verdict, input, event);
}

function rewrite(
  { output }: Verdict,
  input: JsonValue | undefined,
  { point }: HookEvent,
): Decision {
  if (output !== undefined && hasEffect(point, "replace")) return { outcome: "replace", output };
  return input === undefined || !hasEffect(point, "modify")
    ? { outcome: "continue" }
    : { outcome: "modify", input };
}

function refuse(verdict: Verdict, event: HookEvent, name: string): Decision {
  if (NOT_DONE.has(name) && hasEffect(event.point, "retry"))
    return { outcome: "retry", delayMs: 0, maxAttempts: MAX_ATTEMPTS };
  // What has happened cannot be refused any more; the reason goes with the result.
  const isOver = event.point === "step.after" || event.point === "step.error";
  return isOver || !hasEffect(event.point, "cancel")
    ? { outcome: "continue" }
    : { outcome: "cancel", reason: verdict.reason ?? `${name} refused` };
}

function isRefusal({ outcome }: Verdict): boolean {
  return ["deny", "block", "decline", "cancel"].includes(outcome);
}

function rewritten(verdict: Verdict, event: HookEvent) {
  if (verdict.input === undefined) return undefined;
  const step = stepOf(event);
  return step === undefined ? verdict.input : stepInput(step, verdict.input);
}
