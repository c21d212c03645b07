import type { ForeachDocument, StepDocument } from "../document.ts";
import type { Model } from "../verify/model/model.ts";
import type { ScopeNode, StepNode } from "../verify/model/step-node.ts";
import {
  addCosts,
  EVENTS_PER_TASK,
  eventsOf,
  NO_COST,
  oneOfCosts,
  perhapsCost,
  repeat,
  type Cost,
} from "./cost.ts";
import { predictHooks, type HookCosts } from "./hook-cost.ts";
import { add, exactly, type Range } from "./range.ts";
import { bodyCost, BYTES_PER_EVENT, CACHE_COST, itemsOf, LOCK_COST } from "./step-cost.ts";

/** Temporal suggests to continue as new from here on. */
export const SUGGESTED_EVENTS = 4_096;
export const SUGGESTED_BYTES = 4 * 1024 * 1024;

/** What a run of a pattern will take of Temporal, from the document alone. */
export interface Prediction {
  readonly activities: Range;
  readonly events: Range;
  readonly bytes: Range;
  /** Steps after which a run that takes the most may continue as new. */
  readonly continueAsNew: readonly ContinuePoint[];
  /** Steps whose number of items or iterations only a run knows. */
  readonly open: readonly string[];
}

export interface ContinuePoint {
  /** Step of the top scope. */
  readonly step: string;
  /** Why: which of the two limits is reached. */
  readonly by: "events" | "bytes";
}

/** Started, the marker of loadPlan, search attributes at both ends, completed. */
const ENVELOPE_EVENTS = 5;

export function predict(model: Model): Prediction {
  const costs = costsOf(model);
  const steps = model.orderOf(model.top);
  const hooks = predictHooks(model).ofRun;
  const envelope = envelopeOf(JSON.stringify(model.document).length);
  const sum = addCosts([envelope, hooks, ...steps.map((step) => costs.get(step) ?? NO_COST)]);
  const total = { ...sum, waits: exactly(1 + waitsOf(model, model.top, costs)) };
  return {
    activities: total.activities,
    events: eventsOf(total),
    bytes: withTasks(total),
    continueAsNew: continuePoints(steps, costs, envelope),
    open: model.steps.filter(isOpen).map(({ id }) => id),
  };
}

/** The plan is about as long as the document it was compiled from, and up to twice that. */
function envelopeOf(documentBytes: number): Cost {
  return {
    activities: exactly(1),
    events: exactly(ENVELOPE_EVENTS),
    tasks: exactly(1),
    waits: exactly(1),
    bytes: {
      min: ENVELOPE_EVENTS * BYTES_PER_EVENT.min + documentBytes,
      max: ENVELOPE_EVENTS * BYTES_PER_EVENT.max + documentBytes * 2,
    },
  };
}

function withTasks({ bytes, tasks, waits }: Cost): Range {
  return add(bytes, {
    min: Math.max(tasks.min, waits.min) * EVENTS_PER_TASK * BYTES_PER_EVENT.min,
    max: tasks.max * EVENTS_PER_TASK * BYTES_PER_EVENT.max,
  });
}

/** The cost of every step, nested ones before those that hold them. */
function costsOf(model: Model): ReadonlyMap<StepNode, Cost> {
  const hooks = predictHooks(model);
  const scopes = new Map<ScopeNode, Cost>();
  const steps = new Map<StepNode, Cost>();
  for (const scope of [...model.scopes].reverse()) {
    for (const step of scope.steps) steps.set(step, stepCost(model, step, scopes, hooks));
    const sum = addCosts(scope.steps.map((step) => steps.get(step) ?? NO_COST));
    scopes.set(scope, { ...sum, waits: exactly(waitsOf(model, scope, steps)) });
  }
  return steps;
}

/** The most waits on one chain of a scope: what runs side by side is waited for together. */
function waitsOf(model: Model, scope: ScopeNode, costs: ReadonlyMap<StepNode, Cost>): number {
  // By place in the scope rather than by step: a scope's steps are numbered one after the other.
  const first = scope.steps[0]?.index ?? 0;
  const until = new Int32Array(scope.steps.length);
  let most = 0;
  for (const step of model.orderOf(scope)) {
    let before = 0;
    // A join that does not wait for all of its needs may begin before the longest chain is over.
    if (PATIENT.includes(step.step.join)) {
      for (const need of model.needsOf.get(step) ?? []) {
        before = Math.max(before, until[need.index - first] ?? 0);
      }
    }
    const waits = before + (costs.get(step)?.waits.min ?? 0);
    until[step.index - first] = waits;
    most = Math.max(most, waits);
  }
  return most;
}

const PATIENT: readonly unknown[] = [undefined, "all", "noneFailed", "done"];

type ScopeCosts = ReadonlyMap<ScopeNode, Cost>;

function stepCost(model: Model, node: StepNode, scopes: ScopeCosts, hooks: HookCosts): Cost {
  const { step } = node;
  const isLocal = step.dispatch === "local";
  const work = addCosts([bodyCost(step, isLocal), nestedCost(node, scopes)]);
  const own = step.cache ? addCosts([perhapsCost(work), CACHE_COST]) : work;
  const done = mayFuse(model, node) ? perhapsCost(own) : own;
  const once = addCosts([done, hooks.ofStep(node), step.lock === undefined ? NO_COST : LOCK_COST]);
  const fallback = step.fallback
    ? perhapsCost(addCosts([bodyCost(step.fallback, isLocal), partCost(node, scopes, "fallback")]))
    : NO_COST;
  const undo = step.compensate
    ? perhapsCost(
        addCosts([bodyCost(step.compensate, false), partCost(node, scopes, "compensate")]),
      )
    : NO_COST;
  const every = addCosts([once, fallback, undo]);
  const each = step.foreach ? repeatEach(every, step.foreach, mostItems(model, node)) : every;
  const repeated = step.on === undefined ? each : repeat(each, eventsFor(step.on));
  const fate = model.fates.get(node);
  if (fate?.canStart === false) return NO_COST;
  return fate === undefined || fate.canBeSkipped ? perhapsCost(repeated) : repeated;
}

/** Behind another local step it may be part of that one's activity: whether it is, hooks decide when the run begins. */
function mayFuse(model: Model, node: StepNode): boolean {
  if (node.step.dispatch !== "local" || model.document.coordination?.fusion === false) return false;
  const needs = [...(model.needsOf.get(node) ?? [])];
  return needs.some(({ step }) => step.dispatch === "local");
}

/** Items are worked on side by side, as many at a time as `concurrency` says. */
function repeatEach(cost: Cost, foreach: ForeachDocument, most: number | undefined): Cost {
  const items = itemsOf(foreach, most);
  const rounds = Math.ceil(items.min / (foreach.concurrency ?? Math.max(1, items.min)));
  return { ...repeat(cost, items), waits: exactly(cost.waits.min * rounds) };
}

function partCost(node: StepNode, scopes: ScopeCosts, part: ScopeNode["part"]): Cost {
  return addCosts(
    node.inner.filter((scope) => scope.part === part).map((scope) => scopes.get(scope) ?? NO_COST),
  );
}

/** What is inside: one case of a switch, every iteration of a loop, all of a group. */
function nestedCost(node: StepNode, scopes: ScopeCosts): Cost {
  const { switch: choice, loop } = node.step;
  if (choice) {
    const cases = node.inner
      .filter(({ part }) => part === "body")
      .map((scope) => scopes.get(scope) ?? NO_COST);
    return oneOfCosts(choice.default ? cases : [...cases, NO_COST]);
  }
  const body = partCost(node, scopes, "body");
  if (loop) return repeat(body, { min: loop.while === undefined ? 1 : 0, max: loop.max });
  return body;
}

/** A step that reacts may be told of nothing at all. */
function eventsFor(on: NonNullable<StepDocument["on"]>): Range {
  return { min: 0, max: (typeof on === "object" ? on.max : undefined) ?? UNKNOWN_EVENTS };
}

/** As many as a list whose length only a run knows. */
const UNKNOWN_EVENTS = 100;

/** The most items that the schema of the list allows. */
function mostItems(model: Model, node: StepNode): number | undefined {
  const most = model.shapes.listOf(node)?.schema["maxItems"];
  return typeof most === "number" ? most : undefined;
}

function isOpen({ step }: StepNode): boolean {
  if (step.loop || step.on) return true;
  return step.foreach !== undefined && !Array.isArray(step.foreach.items);
}

function continuePoints(
  steps: readonly StepNode[],
  costs: ReadonlyMap<StepNode, Cost>,
  envelope: Cost,
): readonly ContinuePoint[] {
  const points: ContinuePoint[] = [];
  let events = eventsOf(envelope).max;
  let bytes = withTasks(envelope).max;
  for (const step of steps) {
    const cost = costs.get(step) ?? NO_COST;
    events += eventsOf(cost).max;
    bytes += withTasks(cost).max;
    if (events < SUGGESTED_EVENTS && bytes < SUGGESTED_BYTES) continue;
    points.push({ step: step.id, by: events >= SUGGESTED_EVENTS ? "events" : "bytes" });
    events = eventsOf(envelope).max;
    bytes = withTasks(envelope).max;
  }
  return points;
}
