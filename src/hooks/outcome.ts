import { formatDuration, type JsonObject, type JsonValue } from "../core/index.ts";

/** What a hook decided. One union; importers translate foreign answers into it without loss. */
export type Decision =
  | { readonly outcome: "continue" }
  | { readonly outcome: "modify"; readonly input: JsonValue }
  | { readonly outcome: "replace"; readonly output: JsonValue }
  | { readonly outcome: "cancel"; readonly reason: string }
  | {
      readonly outcome: "ask";
      readonly prompt: string;
      readonly timeoutMs?: number;
      readonly default?: "approve" | "deny";
      /** What runs once approved, when it is not what was asked about. */
      readonly input?: JsonValue;
    }
  | { readonly outcome: "retry"; readonly delayMs?: number; readonly maxAttempts?: number }
  | { readonly outcome: "redirect"; readonly step: string }
  | { readonly outcome: "skipTo"; readonly step: string }
  | { readonly outcome: "fork"; readonly operations: readonly ForkOperation[] }
  | { readonly outcome: "cache"; readonly key: string; readonly ttlMs?: number }
  | { readonly outcome: "skipped"; readonly reason: string };

export type OutcomeKind = Decision["outcome"];

export interface ForkOperation {
  readonly id: string;
  /** A pattern reference, `name` or `name@range`. */
  readonly pattern: string;
  readonly input?: JsonValue;
}

export interface Injection {
  readonly content: string;
  readonly strategy: "tool_result" | "user_message";
}

/** May accompany any decision. */
export interface OutcomeExtras {
  /** Merged into the run's state, key by key. */
  readonly state?: JsonObject;
  readonly inject?: readonly Injection[];
  readonly message?: string;
  /** Ends the run after this point, whatever the decision says. */
  readonly stop?: { readonly reason: string };
}

export type Outcome = Decision & OutcomeExtras;

export const OUTCOME_KINDS = [
  "continue",
  "modify",
  "replace",
  "cancel",
  "ask",
  "retry",
  "redirect",
  "skipTo",
  "fork",
  "cache",
  "skipped",
] as const satisfies readonly OutcomeKind[];

/** One short line for summaries, tables and logs. */
export function describeOutcome(outcome: Outcome): string {
  const decision = describeDecision(outcome);
  return outcome.stop === undefined ? decision : `${decision}, stop: ${clip(outcome.stop.reason)}`;
}

function describeDecision(decision: Decision): string {
  return decision.outcome + detailOf(decision);
}

function detailOf(decision: Decision): string {
  if ("reason" in decision) return `: ${clip(decision.reason)}`;
  if ("step" in decision) return ` ${decision.step}`;
  switch (decision.outcome) {
    case "ask":
      return `: ${clip(decision.prompt)}`;
    case "retry":
      return decision.delayMs === undefined ? "" : ` in ${formatDuration(decision.delayMs)}`;
    case "fork":
      return ` ${decision.operations.map((operation) => operation.id).join(", ")}`;
    case "cache":
      return ` ${clip(decision.key)}`;
    case "continue":
    case "modify":
    case "replace":
      return "";
  }
}

/** Summaries are limited to 200 bytes by the server's default; one line is enough to recognise a reason. */
function clip(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
