import type { HookEvent } from "../../hook.ts";
import type { Decision, Injection, Outcome } from "../../outcome.ts";
import { findPoint, hasEffect } from "../../points.ts";
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
  if (verdict.outcome === "ask" || verdict.outcome === "defer") {
    const prompt =
      verdict.reason ?? `${name} asks before ${event.step?.id ?? event.run.pattern} goes on`;
    const input = rewritten(verdict, event);
    return { outcome: "ask", prompt, ...(input === undefined ? {} : { input }) };
  }
  if (verdict.output !== undefined && hasEffect(event.point, "replace"))
    return { outcome: "replace", output: verdict.output };
  const input = rewritten(verdict, event);
  return input === undefined || !hasEffect(event.point, "modify")
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
  return event.step === undefined ? verdict.input : stepInput(event.step, verdict.input);
}
