import type { JsonValue } from "../../../core/index.ts";
import type { HandlerEnding } from "./ending.ts";
import type { ClaudeEvent } from "./event-table.ts";
import { readClaudeOutput, type ClaudeAnswer } from "./output.ts";
import { readAnswer } from "./answer.ts";

/** What one handler or a whole set decided, in the contract's own words. */
export type ClaudeOutcome =
  "none" | "allow" | "deny" | "ask" | "defer" | "block" | "retry" | "accept" | "decline" | "cancel";

/** What one handler's ending means. */
export interface Verdict {
  readonly outcome: ClaudeOutcome;
  readonly reason?: string;
  /** Replaces the whole tool input. */
  readonly input?: JsonValue;
  /** Replaces what the tool gave. */
  readonly output?: JsonValue;
  readonly context?: string;
  readonly stop?: { readonly reason: string };
  /** For the user. */
  readonly message?: string;
  /** A failure that decided nothing. */
  readonly error?: string;
}

/** What an ending is judged by. */
export interface JudgeFacts {
  readonly event: ClaudeEvent;
  /** Names that `hookEventName` may carry. */
  readonly names: readonly string[];
  /** The handler, or a switch for all gates, wants a failure to refuse. */
  readonly failsClosed: boolean;
  readonly isPlugin: boolean;
  /** A change of the organisation's own policy cannot be refused. */
  readonly cannotBlock: boolean;
}

const MISSING_FILE = /no such file|can't open file|cannot open|cannot find module|not found/i;
const FORGIVES_MISSING_FILES = new Set(["Stop", "SubagentStop", "TaskCompleted"]);

/** Reads a decision out of how a handler ended, by the contract's table of exit codes. */
export function judgeEnding(ending: HandlerEnding, facts: JudgeFacts): Verdict {
  switch (ending.kind) {
    case "timedOut":
      return facts.event.timeoutBlocks
        ? blockWith(ending.message, facts)
        : failWith(ending.message, facts);
    case "failed":
      return failWith(ending.message, facts);
    case "judged":
      return judgeAnswer(ending, facts);
    case "responded":
      return judgeResponse(ending.body, facts);
    case "exited":
      return facts.event.form === "worktree"
        ? judgeWorktree(ending, facts)
        : judgeExit(ending, facts);
  }
}

/** A no sends work back, or denies the call and ends the turn; of a permission request it decides nothing. */
function judgeAnswer(
  { ok, reason, impossible, goesOn }: Extract<HandlerEnding, { kind: "judged" }>,
  facts: JudgeFacts,
): Verdict {
  const { event } = facts;
  const endsStop = impossible && (event.name === "Stop" || event.name === "SubagentStop");
  if (ok || endsStop || event.form === "permissionRequest") return { outcome: "none" };
  const refusal = blockWith(reason, facts);
  return event.form === "permission" && !goesOn ? { ...refusal, stop: { reason } } : refusal;
}

type Exited = Extract<HandlerEnding, { kind: "exited" }>;

function judgeExit(ending: Exited, facts: JudgeFacts): Verdict {
  const output = readClaudeOutput(ending.stdout);
  const answered = output.kind === "json" ? readAnswer(output.answer, facts) : undefined;
  if (ending.exitCode === 2) {
    if (isForgiven(ending, facts)) return failWith(firstLine(ending.stderr), facts);
    return refuse(ending, answered, output.kind === "json" ? output.answer : undefined, facts);
  }
  if (ending.exitCode !== 0 && facts.failsClosed)
    return failWith(describeExit(ending), facts, answered);
  if (answered !== undefined) return answered;
  if (output.kind === "invalid") return failWith(output.message, facts);
  if (ending.exitCode !== 0) return failWith(describeExit(ending), facts);
  return output.kind === "plain" && facts.event.plainContext
    ? { outcome: "none", context: output.text }
    : { outcome: "none" };
}

/** Exit code 2 refuses whatever the JSON says; only its reason and what accompanies a decision are taken from it. */
function refuse(
  ending: Exited,
  answered: Verdict | undefined,
  answer: ClaudeAnswer | undefined,
  facts: JudgeFacts,
): Verdict {
  const said = ending.stderr.trim();
  const reason = (answer === undefined ? undefined : blockingReason(answer)) ?? said;
  const refusal = blockWith(reason === "" ? "No reason given (exit code 2)" : reason, facts);
  if (answered === undefined || facts.event.form === "elicitation") return refusal;
  const { context, stop, message } = answered;
  return {
    ...refusal,
    ...(context === undefined ? {} : { context }),
    ...(stop === undefined ? {} : { stop }),
    ...(message === undefined ? {} : { message }),
  };
}

function blockingReason(answer: ClaudeAnswer): string | undefined {
  const specific = answer.hookSpecificOutput;
  if (specific?.permissionDecision === "deny" && specific.permissionDecisionReason !== undefined)
    return specific.permissionDecisionReason;
  return answer.decision === "block" ? answer.reason : undefined;
}

function judgeResponse(body: string, facts: JudgeFacts): Verdict {
  const output = readClaudeOutput(body);
  if (output.kind === "nothing") return worktreeOr({ outcome: "none" }, undefined, facts);
  if (output.kind === "json")
    return worktreeOr(
      readAnswer(output.answer, facts),
      output.answer.hookSpecificOutput?.worktreePath,
      facts,
    );
  return failWith(output.kind === "plain" ? "the answer is not JSON" : output.message, facts);
}

function worktreeOr(verdict: Verdict, path: string | undefined, facts: JudgeFacts): Verdict {
  if (facts.event.form !== "worktree") return verdict;
  return path === undefined || path === ""
    ? blockWith("The hook named no path for the worktree", facts)
    : { ...verdict, context: path };
}

/** A checkout is made by the hook itself: whatever is not a path is a failure. */
function judgeWorktree(ending: Exited, facts: JudgeFacts): Verdict {
  if (ending.exitCode !== 0) return blockWith(ending.stderr.trim() || describeExit(ending), facts);
  const path = ending.stdout.trim().split("\n").at(-1)?.trim();
  return worktreeOr({ outcome: "none" }, path, facts);
}

/** A guard that was never there has not refused; on these events a missing script must not hold the session for ever. */
function isForgiven(ending: Exited, facts: JudgeFacts): boolean {
  const applies =
    FORGIVES_MISSING_FILES.has(facts.event.name) ||
    (facts.isPlugin && facts.event.name === "UserPromptSubmit");
  return applies && ending.stdout.trim() === "" && MISSING_FILE.test(ending.stderr);
}

/** A failure decides nothing, unless it was asked to refuse. */
function failWith(message: string, facts: JudgeFacts, answered?: Verdict): Verdict {
  const { event, failsClosed } = facts;
  if (event.form === "worktree") return blockWith(message, facts);
  if (!failsClosed || event.failsOpen) return { outcome: "none", error: message };
  if (event.form === "permissionRequest")
    return { outcome: "deny", reason: message, error: message };
  const reason =
    answered?.outcome === "deny" || answered?.outcome === "block" ? answered.reason : undefined;
  return { ...blockWith(reason ?? message, facts), error: message };
}

function blockWith(reason: string, { event, cannotBlock }: JudgeFacts): Verdict {
  return event.exit2 === "none" || cannotBlock
    ? { outcome: "none", message: reason }
    : { outcome: event.exit2, reason };
}

function describeExit(ending: Exited): string {
  const line = firstLine(ending.stderr);
  return line === "" ? `the hook ended with exit code ${ending.exitCode}` : line;
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
