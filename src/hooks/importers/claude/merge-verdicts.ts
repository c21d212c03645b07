import type { JsonValue } from "../../../core/index.ts";
import type { ClaudeOutcome, Verdict } from "./verdict.ts";

/** What a whole set of handlers decided. */
export interface ClaudeDecision {
  readonly outcome: ClaudeOutcome;
  readonly reason?: string;
  readonly input?: JsonValue;
  readonly output?: JsonValue;
  readonly context?: string;
  readonly stop?: { readonly reason: string };
}

/** Who wins: earlier beats later. */
const RANK: readonly ClaudeOutcome[] = [
  "deny",
  "block",
  "decline",
  "cancel",
  "defer",
  "ask",
  "retry",
  "accept",
  "allow",
  "none",
];

const REFUSALS: ReadonlySet<ClaudeOutcome> = new Set(["deny", "block", "decline", "cancel"]);

/**
 * Merges what handlers decided that all saw the original input, given in configured order. The strongest decision wins,
 * every reason of that strength is kept, all context is delivered, and of several rewrites the last one stands.
 */
export function mergeVerdicts(verdicts: readonly Verdict[]): ClaudeDecision {
  const stop = verdicts.find((each) => each.stop !== undefined)?.stop;
  const context = joinDistinct(verdicts.map((each) => each.context));
  const accompanying = {
    ...(context === undefined ? {} : { context }),
    ...(stop === undefined ? {} : { stop }),
  };
  // Whoever says `continue: false` decides nothing else, and neither do the others; a refusal that ends the turn refuses.
  const deciding =
    stop === undefined ? verdicts : verdicts.filter((each) => each.stop !== undefined);
  const outcome = deciding.reduce<ClaudeOutcome>(
    (best, each) => (RANK.indexOf(each.outcome) < RANK.indexOf(best) ? each.outcome : best),
    "none",
  );
  const reason = joinDistinct(
    deciding.filter((each) => each.outcome === outcome).map((each) => each.reason),
  );
  const input = REFUSALS.has(outcome) ? undefined : lastOf(deciding, "input");
  const output = lastOf(deciding, "output");
  return {
    outcome,
    ...(outcome === "none" || reason === undefined ? {} : { reason }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...accompanying,
  };
}

/** How many handlers rewrote the input: more than one is worth a warning, since only the last counts. */
export function countRewrites(verdicts: readonly Verdict[]): number {
  return verdicts.filter((each) => each.input !== undefined).length;
}

function lastOf(verdicts: readonly Verdict[], key: "input" | "output"): JsonValue | undefined {
  return verdicts.findLast((each) => each[key] !== undefined)?.[key];
}

function joinDistinct(texts: readonly (string | undefined)[]): string | undefined {
  const found = [...new Set(texts.filter((text) => text !== undefined && text !== ""))];
  return found.length === 0 ? undefined : found.join("\n");
}
