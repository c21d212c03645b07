import { findPoint, resolvePoint } from "../../hooks/index.ts";
import { listOf } from "../verify/model/list-of.ts";
import { findTargets } from "../verify/model/hook-targets.ts";
import type { HookAt } from "../verify/model/hooks.ts";
import type { Model } from "../verify/model/model.ts";
import type { StepNode } from "../verify/model/step-node.ts";
import { addCosts, NO_COST, perhapsCost, type Cost } from "./cost.ts";
import { hookCost } from "./step-cost.ts";

/** Points that every execution of a step passes; the others depend on how it goes. */
const ALWAYS = new Set([
  "step.validate",
  "step.authorize",
  "step.allocate",
  "step.before",
  "step.after",
  "step.cleanup",
]);
/** Runs inside the failing attempt, on the worker: nothing of it is in the history. */
const ON_THE_WORKER = "step.retry";

export interface HookCosts {
  /** What the hooks of one execution of a step cost. */
  readonly ofStep: (step: StepNode) => Cost;
  /** What the hooks of the run itself cost. */
  readonly ofRun: Cost;
}

export function predictHooks(model: Model): HookCosts {
  const perStep = new Map<StepNode, Cost[]>();
  const perRun: Cost[] = [];
  for (const at of model.hooks) {
    if (at.hook.enabled === false) continue;
    for (const { value } of listOf(at.hook.on)) place(model, at, value, perStep, perRun);
  }
  return {
    ofStep: (step) => addCosts(perStep.get(step) ?? []),
    ofRun: addCosts(perRun),
  };
}

function place(
  model: Model,
  at: HookAt,
  name: string,
  perStep: Map<StepNode, Cost[]>,
  perRun: Cost[],
): void {
  const resolved = resolvePoint(name);
  if (!resolved.ok || resolved.value.never !== undefined) return;
  const { point, also = [], implied } = resolved.value;
  for (const each of [point, ...also]) {
    if (findPoint(each)?.subject !== "step") {
      perRun.push(perhapsCost(hookCost(at.hook.dispatch === "local")));
      continue;
    }
    const cost = costAt(at, each);
    for (const step of findTargets(model, at, [implied, at.hook.match])) {
      const costs = perStep.get(step);
      if (costs) costs.push(cost);
      else perStep.set(step, [cost]);
    }
  }
}

function costAt({ hook }: HookAt, point: string): Cost {
  if (point === ON_THE_WORKER) return NO_COST;
  const cost = hookCost(hook.dispatch === "local");
  // Asked when the event is there; a Claude Code matcher is compiled only for the plan.
  const isAsked = [hook.if, hook.match?.fields, hook.match?.claude].some(
    (test) => test !== undefined,
  );
  return ALWAYS.has(point) && !isAsked ? cost : perhapsCost(cost);
}
