import { findPoint, resolvePoint, type ResolvedPoint } from "../../../hooks/index.ts";
import type { DocumentPath } from "../../walk.ts";
import type { HookAt } from "../model/hooks.ts";
import { listOf } from "../model/list-of.ts";
import type { Model } from "../model/model.ts";
import type { StepNode } from "../model/step-node.ts";

/** One name in a hook's `on`. */
export interface NamedPoint {
  readonly at: HookAt;
  readonly name: string;
  readonly path: DocumentPath;
  /** Absent for a name that stands for no point; `problem` says so. */
  readonly resolved?: ResolvedPoint;
  readonly problem?: string;
}

export function* namedPoints(model: Model): Generator<NamedPoint> {
  for (const at of model.hooks) {
    if (at.hook.enabled === false) continue;
    for (const { value: name, path: tail } of listOf(at.hook.on)) {
      const resolved = resolvePoint(name);
      const path = [...at.path, "on", ...tail];
      yield resolved.ok
        ? { at, name, path, resolved: resolved.value }
        : { at, name, path, problem: resolved.error };
    }
  }
}

/** Every canonical point that a name stands for. */
export function pointsOf({ point, also = [] }: ResolvedPoint): readonly string[] {
  return [point, ...also];
}

/** Whether a point's hooks are listed per step. */
export function isAboutSteps(point: string): boolean {
  return findPoint(point)?.subject === "step";
}

interface Requirement {
  readonly test: (step: StepNode) => boolean;
  readonly what: string;
}

/** Points that only some steps have, by the first part of their name. */
const REQUIREMENTS: Readonly<Record<string, Requirement>> = {
  loop: { test: ({ step }) => step.loop !== undefined, what: "`loop` step" },
  fork: { test: ({ step }) => step.foreach !== undefined, what: "step with `foreach`" },
  branch: {
    test: ({ step }) => step.if !== undefined || step.switch !== undefined,
    what: "step with `if` and no `switch`",
  },
  agent: {
    test: ({ step }) => step.agent !== undefined || step.fallback?.agent !== undefined,
    what: "`agent` step",
  },
};

/** What a point needs and none of the steps has; nothing when the point can occur. */
export function missingFor(point: string, steps: readonly StepNode[]): string | undefined {
  const requirement = REQUIREMENTS[point.split(".")[0] ?? ""];
  return requirement === undefined || steps.some(requirement.test) ? undefined : requirement.what;
}
