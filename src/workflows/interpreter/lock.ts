import type { JsonValue } from "../../core/index.ts";
import type { Template } from "../../expressions/index.ts";
import { createCanceller } from "./canceller.ts";
import { attempt } from "./conditions.ts";
import { isAtLeast } from "./context.ts";
import { evaluateIn } from "./environment.ts";
import type { Instance } from "./instance.ts";
import { STORE_POLICY } from "./spill.ts";
import { failed, type Settled } from "./state.ts";
import { letGo, waitUntil } from "./waiting.ts";

/** Holds the step's lock while the work goes on: mutual exclusion across all runs that name the same key. */
export function withLock(instance: Instance, work: () => Promise<Settled>): Promise<Settled> {
  const { lock } = instance.step;
  return lock === undefined ? work() : holdLock(instance, lock, work);
}

async function holdLock(
  instance: Instance,
  lock: Template,
  work: () => Promise<Settled>,
): Promise<Settled> {
  const { ctx, step, record, env, cancel } = instance;
  const key = attempt(() => evaluateIn(ctx, lock, env));
  if (!key.ok) return failed("ExpressionFailed", `${step.id}: lock: ${key.message}`);
  const name = typeof key.value === "string" ? key.value : JSON.stringify(key.value);
  record.lockToken ??= createToken(instance);
  const token = record.lockToken;
  await tell(instance, "acquire", name, token);
  const ended = await waitUntil(
    instance,
    undefined,
    `${step.id} waits for lock ${name}`,
    `lock ${name}`,
    (wake) => ctx.mailbox.onGrant(token, wake),
  );
  // A drain keeps the place in the queue: the next run asks with the same token.
  if (ended === "suspended") return { status: "suspended" };
  let outcome: Settled | undefined;
  try {
    outcome = ended === "woken" ? await work() : letGo(ended, cancel);
    return outcome;
  } finally {
    // Work that is only interrupted keeps the lock, too: nobody else may come between its two halves.
    if (outcome?.status !== "suspended" || !isAtLeast(ctx, 3)) {
      await tell(instance, "release", name, token);
      delete record.lockToken;
    }
  }
}

function createToken({ ctx, step, env }: Instance): string {
  ctx.sequence += 1;
  return `${ctx.identity.workflowId}/${ctx.identity.firstRunId}/${step.id}[${env.path}]/${String(ctx.sequence)}`;
}

async function tell(
  { ctx, step }: Instance,
  action: "acquire" | "release",
  key: string,
  token: string,
): Promise<void> {
  ctx.sequence += 1;
  const input: JsonValue = { action, key, token, workflowId: ctx.identity.workflowId };
  await ctx.effects.activity(
    {
      type: "lock",
      id: `lock:${action}:${String(ctx.sequence)}`,
      input,
      summary: `${action} lock ${key} for ${step.id}`,
      dispatch: "local",
      policy: STORE_POLICY,
    },
    // Giving a lock back must happen whatever cancelled the step.
    createCanceller(),
  );
}
