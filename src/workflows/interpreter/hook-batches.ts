import type { HookBatchResult, HookResult } from "../../activities/contract.ts";
import { jsonByteLength } from "../../core/index.ts";
import { outcomeOfFailure } from "../../hooks/chain.ts";
import type { BatchPolicy, Outcome } from "../../hooks/index.ts";
import { createCanceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";
import { EffectFailure } from "./effects.ts";
import { hookPolicy, noteHook } from "./hook-report.ts";
import { rememberWork, type Batch, type HookCall } from "./hook-work.ts";
import { toJson } from "./to-json.ts";

/** A batch is handed over before it comes near what one payload may carry. */
const BATCH_LIMIT_BYTES = 512 * 1024;

/**
 * Lets a firing wait for others of its hook, until there are enough of them or the first has waited long enough. One
 * activity then asks for all of them.
 */
export function joinBatch(
  ctx: RunContext,
  { hook, event, subject }: HookCall,
  policy: BatchPolicy,
): Promise<Outcome> {
  const key = JSON.stringify([hook.on, hook.name]);
  const batch = ctx.hookWork.batches.get(key) ?? openBatch(ctx, key, hook, policy.waitMs);
  batch.bytes += jsonByteLength(toJson(event));
  const outcome = new Promise<Outcome>((resolve) => {
    batch.waiting.push({ event, subject, settle: resolve });
  });
  const isFull = batch.waiting.length >= policy.size || batch.bytes >= BATCH_LIMIT_BYTES;
  if (isFull) handOver(ctx, key, batch);
  return outcome;
}

/** Nothing may wait for company that will not come: the run is about to end, or to continue as new. */
export function flushBatches(ctx: RunContext): void {
  for (const [key, batch] of [...ctx.hookWork.batches]) handOver(ctx, key, batch);
}

function openBatch(ctx: RunContext, key: string, hook: Batch["hook"], waitMs: number): Batch {
  const batch: Batch = { hook, waiting: [], timer: createCanceller(), bytes: 0 };
  ctx.hookWork.batches.set(key, batch);
  void ctx.effects.sleep(waitMs, `batch of ${hook.name}`, batch.timer).then(() => {
    handOver(ctx, key, batch);
  });
  return batch;
}

function handOver(ctx: RunContext, key: string, batch: Batch): void {
  if (ctx.hookWork.batches.get(key) !== batch) return;
  ctx.hookWork.batches.delete(key);
  batch.timer.cancel("the batch is on its way");
  void askBatch(ctx, batch);
}

async function askBatch(ctx: RunContext, { hook, waiting }: Batch): Promise<void> {
  ctx.sequence += 1;
  const startedAt = ctx.effects.now();
  const events = waiting.map(({ event }) => event);
  const results = await ctx.effects
    .activity(
      {
        type: "hookBatch",
        id: `${hook.on}:${hook.name}:batch-${String(ctx.sequence)}`,
        input: toJson({ run: ctx.facts, hook, events }),
        summary: `hook ${hook.name} for ${String(events.length)} at ${hook.on}`,
        dispatch: hook.dispatch,
        policy: hookPolicy(hook),
      },
      createCanceller(),
    )
    .then(
      (result) => (result as HookBatchResult).results, // as: the contract of `hookBatch`
      (error: unknown) => {
        if (!(error instanceof EffectFailure)) throw error;
        const info = { type: error.type, message: error.message };
        const ms = ctx.effects.now() - startedAt;
        const failed = { ms, attempts: error.attempts, error: info };
        return waiting.map(() => ({ ...failed, outcome: outcomeOfFailure(hook, info) }));
      },
    );
  waiting.forEach(({ event, subject, settle }, index) => {
    const result: HookResult = results[index] ?? {
      outcome: { outcome: "continue" },
      ms: 0,
      attempts: 0,
    };
    noteHook(ctx, hook, event, result);
    rememberWork(ctx.hookWork, { hook, event, subject, cancel: ctx.root }, result);
    settle(result.outcome);
  });
}
