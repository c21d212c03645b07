import type { HookMatch } from "../../../hooks/index.ts";
import { compileMatcher } from "../../../hooks/matcher.ts";
import { toolOf } from "../../compile/bodies.ts";
import type { HookAt } from "./hooks.ts";
import type { Model } from "./model.ts";
import type { StepNode } from "./step-node.ts";

/** The facts of a step that a match can test before a run. */
const STATIC_KEYS = ["tool", "kind", "step", "type", "role"] as const;
type StaticKey = (typeof STATIC_KEYS)[number];
type Subject = Readonly<Record<Exclude<StaticKey, "role">, string>> & {
  /** Nothing when an expression decides. */
  readonly role: string | undefined;
};

/** What keeps a hook from ever firing: the first fact that no step has, or nothing. */
export interface Miss {
  readonly key: StaticKey;
  readonly value: string;
  /** What steps have instead, for the hint. */
  readonly there: readonly string[];
}

type Matches = readonly (HookMatch | undefined)[];

/** Narrows the steps down, fact by fact; says at which fact none is left. */
export function findMiss(model: Model, at: HookAt, matches: Matches): Miss | undefined {
  const found = narrow(model, at, matches);
  return "missed" in found ? found.missed : undefined;
}

/** The steps that a hook can fire for. */
export function findTargets(model: Model, at: HookAt, matches: Matches): readonly StepNode[] {
  const found = narrow(model, at, matches);
  return "missed" in found ? [] : found.left;
}

function narrow(
  model: Model,
  at: HookAt,
  matches: Matches,
): { readonly left: readonly StepNode[] } | { readonly missed: Miss } {
  let left = stepsOf(model, at);
  for (const match of matches) {
    for (const key of STATIC_KEYS) {
      const value = match?.[key];
      const compiled = value === undefined ? undefined : compileMatcher(value);
      // A pattern that cannot be used is another rule's matter.
      if (value === undefined || compiled?.ok !== true) continue;
      const before = left;
      left = left.filter((step) => {
        const fact = subjectOf(step)[key];
        // An expression may choose any role.
        return fact === undefined ? step.kind === "agent" : compiled.value(fact);
      });
      if (left.length > 0) continue;
      return {
        missed: { key, value, there: distinct(before.map((step) => subjectOf(step)[key])) },
      };
    }
  }
  return { left };
}

/** The steps that a hook can be about: all of the pattern's, a role's, or the one it is written in. */
export function stepsOf(model: Model, { owner }: HookAt): readonly StepNode[] {
  if (owner === undefined) return model.steps;
  if ("step" in owner) return [owner.step];
  return model.steps.filter((step) => {
    const { role } = subjectOf(step);
    return role === undefined ? step.kind === "agent" : role === owner.role;
  });
}

function subjectOf({ id, kind, step }: StepNode): Subject {
  const role = step.agent?.includes("${{") === true ? undefined : (step.agent ?? "");
  return { step: id, kind, type: step.type ?? "custom", tool: toolOf(step), role };
}

function distinct(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== undefined && value !== ""))].slice(
    0,
    8,
  ) as string[]; // as: filtered
}
