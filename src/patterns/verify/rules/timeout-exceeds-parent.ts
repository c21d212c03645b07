import { formatDuration } from "../../../core/index.ts";
import { msOf } from "../model/durations.ts";
import type { Model } from "../model/model.ts";
import { scopesAround, type ScopeNode, type StepNode } from "../model/step-node.ts";
import { declaredMs } from "../model/time.ts";
import type { Finding, Rule } from "../rule.ts";

export const timeoutExceedsParent: Rule = {
  code: "timeout-exceeds-parent",
  severity: "warning",
  summary: "A step, or a chain of steps, may take longer than the scope or the run around it.",
  *check(model) {
    const tooLong = new Set<ScopeNode>();
    for (const step of model.steps) {
      const own = declaredMs(step.step);
      const limit = own === undefined ? undefined : tightestAround(model, step);
      if (own === undefined || limit === undefined || own <= limit.ms) continue;
      tooLong.add(limit.scope);
      yield {
        path: [...step.path, ...fieldOf(step)],
        message: `Step "${step.id}" may take ${formatDuration(own)}, and ${limit.what} ends after ${formatDuration(limit.ms)}`,
        hint: "Give the outer one more time, or this step less.",
      };
    }
    for (const scope of model.scopes) if (!tooLong.has(scope)) yield* chainOf(model, scope);
  },
};

interface Limit {
  readonly ms: number;
  readonly scope: ScopeNode;
  readonly what: string;
}

function limitOf(model: Model, scope: ScopeNode): Limit | undefined {
  const { owner } = scope;
  const ms = owner ? msOf(owner.step.timeout) : msOf(model.document.coordination?.timeout);
  if (ms === undefined) return undefined;
  return { ms, scope, what: owner ? `"${owner.id}" around it` : "the run" };
}

function tightestAround(model: Model, step: StepNode): Limit | undefined {
  let tightest: Limit | undefined;
  for (const scope of scopesAround(step)) {
    const limit = limitOf(model, scope);
    if (limit && limit.ms < (tightest?.ms ?? Number.POSITIVE_INFINITY)) tightest = limit;
  }
  return tightest;
}

/** Steps one after the other, each within the limit, whose declared times add up to more than it. */
function* chainOf(model: Model, scope: ScopeNode): Iterable<Finding> {
  const limit = limitOf(model, scope);
  if (limit === undefined) return;
  const longest = longestChain(model, scope);
  if (longest.ms <= limit.ms || longest.steps < 2) return;
  yield {
    path: scope.owner ? [...scope.owner.path, "timeout"] : ["coordination", "timeout"],
    message: `The ${longest.steps} timeouts on the way to "${longest.last}" add up to ${formatDuration(longest.ms)}, and ${limit.what} ends after ${formatDuration(limit.ms)}`,
    hint: "Give the outer one more time, or the steps less.",
  };
}

interface Chain {
  readonly ms: number;
  /** How many of its steps say how long they take. */
  readonly steps: number;
  readonly last: string;
}

function longestChain(model: Model, scope: ScopeNode): Chain {
  const endsAt = new Map<StepNode, Chain>();
  let longest: Chain = { ms: 0, steps: 0, last: "" };
  for (const step of model.orderOf(scope)) {
    let before: Chain = { ms: 0, steps: 0, last: "" };
    for (const need of model.needsOf.get(step) ?? []) {
      const end = endsAt.get(need);
      if (end && end.ms > before.ms) before = end;
    }
    const own = declaredMs(step.step);
    const end = {
      ms: before.ms + (own ?? 0),
      steps: before.steps + (own === undefined ? 0 : 1),
      last: step.id,
    };
    endsAt.set(step, end);
    if (end.ms > longest.ms) longest = end;
  }
  return longest;
}

/** The field that says how long a step takes. */
function fieldOf({ step }: StepNode): readonly string[] {
  if (step.approval?.timeout !== undefined) return ["approval", "timeout"];
  if (step.waitFor?.timeout !== undefined) return ["waitFor", "timeout"];
  if (step.wait !== undefined) return ["wait"];
  return [step.scheduleToClose === undefined ? "timeout" : "scheduleToClose"];
}
