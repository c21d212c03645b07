import type { PlanStep } from "../../patterns/plan.ts";
import type { Node } from "./node.ts";
import { reachableFrom, type ScopeShape } from "./shape.ts";
import { jumpRefused, type Failure } from "./state.ts";

/** Why a hook may not go on at a step, or undefined where it may: the target must be there and not have begun. */
export function refuseJump(
  shape: ScopeShape,
  nodes: readonly Node[],
  step: PlanStep,
  target: string,
): Failure | undefined {
  const node = nodes[shape.indexOf.get(target) ?? -1];
  if (node !== undefined && !node.begun) return undefined;
  const why = node === undefined ? "is no step of the same scope" : "has already begun";
  return jumpRefused(`step ${step.id}: a hook wanted to go on at ${target}, which ${why}`);
}

/** What has not begun and does not follow from the target; looked for while the caller settles one after the other. */
export function* passedOver(
  shape: ScopeShape,
  nodes: readonly Node[],
  target: number,
): Iterable<number> {
  const ahead = reachableFrom(shape, target);
  for (const [index, node] of nodes.entries()) if (!node.begun && !ahead.has(index)) yield index;
}
