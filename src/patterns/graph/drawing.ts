import { formatDuration } from "../../core/index.ts";
import type { Template } from "../../expressions/index.ts";
import { buildHookTable } from "../../hooks/index.ts";
import type { Body, Join, Plan, PlanStep, StepKind } from "../plan.ts";
import { createKeys } from "./keys.ts";
import { findSlowestChain } from "./slowest-chain.ts";
import { createOverlays, type Overlay, type RunRecord } from "./overlay.ts";

/** A step as it is drawn: texts and structure, no syntax of any format. */
export interface DrawnStep {
  /** Safe in every format, and unique. */
  readonly key: string;
  readonly id: string;
  readonly kind: StepKind;
  /** Lines below the id, the kind first. */
  readonly lines: readonly string[];
  readonly scopes: readonly DrawnScope[];
  /** How it went, when a run is shown. */
  readonly overlay?: Overlay;
  /** On the chain that decided how long the run took. */
  readonly isCritical: boolean;
}

/** Nested steps; a switch has one of these per case. */
export interface DrawnScope {
  readonly key: string;
  /** Empty for the only scope of a step. */
  readonly title: string;
  readonly steps: readonly DrawnStep[];
}

export interface DrawnEdge {
  readonly from: DrawnStep;
  readonly to: DrawnStep;
  /** The join, when it is not the usual one. */
  readonly label?: string;
  readonly isCritical: boolean;
}

export interface Drawing {
  readonly title: string;
  readonly steps: readonly DrawnStep[];
  readonly edges: readonly DrawnEdge[];
}

/** Decides what is shown of a plan, and of a run of it when one is given. */
export function draw(plan: Plan, run?: RunRecord): Drawing {
  const hooks = buildHookTable(plan, plan.hooks).table.steps;
  const overlayOf = createOverlays(run);
  const critical =
    run === undefined ? new Map<string, string>() : findSlowestChain(plan.steps, run);
  const keyFor = createKeys();
  const edges: DrawnEdge[] = [];
  const scopes = listScopes(plan);
  const drawn = new Map<readonly PlanStep[], readonly DrawnStep[]>();
  // From the innermost scope outwards, so that nesting costs no stack.
  for (const steps of [...scopes].reverse()) {
    const byId = new Map<string, DrawnStep>();
    const here = steps.map((step): DrawnStep => {
      const key = keyFor(step.id);
      const points = Object.values(hooks[step.id] ?? {});
      const count = points.reduce((sum, numbers) => sum + numbers.length, 0);
      const overlay = overlayOf(step.id);
      const node: DrawnStep = {
        key,
        id: step.id,
        kind: step.body.kind,
        lines: linesOf(step, count),
        scopes: drawnScopes(step.body, keyFor, drawn),
        isCritical: critical.has(step.id),
        ...(overlay ? { overlay } : {}),
      };
      byId.set(step.id, node);
      return node;
    });
    for (const step of steps) edges.push(...edgesInto(step, byId, critical));
    drawn.set(steps, here);
  }
  return { title: `${plan.name} ${plan.version}`, steps: drawn.get(plan.steps) ?? [], edges };
}

/** Every list of steps, an outer one before those inside of it. */
function listScopes(plan: Plan): readonly (readonly PlanStep[])[] {
  const scopes: (readonly PlanStep[])[] = [plan.steps];
  // The list grows while it is walked.
  for (const steps of scopes) {
    for (const { body } of steps)
      for (const { steps: inner } of nestedScopes(body)) scopes.push(inner);
  }
  return scopes;
}

interface Nested {
  readonly title: string;
  readonly steps: readonly PlanStep[];
}

function nestedScopes(body: Body): readonly Nested[] {
  if (body.kind === "group" || body.kind === "loop")
    return [{ title: "", steps: body.scope.steps }];
  if (body.kind !== "switch") return [];
  const cases = body.cases.map(({ when, scope }) => ({
    title: `when ${templateText(when)}`,
    steps: scope.steps,
  }));
  return body.default ? [...cases, { title: "default", steps: body.default.steps }] : cases;
}

function drawnScopes(
  body: Body,
  keyFor: (id: string) => string,
  drawn: ReadonlyMap<readonly PlanStep[], readonly DrawnStep[]>,
): readonly DrawnScope[] {
  return nestedScopes(body).map(({ title, steps }) => ({
    key: keyFor("scope"),
    title,
    steps: drawn.get(steps) ?? [],
  }));
}

function edgesInto(
  step: PlanStep,
  byId: ReadonlyMap<string, DrawnStep>,
  critical: ReadonlyMap<string, string>,
): readonly DrawnEdge[] {
  const to = byId.get(step.id);
  const label = joinText(step.join);
  return step.needs.flatMap((id) => {
    const from = byId.get(id);
    const isCritical = critical.get(step.id) === id;
    return from && to ? [{ from, to, isCritical, ...(label === "" ? {} : { label }) }] : [];
  });
}

function joinText(join: Join): string {
  if (join === "all") return "";
  if (typeof join === "string") return join;
  const share =
    typeof join.atLeast === "number" ? String(join.atLeast) : `${join.atLeast.percent}%`;
  return `at least ${share}`;
}

function linesOf(step: PlanStep, hooks: number): readonly string[] {
  const { body, foreach } = step;
  const lines = [step.name ?? "", body.kind + detailOf(body)];
  if (step.if !== undefined) lines.push(`if ${templateText(step.if)}`);
  if (foreach) lines.push(`for each of ${templateText(foreach.items)}`);
  if (step.onError === "continue") lines.push("may fail");
  if (step.compensate) lines.push(`undone by ${step.compensate.body.kind}`);
  if (hooks > 0) lines.push(hooks === 1 ? "1 hook" : `${hooks} hooks`);
  return lines.filter((line) => line !== "");
}

function detailOf(body: Body): string {
  switch (body.kind) {
    case "agent":
      return ` ${templateText(body.role)}`;
    case "call":
      return ` ${body.function}`;
    case "pattern":
      return ` ${body.pattern}`;
    case "waitFor":
      return ` ${body.event}`;
    case "wait":
      return ` ${templateText(body.for)}`;
    case "loop":
      return ` at most ${body.max} times`;
    case "approval":
      return body.timeoutMs === undefined ? "" : ` within ${formatDuration(body.timeoutMs)}`;
    case "fail":
      return ` ${body.type}`;
    default:
      return "";
  }
}

/** A template in a few words: what it says, or the expression that says it. */
function templateText(template: Template): string {
  if ("lit" in template) {
    return typeof template.lit === "string" ? template.lit : JSON.stringify(template.lit);
  }
  if ("expr" in template) return template.expr;
  return "concat" in template ? template.concat.map(templateText).join("") : "...";
}
