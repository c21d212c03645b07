import type { Model } from "../model/model.ts";
import type { StepReading } from "../model/readings.ts";
import { resolve } from "../model/edges.ts";
import type { StepNode } from "../model/step-node.ts";
import type { Finding, Rule } from "../rule.ts";

export const maybeUnset: Rule = {
  code: "maybe-unset",
  severity: "warning",
  summary: "An expression reads an output that may be null there, and does not guard against it.",
  *check(model) {
    const tests = testedSteps(model);
    const told = new Set<string>();
    for (const reading of model.readings) {
      if (reading.reference.guarded || !readsOutput(reading)) continue;
      const why = whyUnset(model, reading, tests);
      if (why === undefined) continue;
      const key = `${reading.expression.path.join("\0")}\0${reading.step}`;
      if (told.has(key)) continue;
      told.add(key);
      yield describe(reading, why);
    }
  },
};

function readsOutput({ reference }: StepReading): boolean {
  return (
    reference.path.length === 1 || reference.path[1] === "output" || reference.path[1] === "items"
  );
}

function readsInto({ reference }: StepReading): boolean {
  return reference.path.length > 2 || reference.open;
}

/** Says why what is read may be unset; nothing when it is certainly set or the reader knows. */
function whyUnset(model: Model, reading: StepReading, tests: Tests): string | undefined {
  const { owner, site, step } = reading;
  if (owner !== undefined && isCertain(owner, reading)) return undefined;
  if (owner === undefined) return site.moment === "end" ? atTheEnd(model, reading) : undefined;
  if (isTested(owner, step, tests) || site.moment === "hook") return undefined;
  if (site.moment === "undo") return whileUndoing(owner, reading);
  const inner = model.byId.get(step)?.find((candidate) => candidate.scope.owner === owner);
  if (inner) return insideOf(model, owner, inner, reading);
  const found = resolve(model, owner, step);
  return found.why === "visible" && found.holder !== found.target
    ? atJoin(model, found.target, found.holder)
    : undefined;
}

/** The usual case, told without looking anything up: a plain step of the top scope that runs when all it reads succeeded. */
function isCertain(owner: StepNode, { site }: StepReading): boolean {
  const { join = "all" } = owner.step;
  const isOrdering = site.moment === "before" || site.moment === "after";
  return join === "all" && isOrdering && owner.inner.length === 0 && !owner.scope.owner;
}

function atJoin(model: Model, target: StepNode, holder: StepNode): string | undefined {
  const join = holder.step.join ?? "all";
  const fate = model.fates.get(target);
  if (join === "all" || fate === undefined) return undefined;
  const runs = `"${holder.id}" has the join ${typeof join === "string" ? `"${join}"` : `"atLeast ${join.atLeast}"`}`;
  if (join === "noneFailed") {
    return fate.canBeSkipped ? `${runs} and runs even when "${target.id}" was skipped` : undefined;
  }
  return `${runs} and runs even when "${target.id}" did not succeed`;
}

function atTheEnd(model: Model, reading: StepReading): string | undefined {
  const target = model.topById.get(reading.step);
  const fate = target && model.fates.get(target);
  if (fate === undefined || !readsInto(reading)) return undefined;
  const { step } = fate;
  if (fate.canBeSkipped) return `a run can succeed although "${step.id}" was skipped`;
  return step.step.onError === "continue"
    ? `a run can succeed although "${step.id}" failed`
    : undefined;
}

function whileUndoing(owner: StepNode, reading: StepReading): string | undefined {
  if (reading.step !== owner.id || !readsInto(reading)) return undefined;
  if (owner.step.compensate?.when === "succeeded") return undefined;
  return `"${owner.id}" is compensated as well when it failed midway`;
}

/** A scope's own `output`, `while` and `until` read the steps inside of it. */
function insideOf(
  model: Model,
  owner: StepNode,
  inner: StepNode,
  reading: StepReading,
): string | undefined {
  if (!readsInto(reading)) return undefined;
  if (reading.expression.path.at(-1) === "while") {
    return "`while` is asked before the first iteration too, when nothing has run";
  }
  if (owner.kind === "switch") return `"${inner.id}" runs only when its case is chosen`;
  const fate = model.fates.get(inner);
  return fate?.canBeSkipped === true ? `"${inner.id}" may be skipped` : undefined;
}

/** Steps that a step's own conditions look at, and so guard everything in it. */
type Tests = ReadonlyMap<StepNode, ReadonlySet<string>>;

function testedSteps(model: Model): Tests {
  const tests = new Map<StepNode, Set<string>>();
  for (const { owner, site, step, expression } of model.readings) {
    const field = expression.path[owner?.path.length ?? 0];
    if (owner === undefined || !site.isCondition || (field !== "if" && field !== "switch"))
      continue;
    const tested = tests.get(owner);
    if (tested) tested.add(step);
    else tests.set(owner, new Set([step]));
  }
  return tests;
}

function isTested(reader: StepNode, id: string, tests: Tests): boolean {
  for (let at: StepNode | undefined = reader; at; at = at.scope.owner) {
    if (tests.get(at)?.has(id) === true) return true;
  }
  return false;
}

function describe(reading: StepReading, why: string): Finding {
  const { owner, step, reference, expression } = reading;
  const read = expression.source.slice(reference.start, reference.end);
  const root = /^\w+$/.test(step) ? `steps.${step}` : `steps[${JSON.stringify(step)}]`;
  return {
    path: expression.path,
    message: `${owner ? `Step "${owner.id}"` : "The pattern"} reads ${read}, which may be null: ${why}`,
    hint: `Test it first, as in ${root}.status == "succeeded" ? ... : ..., or read it with \`.?\` and orValue().`,
  };
}
