import type { HookMatch } from "../../../hooks/index.ts";
import { compileMatcher } from "../../../hooks/matcher.ts";
import type { StepKind } from "../../plan.ts";
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

/** Claude Code's names of the tools that step kinds stand for. */
const TOOLS: Partial<Readonly<Record<StepKind, string>>> = {
  run: "Bash",
  http: "WebFetch",
  agent: "Agent",
};

/** What keeps a hook from ever firing: the first fact that no step has, or nothing. */
export interface Miss {
  readonly key: StaticKey;
  readonly value: string;
  /** What steps have instead, for the hint. */
  readonly there: readonly string[];
}

/** Narrows the steps down, fact by fact; says at which fact none is left. */
export function findMiss(
  model: Model,
  at: HookAt,
  matches: readonly (HookMatch | undefined)[],
): Miss | undefined {
  let left = stepsOf(model, at);
  for (const match of matches) {
    for (const key of STATIC_KEYS) {
      const value = match?.[key];
      if (value === undefined) continue;
      const compiled = compileMatcher(value);
      if (!compiled.ok) return undefined;
      const there = left.map((step) => subjectOf(step)[key]);
      left = left.filter((step) => {
        const fact = subjectOf(step)[key];
        // An expression may choose any role.
        return fact === undefined ? step.kind === "agent" : compiled.value(fact);
      });
      if (left.length === 0) return { key, value, there: distinct(there) };
    }
  }
  return undefined;
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
  const called = step.call?.startsWith("mcp__") === true ? step.call : undefined;
  const role = step.agent?.includes("${{") === true ? undefined : (step.agent ?? "");
  return { step: id, kind, type: step.type ?? "custom", tool: called ?? TOOLS[kind] ?? kind, role };
}

function distinct(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== undefined && value !== ""))].slice(
    0,
    8,
  ) as string[]; // as: filtered
}
