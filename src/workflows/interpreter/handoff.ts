import type { JsonValue } from "../../core/index.ts";
import type { Template } from "../../expressions/index.ts";
import type { Instance } from "./instance.ts";
import type { PointResult, Subject } from "./ports.ts";
import { failed, type Settled } from "./state.ts";
import { fire, stepSubject } from "./fire.ts";
import { watches } from "./watches.ts";

/** What the next agent begins with, or how the step ends instead. */
type Passed = Settled | { readonly input: JsonValue };

/**
 * The next agent goes on with what this one gave; the budget of jumps keeps two from passing it for ever. Without hooks
 * the answer is there at once.
 */
export function handOff(
  instance: Instance,
  from: Template,
  to: string,
  input: JsonValue,
): Passed | Promise<Passed> {
  const { ctx, step } = instance;
  ctx.jumps += 1;
  if (ctx.jumps > ctx.plan.maxJumps)
    return failed(
      "JumpLimit",
      `step ${step.id}: more than ${String(ctx.plan.maxJumps)} handoffs and jumps`,
    );
  const isWatched = watches(ctx, "agent.assign", step.id) || watches(ctx, "agent.enter", step.id);
  return isWatched ? tell(instance, from, to, input) : { input };
}

/** The hooks of an assignment and of a running agent, with `source: handoff`. */
async function tell(
  instance: Instance,
  from: Template,
  to: string,
  input: JsonValue,
): Promise<Passed> {
  const before = "lit" in from && typeof from.lit === "string" ? { from_role: from.lit } : {};
  const data = { source: "handoff", role: to, to_role: to, ...before };
  const assigned = await fireHere(instance, "agent.assign", input, data);
  if (assigned?.failure !== undefined) return assigned.failure;
  const given = assigned?.input ?? input;
  const entered = await fireHere(instance, "agent.enter", given, { ...data, status: "running" });
  return entered?.failure ?? { input: given };
}

function fireHere(
  { ctx, step, env, record, cancel }: Instance,
  point: string,
  input: JsonValue,
  data: Readonly<Record<string, string>>,
): Promise<PointResult | undefined> {
  const describe = (): Subject => ({
    ...stepSubject(step, env.path, record.tries ?? 1, step.body, { input }, data),
    moment: `handoff-${String(ctx.jumps)}`,
  });
  return fire(ctx, point, step.id, describe, cancel);
}
