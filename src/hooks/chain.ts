import type { ErrorInfo, JsonObject, JsonValue } from "../core/index.ts";
import { isOrdered } from "./dependencies.ts";
import type { Hook } from "./hook.ts";
import { mergeOutcomes, outranks } from "./merge.ts";
import type { Decision, Injection, Outcome } from "./outcome.ts";

/**
 * What the hooks of one point have decided so far. Plain data without a clock: the interpreter runs each hook and folds
 * its outcome in. Invariants:
 *
 * 1. Each hook sees the input as the hooks before it left it.
 * 2. `cancel`, `replace`, `ask` and `stop` end the chain; after that only `alwaysRun` hooks run, and nothing they decide
 *    changes what was decided.
 * 3. Injections, state and messages are kept whatever is decided, each injection with its own strategy.
 */
export interface Chain {
  /** The step's or run's input, as modified so far. */
  readonly input: JsonValue;
  /** The strongest decision so far. `modify` is not one of them: it is in `input`. */
  readonly decision: Exclude<Decision, { readonly outcome: "modify" }>;
  /** The hook that made the decision. */
  readonly decidedBy?: string;
  readonly isModified: boolean;
  /** No further hook runs, except with `alwaysRun`. */
  readonly ended: boolean;
  /** The run ends after this point. */
  readonly stop?: { readonly reason: string; readonly hook: string };
  /** Where to keep the result, besides whatever was decided. */
  readonly cache?: { readonly key: string; readonly ttlMs?: number };
  /** To be merged into the run's state, key by key. */
  readonly state: JsonObject;
  readonly injections: readonly ChainInjection[];
  readonly messages: readonly { readonly hook: string; readonly message: string }[];
  readonly executed: readonly { readonly hook: string; readonly outcome: Outcome }[];
}

export interface ChainInjection extends Injection {
  readonly hook: string;
}

export function startChain(input: JsonValue): Chain {
  return {
    input,
    decision: { outcome: "continue" },
    isModified: false,
    ended: false,
    state: {},
    injections: [],
    messages: [],
    executed: [],
  };
}

/** Whether a hook still gets its turn. */
export function runsInChain(chain: Chain, hook: Hook): boolean {
  return !chain.ended || hook.alwaysRun;
}

/** The chain after one more hook. */
export function advanceChain(chain: Chain, hook: Hook, outcome: Outcome): Chain {
  const recorded = record(chain, hook.name, outcome);
  return chain.ended ? recorded : decide(recorded, hook.name, outcome);
}

/** The chain after hooks that ran side by side on the same input, given in their configured order. */
export function advanceChainTogether(
  chain: Chain,
  results: readonly { readonly hook: Hook; readonly outcome: Outcome }[],
): Chain {
  const recorded = results.reduce(
    (before, { hook, outcome }) => record(before, hook.name, outcome),
    chain,
  );
  if (chain.ended || results.length === 0) return recorded;
  const merged = mergeOutcomes(results.map((each) => each.outcome));
  const winner = results.find((each) => each.outcome.outcome === merged.outcome)?.hook.name;
  return decide(recorded, winner ?? "", merged);
}

/**
 * The chain once a person has said yes: the question is settled and the hooks that were left get their turn, so that an
 * approval never lets a later guard be skipped.
 */
export function resumeChain(chain: Chain): Chain {
  const { decidedBy: _asked, ...rest } = chain;
  return { ...rest, decision: { outcome: "continue" }, ended: chain.stop !== undefined };
}

/**
 * Hooks of one point in the order in which they run: alone, or in groups that run side by side. Hooks of Claude Code's
 * protocol that follow each other form a group, as their contract wants it; so do hooks with `dependsOn` that do not need
 * each other.
 */
export function groupChain(hooks: readonly Hook[]): readonly (readonly Hook[])[] {
  const groups: Hook[][] = [];
  for (const hook of hooks) {
    const group = groups.at(-1);
    if (group !== undefined && joinsGroup(hook, group, hooks)) group.push(hook);
    else groups.push([hook]);
  }
  return groups;
}

function joinsGroup(hook: Hook, group: readonly Hook[], here: readonly Hook[]): boolean {
  if (hook.protocol === "claude" && group[0]?.protocol === "claude") return true;
  return (
    isOrdered(hook, here) &&
    group.every((other) => isOrdered(other, here) && hook.dependsOn?.includes(other.name) !== true)
  );
}

type Jump = Extract<Decision, { outcome: "fork" | "retry" | "redirect" | "skipTo" }>;

/** What a hook that failed for good means, by its own `onError`. */
export function outcomeOfFailure(hook: Hook, error: ErrorInfo): Outcome {
  const reason = `The hook "${hook.name}" ${error.type === "TimedOut" ? "timed out" : "failed"}: ${error.message}`;
  switch (hook.onError) {
    case "open":
      return { outcome: "continue", message: reason };
    case "closed":
      return { outcome: "cancel", reason };
    case "stop":
      return { outcome: "continue", stop: { reason } };
  }
}

/** A hook that did not run, and what that means. */
export interface HookRefusal {
  readonly outcome: Outcome;
  /** Set where the hook's `onError` makes more of it than a skipped hook. */
  readonly error?: ErrorInfo;
}

/** What a hook that may not run now means: an open one is skipped, a guard does not let pass what it has not seen. */
export function outcomeOfRefusal(hook: Hook, error: ErrorInfo): HookRefusal {
  return hook.onError === "open"
    ? { outcome: { outcome: "skipped", reason: error.message } }
    : { outcome: outcomeOfFailure(hook, error), error };
}

function record(chain: Chain, hook: string, outcome: Outcome): Chain {
  const { state, inject, message } = outcome;
  return {
    ...chain,
    state: state === undefined ? chain.state : { ...chain.state, ...state },
    injections: [...chain.injections, ...(inject ?? []).map((each) => ({ ...each, hook }))],
    messages: message === undefined ? chain.messages : [...chain.messages, { hook, message }],
    executed: [...chain.executed, { hook, outcome }],
  };
}

function decide(chain: Chain, hook: string, outcome: Outcome): Chain {
  const decided = takeDecision(chain, hook, outcome);
  const stop = outcome.stop === undefined ? undefined : { reason: outcome.stop.reason, hook };
  return stop === undefined ? decided : { ...decided, stop, ended: true };
}

function takeDecision(chain: Chain, hook: string, decision: Decision): Chain {
  switch (decision.outcome) {
    case "continue":
    case "skipped":
      return chain;
    case "modify":
      return { ...chain, input: decision.input, isModified: true };
    case "cache": {
      const { key, ttlMs } = decision;
      return { ...chain, cache: { key, ...(ttlMs === undefined ? {} : { ttlMs }) } };
    }
    case "ask": {
      const { input, ...question } = decision;
      const asked = { ...chain, decision: question, decidedBy: hook, ended: true };
      return input === undefined ? asked : { ...asked, input, isModified: true };
    }
    case "cancel":
    case "replace":
      return { ...chain, decision, decidedBy: hook, ended: true };
    default:
      return takeJump(chain, hook, decision);
  }
}

/** Several jumps cannot all be taken: the strongest kind wins, and among equals the first. Forks add up. */
function takeJump(chain: Chain, hook: string, decision: Jump): Chain {
  const before = chain.decision;
  if (before.outcome === "fork" && decision.outcome === "fork") {
    const operations = [...before.operations, ...decision.operations];
    return { ...chain, decision: { outcome: "fork", operations } };
  }
  if (before.outcome === decision.outcome || outranks(before.outcome, decision.outcome))
    return chain;
  return { ...chain, decision, decidedBy: hook };
}
