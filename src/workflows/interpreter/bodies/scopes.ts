import type { JsonObject, JsonValue } from "../../../core/index.ts";
import type { Template } from "../../../expressions/index.ts";
import type { Body, NestedScope } from "../../../patterns/plan.ts";
import { attempt, holds } from "../conditions.ts";
import { evaluateIn, type Environment } from "../environment.ts";
import type { Instance } from "../instance.ts";
import { fireMoment } from "../moments.ts";
import type { ScopeOptions } from "../ports.ts";
import { shapeOf } from "../shape.ts";
import { createScopeRecord, failed, type ScopeRecord, type Settled } from "../state.ts";
import { watches } from "../watches.ts";

/** What is made of a scope's outputs, seen from inside. */
type Mapping = Template | undefined;
type BodyOf<Kind extends Body["kind"]> = Extract<Body, { readonly kind: Kind }>;

/** Nested steps as one step. */
export function performGroup(
  instance: Instance,
  body: BodyOf<"group">,
  output: Mapping,
): Promise<Settled> {
  instance.record.scope ??= createScopeRecord();
  const options = { interleaved: body.interleaved };
  return performNested(instance, body.scope, output, instance.record.scope, instance.env, options);
}

/** The first case that holds; with none and no default the step succeeds with null. */
export async function performSwitch(
  instance: Instance,
  body: BodyOf<"switch">,
  output: Mapping,
): Promise<Settled> {
  const { record, env } = instance;
  const asks =
    record.chosen === undefined && watches(instance.ctx, "branch.evaluated", instance.step.id);
  const chosen =
    record.chosen ?? (asks ? await askCases(instance, body) : chooseCase(instance, body));
  if (typeof chosen !== "number") return chosen;
  if (record.chosen === undefined) {
    record.chosen = chosen;
    const moment = await fireMoment(instance, "branch.selected", null, { case: chosen });
    if (moment.kind === "end") return moment.outcome;
  }
  const scope = chosen < 0 ? body.default : body.cases[chosen]?.scope;
  if (scope === undefined) return { status: "succeeded", output: null };
  record.scope ??= createScopeRecord();
  return performNested(instance, scope, output, record.scope, env);
}

function chooseCase(instance: Instance, body: BodyOf<"switch">): number | Settled {
  for (const [index, { when }] of body.cases.entries()) {
    const verdict = holds(
      instance.ctx,
      when,
      instance.env,
      `${instance.step.id}: cases[${String(index)}].when`,
    );
    if (typeof verdict !== "boolean") return verdict;
    if (verdict) return index;
  }
  return -1;
}

/** The same, with the hooks of `branch.evaluated` after each case's condition. */
async function askCases(instance: Instance, body: BodyOf<"switch">): Promise<number | Settled> {
  for (const [index, { when }] of body.cases.entries()) {
    const where = `cases[${String(index)}]`;
    const verdict = holds(instance.ctx, when, instance.env, `${instance.step.id}: ${where}.when`);
    if (typeof verdict !== "boolean") return verdict;
    const data = { condition: verdict, case: index };
    const moment = await fireMoment(instance, "branch.evaluated", verdict, data, where);
    if (moment.kind === "end") return moment.outcome;
    if (typeof moment.output === "boolean" ? moment.output : verdict) return index;
  }
  return -1;
}

/** `while` is asked before, `until` after each iteration, where it sees that iteration's steps. */
export async function performLoop(
  instance: Instance,
  body: BodyOf<"loop">,
  output: Mapping,
): Promise<Settled> {
  const { record } = instance;
  record.iteration ??= 0;
  for (;;) {
    const env = iterationEnvironment(instance.env, record.iteration);
    record.scope ??= createScopeRecord();
    // An iteration that a continue-as-new interrupted was let in by the run before.
    if (Object.keys(record.scope.steps).length === 0) {
      const refused = refuseIteration(instance, body, env);
      if (refused !== undefined) return endLoop(instance, refused);
      const start = await fireMoment({ ...instance, env }, "loop.iterationStart", null, {
        iteration: record.iteration,
      });
      if (start.kind === "end") return start.outcome;
    }
    const outcome = await performNested(instance, body.scope, output, record.scope, env);
    if (outcome.status !== "succeeded") return outcome;
    record.output = outcome.output;
    const done = await fireMoment({ ...instance, env }, "loop.iterationEnd", outcome.output, {
      iteration: record.iteration,
      output: outcome.output,
    });
    if (done.kind === "end") return done.outcome;
    const over = isOver(instance, body, nestedEnvironment(env, body.scope, record.scope));
    if (typeof over !== "boolean") return over;
    if (over) return endLoop(instance, outcome);
    record.iteration += 1;
    record.previous = record.scope;
    delete record.scope;
  }
}

async function endLoop(instance: Instance, outcome: Settled): Promise<Settled> {
  if (outcome.status !== "succeeded") return outcome;
  const { iteration = 0 } = instance.record;
  const facts = { iterations: iteration, output: outcome.output };
  const moment = await fireMoment(instance, "loop.end", outcome.output, facts);
  if (moment.kind === "end") return moment.outcome;
  return moment.output === undefined ? outcome : { status: "succeeded", output: moment.output };
}

/** Asks before an iteration; the answer, where there is one, is how the loop ends. */
function refuseIteration(
  instance: Instance,
  body: BodyOf<"loop">,
  env: Environment,
): Settled | undefined {
  const { ctx, step, record } = instance;
  const output = record.output ?? null;
  if (body.while !== undefined) {
    const go = holds(ctx, body.while, previous(env, body, instance), `${step.id}: while`);
    if (typeof go !== "boolean") return go;
    if (!go) return { status: "succeeded", output };
  }
  return (record.iteration ?? 0) >= body.max ? atLimit(instance, body, output) : undefined;
}

function isOver(
  { ctx, step }: Instance,
  body: BodyOf<"loop">,
  inside: Environment,
): boolean | Settled {
  return body.until === undefined ? false : holds(ctx, body.until, inside, `${step.id}: until`);
}

function atLimit(instance: Instance, body: BodyOf<"loop">, output: JsonValue): Settled {
  if (body.onMax === "continue") return { status: "succeeded", output };
  return failed(
    "LoopLimit",
    `step ${instance.step.id} would go on after ${String(body.max)} iterations; raise max or set onMax: continue`,
  );
}

function iterationEnvironment(env: Environment, iteration: number): Environment {
  const path = env.path === "" ? String(iteration) : `${env.path}.${String(iteration)}`;
  return { parent: env, record: env.record, ids: env.ids, iteration, path };
}

/** `while` may look at the iteration before it; before the first, everything there is unset. */
function previous(env: Environment, body: BodyOf<"loop">, instance: Instance): Environment {
  return nestedEnvironment(env, body.scope, instance.record.previous ?? createScopeRecord());
}

function nestedEnvironment(env: Environment, scope: NestedScope, record: ScopeRecord): Environment {
  return { parent: env, record, ids: shapeOf(scope.steps).ids, path: env.path };
}

/** Runs nested steps; the scope's output is `{ <step id>: output }` unless the step maps it. */
async function performNested(
  instance: Instance,
  scope: NestedScope,
  mapping: Mapping,
  record: ScopeRecord,
  env: Environment,
  options: ScopeOptions = {},
): Promise<Settled> {
  const { ctx, step } = instance;
  const cancel = instance.cancel.child();
  const outcome = await ctx.ports.runScope(ctx, scope.steps, record, env, cancel, options);
  // Lets the finished scope's cancellers be collected: a loop would pile them up otherwise.
  const cancelled = instance.cancel.cancelled;
  cancel.cancel("the scope is over");
  if (outcome.kind === "suspended") return { status: "suspended" };
  if (outcome.failure !== undefined) return failureOf(outcome.failure);
  if (cancelled) return { status: "cancelled", reason: instance.cancel.reason };
  const plain = scopeOutput(scope, record);
  if (mapping === undefined) return { status: "succeeded", output: plain };
  const inside = nestedEnvironment(env, scope, record);
  const mapped = attempt(() => evaluateIn(ctx, mapping, inside, { output: plain }));
  return mapped.ok
    ? { status: "succeeded", output: mapped.value }
    : failed("ExpressionFailed", `${step.id}: output: ${mapped.message}`);
}

function failureOf(failure: {
  readonly step: { readonly id: string };
  readonly record: ScopeRecord["steps"][string];
}): Settled {
  const { error } = failure.record;
  return error === undefined
    ? failed("StepFailed", `step ${failure.step.id} failed`)
    : { status: "failed", error };
}

export function scopeOutput(scope: NestedScope, record: ScopeRecord): JsonValue {
  const output: Record<string, JsonValue> = {};
  for (const step of scope.steps) output[step.id] = record.steps[step.id]?.output ?? null;
  return output satisfies JsonObject;
}
