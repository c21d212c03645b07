import { defined } from "../../core/index.ts";
import { kindOf } from "../document.ts";
import type { ExecutableDocument, OnDocument, StepDocument } from "../document.ts";
import type { Alternative, NestedScope, PlanStep } from "../plan.ts";
import type { Model } from "../verify/model/model.ts";
import type { ScopeNode, StepNode } from "../verify/model/step-node.ts";
import type { DocumentPath } from "../walk.ts";
import { compileBody, toolOf, type FindScope } from "./bodies.ts";
import { linkChains } from "./fusion.ts";
import { compileForeach, compileJoin } from "./joins.ts";
import { toMs, type PolicyTable } from "./policies.ts";
import { condition, invalid, template } from "./templates.ts";

/**
 * Compiles every step. Scopes are compiled from the innermost outwards, so that each finds its nested scopes ready:
 * nesting costs no stack.
 */
export function compileSteps(model: Model, policies: PolicyTable): readonly PlanStep[] {
  const byScope = sortByScope(model);
  const compiled = new Map<string, NestedScope>();
  const find = (path: DocumentPath): NestedScope => {
    const scope = compiled.get(keyOf(path));
    if (scope === undefined) throw invalid(`no steps at ${path.join(".")}`, "");
    return scope;
  };
  for (let index = model.scopes.length - 1; index >= 0; index -= 1) {
    const scope = model.scopes[index];
    if (scope === undefined) continue;
    const steps = (byScope[index] ?? []).map((node) => compileStep(model, node, policies, find));
    compiled.set(keyOf(scope.path), {
      steps: fuses(model, scope) ? linkChains(steps, policies.policies) : steps,
    });
  }
  return find(["steps"]).steps;
}

/** In an interleaved group the turns of other steps come between any two. */
function fuses({ document }: Model, { owner }: ScopeNode): boolean {
  return document.coordination?.fusion !== false && owner?.step.group?.interleaved !== true;
}

/** The steps of every scope, those that are waited for first, ties as declared. */
function sortByScope(model: Model): readonly (readonly StepNode[])[] {
  const sorted: StepNode[][] = model.scopes.map(() => []);
  for (const index of model.sorted.order) {
    const node = model.steps[index];
    if (node !== undefined) sorted[node.scope.index]?.push(node);
  }
  return sorted;
}

function keyOf(path: DocumentPath): string {
  return path.join("\u0000");
}

type Find = (path: DocumentPath) => NestedScope;

function compileStep(model: Model, node: StepNode, policies: PolicyTable, find: Find): PlanStep {
  const { step, path } = node;
  const hasPolicy = ACTIVITY_KINDS.has(node.kind);
  const needs = [...(model.needsOf.get(node) ?? [])].map(({ id }) => id);
  return defined({
    id: node.id,
    order: node.index,
    name: step.name,
    type: step.type,
    tool: toolOf(step),
    needs,
    join: compileJoin(step.join),
    if: step.if === undefined ? undefined : condition(step.if),
    foreach: step.foreach === undefined ? undefined : compileForeach(step.foreach),
    body: compileBody(step, finder(find, path)),
    output: step.output === undefined ? undefined : template(step.output),
    outputSchema: step.outputSchema,
    policy: policies.numberOf(step),
    timeoutMs: hasPolicy ? undefined : toMs(step.timeout),
    onError: step.onError ?? "fail",
    fallback:
      step.fallback && compileAlternative(step.fallback, [...path, "fallback"], policies, find),
    compensate: step.compensate && {
      ...compileAlternative(step.compensate, [...path, "compensate"], policies, find),
      when: step.compensate.when ?? "started",
    },
    ...compileOptions(step),
  });
}

/** Kinds that run as an activity or a child, whose policy holds their time limit. */
const ACTIVITY_KINDS: ReadonlySet<string> = new Set(["run", "http", "agent", "call", "emit"]);

function compileOptions(step: StepDocument) {
  const { cancels, lock, cache, dispatch, taskQueue, metadata, on } = step;
  return defined({
    cancels: typeof cancels === "string" ? [cancels] : cancels,
    lock: lock === undefined ? undefined : template(lock),
    cache: cache && { key: template(cache.key), ttlMs: toMs(cache.ttl) },
    dispatch: dispatch ?? "activity",
    taskQueue,
    metadata,
    reacts: on === undefined ? undefined : compileReaction(on),
  });
}

function compileReaction(on: OnDocument): NonNullable<PlanStep["reacts"]> {
  if (typeof on === "string") return { event: on };
  return defined({
    event: on.event,
    match: on.match === undefined ? undefined : condition(on.match),
    max: on.max,
    forMs: toMs(on.for),
    concurrency: on.concurrency,
  });
}

function compileAlternative(
  body: ExecutableDocument,
  path: DocumentPath,
  policies: PolicyTable,
  find: Find,
): Alternative {
  return defined({
    body: compileBody(body, finder(find, path)),
    policy: policies.numberOf(body),
    output: body.output === undefined ? undefined : template(body.output),
    tool: toolOf(body),
    taskQueue: body.taskQueue,
    timeoutMs: ACTIVITY_KINDS.has(kindOf(body)) ? undefined : toMs(body.timeout),
  });
}

function finder(find: Find, path: DocumentPath): FindScope {
  return (...tail) => find([...path, ...tail, "steps"]);
}
