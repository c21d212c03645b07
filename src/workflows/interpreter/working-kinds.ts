import type { PlanStep } from "../../patterns/plan.ts";

/** Kinds that do work elsewhere and so count against the run's `maxConcurrency`. */
const WORKING_KINDS: ReadonlySet<string> = new Set(["run", "http", "agent", "call", "pattern"]);

/** A foreach takes a slot per item, a reaction one per event, a scope none: what is inside it does. */
export function needsSlot(step: PlanStep): boolean {
  return step.foreach === undefined && step.reacts === undefined && takesSlotPerItem(step);
}

export function takesSlotPerItem(step: PlanStep): boolean {
  return WORKING_KINDS.has(step.body.kind);
}
