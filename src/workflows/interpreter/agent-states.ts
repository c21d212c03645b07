/**
 * The life of an agent, told to the hooks of `agent.enter` and `agent.exit` with the state as `data.status`:
 *
 *   uninitialized -> initializing -> ready -> running -> terminating -> terminated
 *                                      ^         v
 *                                 recovering <- error      paused, while a person is asked about its step
 *
 * Nothing of it is kept: an agent is wherever its step is. Runs that began when only `agent.enter` before and `agent.exit`
 * after the body fired keep to those two, without a status.
 */
import type { JsonObject } from "../../core/index.ts";
import { createCanceller, type Canceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import { fire, stepSubject, type StepFactsForHooks } from "./fire.ts";
import type { Instance } from "./instance.ts";
import type { PointResult, Subject } from "./ports.ts";
import type { Settled } from "./state.ts";
import { watches } from "./watches.ts";

/** A point before a step's body, and the state where it is about one. */
export interface Stage {
  readonly point: string;
  readonly status?: string;
}

const enter = (status: string): Stage => ({ point: "agent.enter", status });
const exit = (status: string): Stage => ({ point: "agent.exit", status });
const at = (point: string): Stage => ({ point });

const CHECKS = [at("step.validate"), at("step.authorize"), at("step.allocate")];
const BEFORE: readonly Stage[] = [...CHECKS, at("step.before")];
const BEFORE_AGENT_ONCE: readonly Stage[] = [
  ...CHECKS,
  at("agent.assign"),
  at("agent.enter"),
  at("step.before"),
];
const BEFORE_AGENT: readonly Stage[] = [
  enter("uninitialized"),
  ...CHECKS,
  at("agent.assign"),
  exit("uninitialized"),
  enter("initializing"),
  exit("initializing"),
  enter("ready"),
  at("step.before"),
  exit("ready"),
  enter("running"),
];
/** A try that a hook asked for: the agent is there already. */
const BEFORE_AGENT_AGAIN: readonly Stage[] = [
  ...CHECKS,
  at("agent.assign"),
  exit("recovering"),
  enter("ready"),
  at("step.before"),
  exit("ready"),
  enter("running"),
];

/** What is asked before a body, in this order. */
export function stagesBefore({ ctx, step, record }: Instance): readonly Stage[] {
  if (step.body.kind !== "agent") return BEFORE;
  if (ctx.hooks.format === undefined) return BEFORE_AGENT_ONCE;
  return (record.tries ?? 1) > 1 ? BEFORE_AGENT_AGAIN : BEFORE_AGENT;
}

/** Its work is over; `retry` sends it back to it. */
export function exitRunning(
  instance: Instance,
  facts: StepFactsForHooks,
): Promise<PointResult | undefined> {
  const data = instance.ctx.hooks.format === undefined ? undefined : { status: "running" };
  return pass(instance, instance.cancel, "agent.exit", facts, data);
}

/** Its work failed. The first point that decides something is the answer. */
export async function failAgent(
  instance: Instance,
  facts: StepFactsForHooks,
): Promise<PointResult | undefined> {
  if (instance.step.body.kind !== "agent" || instance.record.prepared === undefined)
    return undefined;
  const left = await exitRunning(instance, facts);
  if (left !== undefined && left.decision.outcome !== "continue") return left;
  return pass(instance, instance.cancel, "agent.enter", facts, { status: "error" });
}

/** It gets another try. */
export async function recoverAgent(instance: Instance, failure: Settled): Promise<void> {
  const facts = factsOf(failure);
  if (failure.status === "failed")
    await pass(instance, instance.cancel, "agent.exit", facts, { status: "error" });
  await pass(instance, instance.cancel, "agent.enter", facts, { status: "recovering" });
}

/** Its step is over: what is told now cannot be cancelled, and a refusal of its end fails the step. */
export async function retireAgent(instance: Instance, outcome: Settled): Promise<Settled> {
  if (instance.step.body.kind !== "agent" || outcome.status === "suspended") return outcome;
  const facts = factsOf(outcome);
  const cancel = createCanceller();
  const row = [
    ...(outcome.status === "failed" ? [exit("error")] : []),
    enter("terminating"),
    exit("terminating"),
    enter("terminated"),
    exit("terminated"),
  ];
  let result: Settled = outcome;
  for (const { point, status } of row) {
    const fired = await pass(instance, cancel, point, facts, { status: status ?? "" });
    if (fired?.failure !== undefined && result.status === "succeeded") result = fired.failure;
  }
  return result;
}

function factsOf(outcome: Settled): StepFactsForHooks {
  switch (outcome.status) {
    case "succeeded":
      return { output: outcome.output };
    case "failed":
      return { error: outcome.error };
    case "skipped":
    case "cancelled":
      return { reason: outcome.reason };
    case "suspended":
      return {};
  }
}

async function pass(
  instance: Instance,
  cancel: Canceller,
  point: string,
  facts: StepFactsForHooks,
  data: JsonObject | undefined,
): Promise<PointResult | undefined> {
  const { ctx, step, env, record } = instance;
  const describe = (): Subject =>
    stepSubject(
      step,
      env.path,
      record.tries ?? 1,
      step.body,
      { input: record.prepared ?? null, ...facts },
      data,
    );
  return fire(ctx, point, step.id, describe, cancel);
}

/** Whether anybody wants to know of an agent's states, in a run that tells them. */
export function watchesAgent(ctx: RunContext, step: string): boolean {
  return watches(ctx, "agent.enter", step) || watches(ctx, "agent.exit", step);
}
