import {
  evaluate,
  stepsRead,
  type ExpressionScope,
  type StepView,
  type Template,
} from "../../expressions/index.ts";
import type { JsonValue } from "../../core/index.ts";
import type { RunContext } from "./context.ts";
import type { ScopeRecord, StepRecord } from "./state.ts";

/** What a step can see: its own scope, the scopes around it, and the item, index or iteration it belongs to. */
export interface Environment {
  readonly parent?: Environment;
  readonly record: ScopeRecord;
  readonly ids: ReadonlySet<string>;
  readonly item?: JsonValue;
  readonly index?: number;
  readonly iteration?: number;
  readonly event?: JsonValue;
  /** The run's state as hooks of `state.afterRead` showed it to this very step. */
  readonly state?: JsonValue;
  /** Dotted indices of every repetition around: the step's instance. */
  readonly path: string;
}

/** What the steps of a scope see. */
export function scopeEnvironment(
  around: Environment | undefined,
  record: ScopeRecord,
  ids: ReadonlySet<string>,
): Environment {
  const path = around?.path ?? "";
  return { ...(around === undefined ? {} : { parent: around }), record, ids, path };
}

/** Where a step itself is named, the instance is meant, and not all of them. */
export function ownEnvironment(env: Environment, id: string, record: StepRecord): Environment {
  if (findRecord(env, id) === record) return env;
  return { parent: env, record: { steps: { [id]: record } }, ids: new Set([id]), path: env.path };
}

const UNSET: StepView = { output: null, status: "pending", error: null };

/** Evaluates a template where a step stands. Throws `ExpressionError`. */
export function evaluateIn(
  ctx: RunContext,
  template: Template,
  env: Environment,
  extra: ExpressionScope = {},
): JsonValue {
  if ("lit" in template) return template.lit;
  return evaluate(template, { ...scopeFor(ctx, template, env), ...extra });
}

/** The names a template may use, with views of just the steps it reads. */
export function scopeFor(ctx: RunContext, template: Template, env: Environment): ExpressionScope {
  const steps: Record<string, StepView> = {};
  for (const id of stepsRead(template)) steps[id] = viewOf(findRecord(env, id));
  const around = repetition(env);
  return {
    input: ctx.input,
    steps,
    state: env.state ?? ctx.state,
    session: ctx.session,
    run: describeRun(ctx),
    ...around,
  };
}

export function viewOf(record: StepRecord | undefined): StepView {
  if (record === undefined) return UNSET;
  return {
    output: record.output ?? null,
    status: record.status,
    error: record.error === undefined ? null : { ...record.error },
    items:
      record.items?.map((item) => ({
        status: item.status,
        output: item.output ?? null,
        error: item.error === undefined ? null : { ...item.error },
      })) ?? null,
  };
}

/** The record that a name means where a step stands. */
export function findRecord(env: Environment, id: string): StepRecord | undefined {
  for (let at: Environment | undefined = env; at !== undefined; at = at.parent) {
    if (at.ids.has(id)) return at.record.steps[id];
  }
  return undefined;
}

type Repetition = Pick<ExpressionScope, "item" | "index" | "iteration" | "event">;

/** The innermost item, index, iteration and event. */
export function repetition(env: Environment): Repetition {
  const found: { -readonly [Key in keyof Repetition]: Repetition[Key] } = {};
  for (let at: Environment | undefined = env; at !== undefined; at = at.parent) {
    if (found.item === undefined && at.item !== undefined) found.item = at.item;
    if (found.index === undefined && at.index !== undefined) found.index = at.index;
    if (found.iteration === undefined && at.iteration !== undefined) found.iteration = at.iteration;
    if (found.event === undefined && at.event !== undefined) found.event = at.event;
  }
  return found;
}

function describeRun(ctx: RunContext): JsonValue {
  return {
    id: ctx.identity.runId,
    workflowId: ctx.identity.workflowId,
    pattern: ctx.plan.name,
    version: ctx.plan.version,
    session: ctx.facts.session ?? null,
    workspace: ctx.facts.workspace,
    outputDir: ctx.facts.outputDir,
    startedAt: new Date(ctx.startedAt).toISOString(),
  };
}
