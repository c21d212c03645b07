import type { Model } from "../verify/model/model.ts";
import type { ScopeNode, StepNode } from "../verify/model/step-node.ts";
import { durationOf } from "./durations.ts";

export interface CriticalPath {
  readonly steps: readonly string[];
  readonly durationMs: number;
}

interface Chain {
  readonly ms: number;
  /** How many steps it has: of two equally long chains the one with more is shown. */
  readonly length: number;
  readonly step: StepNode | undefined;
  readonly before: Chain | undefined;
}

const EMPTY: Chain = { ms: 0, length: 0, step: undefined, before: undefined };

/** The longest chain of the top scope. Scopes are measured from the innermost outwards, so nesting costs no stack. */
export function findCriticalPath(model: Model): CriticalPath {
  const scopeMs = new Map<ScopeNode, number>();
  let last = EMPTY;
  for (const scope of [...model.scopes].reverse()) {
    last = longestIn(model, scope, scopeMs);
    const isOneAtATime = scope.owner?.step.group?.interleaved === true && scope.part === "body";
    scopeMs.set(scope, isOneAtATime ? sumOf(scope, scopeMs) : last.ms);
  }
  const steps: string[] = [];
  for (let chain: Chain | undefined = last; chain; chain = chain.before) {
    if (chain.step) steps.push(chain.step.id);
  }
  return { steps: steps.reverse(), durationMs: last.ms };
}

function longestIn(model: Model, scope: ScopeNode, scopeMs: ReadonlyMap<ScopeNode, number>): Chain {
  const ends = new Map<StepNode, Chain>();
  let longest = EMPTY;
  for (const step of model.orderOf(scope)) {
    let before = EMPTY;
    for (const need of model.needsOf.get(step) ?? []) {
      const end = ends.get(need);
      if (end && isLonger(end, before)) before = end;
    }
    const ms = before.ms + stepMs(step, scopeMs);
    const end: Chain = { ms, length: before.length + 1, step, before };
    ends.set(step, end);
    if (isLonger(end, longest)) longest = end;
  }
  return longest;
}

function isLonger(left: Chain, right: Chain): boolean {
  return left.ms > right.ms || (left.ms === right.ms && left.length > right.length);
}

function sumOf(scope: ScopeNode, scopeMs: ReadonlyMap<ScopeNode, number>): number {
  return scope.steps.reduce((sum, step) => sum + stepMs(step, scopeMs), 0);
}

/** One execution: how often a loop or a foreach repeats it is not known before. */
function stepMs(step: StepNode, scopeMs: ReadonlyMap<ScopeNode, number>): number {
  const own = durationOf(step.step, step.kind);
  if (own !== undefined) return own;
  const bodies = step.inner.filter(({ part }) => part === "body");
  return Math.max(0, ...bodies.map((scope) => scopeMs.get(scope) ?? 0));
}
