import type { JsonObject } from "../core/index.ts";
import type { Decision, Injection, Outcome, OutcomeKind } from "./outcome.ts";

/** Who wins when several hooks decided on the same thing: earlier in this list beats later. */
const RANK: readonly OutcomeKind[] = [
  "cancel",
  "ask",
  "replace",
  "redirect",
  "skipTo",
  "fork",
  "retry",
  "modify",
  "cache",
  "skipped",
  "continue",
];

/**
 * One outcome from hooks that all saw the original input and ran side by side, given in their configured order: never in
 * the order in which they ended, so that a replay merges alike. The strongest decision wins; among equal rewrites the
 * last one. What accompanies decisions is all kept: no text and no state is lost to another hook's decision.
 */
export function mergeOutcomes(outcomes: readonly Outcome[]): Outcome {
  return { ...mergeDecisions(outcomes), ...mergeExtras(outcomes) };
}

/** Whether the first decision beats the second. */
export function outranks(first: OutcomeKind, second: OutcomeKind): boolean {
  return RANK.indexOf(first) < RANK.indexOf(second);
}

function mergeDecisions(decisions: readonly Decision[]): Decision {
  let winner: Decision = { outcome: "continue" };
  for (const decision of decisions) {
    if (outranks(winner.outcome, decision.outcome)) continue;
    winner = winner.outcome === decision.outcome ? mergeEqual(winner, decision) : decision;
  }
  return winner.outcome === "ask" ? withRewrite(winner, decisions) : winner;
}

/** A person asked by one hook decides about what another one rewrote. */
function withRewrite(
  ask: Extract<Decision, { outcome: "ask" }>,
  decisions: readonly Decision[],
): Decision {
  const inputs = decisions.flatMap((each) =>
    (each.outcome === "modify" || each.outcome === "ask") && each.input !== undefined
      ? [each.input]
      : [],
  );
  const input = inputs.at(-1);
  return input === undefined ? ask : { ...ask, input };
}

function mergeEqual(first: Decision, second: Decision): Decision {
  if (first.outcome === "cancel" && second.outcome === "cancel")
    return first.reason === second.reason
      ? first
      : { outcome: "cancel", reason: `${first.reason}\n${second.reason}` };
  if (first.outcome === "fork" && second.outcome === "fork")
    return { outcome: "fork", operations: [...first.operations, ...second.operations] };
  // The first question is asked and the first jump is taken; of rewrites the last in configured order stands.
  return first.outcome === "modify" || first.outcome === "replace" ? second : first;
}

function mergeExtras(outcomes: readonly Outcome[]): Omit<Outcome, keyof Decision> {
  const state = outcomes.reduce<JsonObject>((before, each) => ({ ...before, ...each.state }), {});
  const inject: readonly Injection[] = outcomes.flatMap((each) => each.inject ?? []);
  const messages = outcomes.flatMap((each) => (each.message === undefined ? [] : [each.message]));
  const stop = outcomes.find((each) => each.stop !== undefined)?.stop;
  return {
    ...(Object.keys(state).length === 0 ? {} : { state }),
    ...(inject.length === 0 ? {} : { inject }),
    ...(messages.length === 0 ? {} : { message: messages.join("\n") }),
    ...(stop === undefined ? {} : { stop }),
  };
}
