import type { JoinDocument } from "../../document.ts";
import { analyzeCondition, exclude, type Condition } from "./conditions.ts";
import { shareOf } from "./share.ts";
import type { StepNode } from "./step-node.ts";

/** How a step can end, as far as the document alone decides it. */
export interface Fate {
  readonly step: StepNode;
  /** The steps it waits for, each once. */
  readonly needs: readonly StepNode[];
  readonly canStart: boolean;
  readonly canSucceed: boolean;
  readonly canFail: boolean;
  readonly canBeSkipped: boolean;
  /** Why it cannot start. */
  readonly obstacle: Obstacle | undefined;
  /** Tests that hold whenever it succeeds: its own and, through `all` joins, those of its needs. */
  readonly holds: readonly HeldTest[];
}

export interface HeldTest {
  readonly condition: Condition;
  readonly step: StepNode;
}

export type Obstacle =
  /** Its own `if` is always false. */
  | { readonly why: "disabled" }
  /** The run ends with a need. */
  | { readonly why: "after-stop"; readonly need: StepNode }
  /** A need, though it may run, always ends otherwise than the join asks. */
  | { readonly why: "never-so"; readonly need: StepNode; readonly join: string }
  /** A need cannot start itself. */
  | { readonly why: "need-cannot-start"; readonly need: StepNode }
  | { readonly why: "excluded"; readonly left: HeldTest; readonly right: HeldTest };

/** More tests than these are not compared: patterns branch a few times, and comparing is quadratic. */
const MOST_TESTS = 24;

/** Decides the fate of every step, needs before those who need them. Steps that a cycle holds back have none. */
export function decideFates(
  steps: readonly StepNode[],
  order: Int32Array,
  needsOf: ReadonlyMap<StepNode, readonly StepNode[]>,
): ReadonlyMap<StepNode, Fate> {
  const fates = new Map<StepNode, Fate>();
  for (const index of order) {
    const step = steps[index];
    if (step === undefined) continue;
    const needs = needsOf.get(step) ?? NO_STEPS;
    const before: Fate[] = [];
    for (const need of needs) {
      const fate = fates.get(need);
      if (fate) before.push(fate);
    }
    fates.set(step, decide(step, needs, before));
  }
  return fates;
}

const NO_STEPS: readonly StepNode[] = [];

function decide(step: StepNode, needs: readonly StepNode[], before: readonly Fate[]): Fate {
  const own = analyzeCondition(step.step.if);
  const join = step.step.join ?? "all";
  const unique = heldTests(step, own, join, before);
  const obstacle = findObstacle(join, own, before, unique);
  const canStart = obstacle === undefined;
  return {
    step,
    needs,
    canStart,
    canSucceed:
      canStart &&
      step.kind !== "stop" &&
      (step.kind !== "fail" || step.step.fallback !== undefined),
    canFail: canStart && step.kind !== "stop",
    canBeSkipped: !canStart || own.constant !== true || joinCanMiss(join, before),
    obstacle,
    holds: unique,
  };
}

const NO_TESTS: readonly HeldTest[] = [];

function heldTests(
  step: StepNode,
  own: Condition,
  join: JoinDocument,
  before: readonly Fate[],
): readonly HeldTest[] {
  const inherited = join === "all" ? before.filter((fate) => fate.holds.length > 0) : [];
  if (inherited.length === 0 && own.key === undefined) return NO_TESTS;
  const holds = inherited.flatMap((fate) => fate.holds);
  if (own.key !== undefined) holds.push({ condition: own, step });
  return [...new Set(holds)].slice(0, MOST_TESTS);
}

function findObstacle(
  join: JoinDocument,
  own: Condition,
  before: readonly Fate[],
  holds: readonly HeldTest[],
): Obstacle | undefined {
  if (own.constant === false) return { why: "disabled" };
  const stop = before.find((fate) => fate.step.kind === "stop" && fate.canStart);
  // A stop that may be skipped is a way out of the run, and what follows it is the other way.
  if (stop && !(stop.canBeSkipped && acceptsSkips(join))) {
    if (waitsForEach(join)) return { why: "after-stop", need: stop.step };
  }
  return joinObstacle(join, before) ?? (join === "all" ? exclusion(holds) : undefined);
}

/** Whether a join waits until every need is settled. */
function waitsForEach(join: JoinDocument): boolean {
  return join === "all" || join === "noneFailed" || join === "done";
}

function acceptsSkips(join: JoinDocument): boolean {
  return join === "noneFailed" || join === "done";
}

function joinObstacle(join: JoinDocument, before: readonly Fate[]): Obstacle | undefined {
  if (before.length === 0) return undefined;
  if (join === "done") return undefined;
  if (join === "all") return firstObstacle(before, (fate) => fate.canSucceed, "succeeds");
  if (join === "noneFailed") {
    return firstObstacle(before, (fate) => fate.canSucceed || fate.canBeSkipped, "succeeds");
  }
  if (join === "anyFailed") {
    return before.some((fate) => fate.canFail)
      ? undefined
      : firstObstacle(before, () => false, "fails");
  }
  const possible = before.filter((fate) => fate.canSucceed).length;
  const wanted = join === "any" ? 1 : shareOf(join.atLeast, before.length);
  if (wanted === undefined || possible >= wanted || wanted > before.length) return undefined;
  return firstObstacle(before, (fate) => fate.canSucceed, "succeeds");
}

function firstObstacle(
  before: readonly Fate[],
  isFine: (fate: Fate) => boolean,
  wanted: string,
): Obstacle | undefined {
  const bad = before.find((fate) => !isFine(fate));
  if (bad === undefined) return undefined;
  return bad.canStart
    ? { why: "never-so", need: bad.step, join: wanted }
    : { why: "need-cannot-start", need: bad.step };
}

function exclusion(holds: readonly HeldTest[]): Obstacle | undefined {
  for (const [at, left] of holds.entries()) {
    for (const right of holds.slice(at + 1)) {
      if (exclude(left.condition, right.condition)) return { why: "excluded", left, right };
    }
  }
  return undefined;
}

/** Whether a join may turn out not to be met, so that its step is skipped. */
function joinCanMiss(join: JoinDocument, before: readonly Fate[]): boolean {
  if (before.length === 0 || join === "done") return false;
  if (join === "noneFailed") return before.some((fate) => fate.step.step.onError === "continue");
  if (join !== "all") return true;
  return before.some((fate) => fate.canBeSkipped || fate.step.step.onError === "continue");
}
