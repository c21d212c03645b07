import type { JsonObject } from "../../core/index.ts";
import { createCanceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import { askHook } from "./hook-call.ts";
import type { OwedRollback } from "./hook-work.ts";
import type { Instance } from "./instance.ts";
import type { Settled } from "./state.ts";

/** Whether hooks that ran for this instance would undo what they did. Cheap: most runs have none. */
export function owesRollback({ ctx, step, env }: Instance): boolean {
  return ctx.hookWork.undo.some((owed) => isOf(owed, step.id, env.path));
}

/** The end of an instance; when it is a bad one, after its hooks have undone what they did for it. */
export async function rollBackInstance(
  { ctx, step, env }: Instance,
  ended: Settled | Promise<Settled>,
): Promise<Settled> {
  const outcome = await ended;
  if (outcome.status === "failed" || outcome.status === "cancelled")
    await rollBack(ctx, (owed) => isOf(owed, step.id, env.path), {
      status: outcome.status,
      ...(outcome.status === "failed"
        ? { error: { ...outcome.error } }
        : { reason: outcome.reason }),
    });
  return outcome;
}

/** Everything that is still owed, when the run itself fails or is cancelled. */
export function rollBackRun(ctx: RunContext, why: JsonObject): Promise<readonly string[]> {
  return rollBack(ctx, () => true, why);
}

/**
 * Undoes what hooks did, in reverse order of completion, each exactly once, going on past one that fails. Nothing can
 * cancel it. Returns what went wrong, by hook.
 */
async function rollBack(
  ctx: RunContext,
  concerns: (owed: OwedRollback) => boolean,
  why: JsonObject,
): Promise<readonly string[]> {
  const { undo } = ctx.hookWork;
  const problems: string[] = [];
  for (;;) {
    // Asked anew each time: other instances take theirs meanwhile.
    const at = undo.findLastIndex(concerns);
    const [owed] = at < 0 ? [] : undo.splice(at, 1);
    if (owed === undefined) return problems;
    const problem = await undoOne(ctx, owed, why);
    if (problem !== undefined) problems.push(problem);
  }
}

async function undoOne(
  ctx: RunContext,
  { hook, event, subject, outcome }: OwedRollback,
  why: JsonObject,
): Promise<string | undefined> {
  const rollback: JsonObject = { ...why, outcome: outcome.outcome };
  const call = {
    hook,
    event: { ...event, hook: hook.name, state: ctx.state, data: { ...event.data, rollback } },
    subject: { ...subject, input: null },
    cancel: createCanceller(),
  };
  const { error } = await askHook(ctx, call, (result) => result);
  return error === undefined ? undefined : `${hook.name}: ${error.message}`;
}

function isOf({ event }: OwedRollback, step: string, path: string): boolean {
  return event.step?.id === step && (event.step.instance ?? "") === path;
}
