import { canonicalize, type JsonValue } from "../core/index.ts";
import { mergeOutcomes, outranks } from "./merge.ts";
import type { Decision, Outcome } from "./outcome.ts";

/** Room for what binary fractions lose: 3 of 10 at 0.3 are three votes, not four. */
const ROUNDING = 1e-9;

/**
 * What a vote came to. Equal votes are equal decisions: of one kind and, where they carry something that would be done,
 * with the same of it; how a refusal is worded does not matter. `ceil(n x threshold)` equal votes are needed, where n counts
 * every voter. Of several decisions that have enough, the one with more votes wins, and with as many the one of the higher
 * rank: a refusal beats a yes. None with enough is `continue`.
 * @param voters how many were asked, those included that gave no answer
 */
export function countVotes(
  votes: readonly Outcome[],
  voters: number,
  threshold: number,
): { readonly reached: boolean; readonly outcome: Outcome } {
  const needed = Math.max(1, Math.ceil(voters * threshold - ROUNDING));
  const camps = new Map<string, Outcome[]>();
  for (const vote of votes) {
    const key = decisionKey(vote);
    const camp = camps.get(key);
    if (camp === undefined) camps.set(key, [vote]);
    else camp.push(vote);
  }
  let winners: readonly Outcome[] = [];
  for (const camp of camps.values())
    if (camp.length >= needed && beats(camp, winners)) winners = camp;
  return winners.length === 0
    ? { reached: false, outcome: { outcome: "continue" } }
    : { reached: true, outcome: mergeOutcomes(winners) };
}

function beats(camp: readonly Outcome[], best: readonly Outcome[]): boolean {
  const [mine, theirs] = [camp[0], best[0]];
  if (camp.length !== best.length || mine === undefined || theirs === undefined)
    return camp.length > best.length;
  return outranks(mine.outcome, theirs.outcome);
}

function decisionKey(decision: Decision): string {
  return canonicalize([decision.outcome, contentOf(decision)]);
}

/** What of a decision would be done; the words around it are left out. */
function contentOf(decision: Decision): JsonValue {
  switch (decision.outcome) {
    case "modify":
      return decision.input;
    case "replace":
      return decision.output;
    case "redirect":
    case "skipTo":
      return decision.step;
    case "fork":
      // as: operations are plain JSON, which their interface cannot say
      return decision.operations as unknown as JsonValue;
    case "cache":
      return decision.key;
    case "continue":
    case "cancel":
    case "ask":
    case "retry":
    case "skipped":
      return null;
  }
}
