import type { ClaudeAnswer, ClaudeSpecific } from "./output.ts";
import type { JudgeFacts, Verdict } from "./verdict.ts";

/** What a JSON answer decides at an event. Fields that the event does not know are ignored. */
export function readAnswer(answer: ClaudeAnswer, facts: JudgeFacts): Verdict {
  const specific = specificOf(answer, facts);
  const more = accompany(answer, specific, facts);
  const decided = { ...decide(answer, specific, facts), ...more };
  // `continue: false` beats every decision: there is nothing left to decide about.
  return more.stop === undefined ? decided : withoutDecision(decided);
}

/** `hookSpecificOutput` counts only under a name of the event that fired. */
function specificOf(answer: ClaudeAnswer, { names }: JudgeFacts): ClaudeSpecific | undefined {
  const specific = answer.hookSpecificOutput;
  return specific?.hookEventName !== undefined && names.includes(specific.hookEventName)
    ? specific
    : undefined;
}

function withoutDecision(verdict: Verdict): Verdict {
  const { context, stop, message } = verdict;
  return {
    outcome: "none",
    ...(context === undefined ? {} : { context }),
    ...(stop === undefined ? {} : { stop }),
    ...(message === undefined ? {} : { message }),
  };
}

function decide(
  answer: ClaudeAnswer,
  specific: ClaudeSpecific | undefined,
  facts: JudgeFacts,
): Verdict {
  switch (facts.event.form) {
    case "permission":
      return decidePermission(answer, specific);
    case "permissionRequest":
      return decideRequest(specific);
    case "permissionDenied":
      return specific?.retry === true ? { outcome: "retry" } : { outcome: "none" };
    case "standard":
      return decideStandard(answer, specific, facts);
    case "elicitation":
      return decideElicitation(specific);
    case "worktree":
    case "none":
      return { outcome: "none" };
  }
}

function decidePermission(answer: ClaudeAnswer, specific: ClaudeSpecific | undefined): Verdict {
  const rewritten = specific?.updatedInput === undefined ? {} : { input: specific.updatedInput };
  const decision = specific?.permissionDecision;
  if (decision !== undefined)
    return withReason({ outcome: decision, ...rewritten }, specific?.permissionDecisionReason);
  if (answer.decision === undefined) return { outcome: "none", ...rewritten };
  const outcome = answer.decision === "approve" ? "allow" : "deny";
  return withReason({ outcome, ...rewritten }, answer.reason);
}

function decideRequest(specific: ClaudeSpecific | undefined): Verdict {
  const decision = specific?.decision;
  if (decision === undefined) return { outcome: "none" };
  const { behavior, updatedInput, message, interrupt } = decision;
  const verdict = withReason({ outcome: behavior }, message);
  if (behavior === "allow")
    return updatedInput === undefined ? verdict : { ...verdict, input: updatedInput };
  return interrupt === true ? { ...verdict, stop: { reason: message ?? "" } } : verdict;
}

function decideStandard(
  answer: ClaudeAnswer,
  specific: ClaudeSpecific | undefined,
  { event, cannotBlock }: JudgeFacts,
): Verdict {
  const output = specific?.updatedToolOutput ?? specific?.updatedMCPToolOutput;
  const rewritten = output === undefined || !event.name.startsWith("PostT") ? {} : { output };
  if (answer.decision !== "block" || cannotBlock) return { outcome: "none", ...rewritten };
  return { outcome: "block", reason: answer.reason ?? "Blocked by hook", ...rewritten };
}

function decideElicitation(specific: ClaudeSpecific | undefined): Verdict {
  if (specific?.action === undefined) return { outcome: "none" };
  const { action, content } = specific;
  return content === undefined ? { outcome: action } : { outcome: action, input: content };
}

function accompany(
  answer: ClaudeAnswer,
  specific: ClaudeSpecific | undefined,
  { event }: JudgeFacts,
): Partial<Verdict> {
  const context = event.context ? specific?.additionalContext : undefined;
  const stops = event.universal === "all" && answer.continue === false;
  const message = event.universal === "none" ? undefined : answer.systemMessage;
  return {
    ...(context === undefined || context === "" ? {} : { context }),
    ...(stops ? { stop: { reason: answer.stopReason ?? "" } } : {}),
    ...(message === undefined ? {} : { message }),
  };
}

function withReason(verdict: Verdict, reason: string | undefined): Verdict {
  return reason === undefined ? verdict : { ...verdict, reason };
}
