import type { JsonValue } from "../../core/index.ts";
import { isJsonObject } from "../../core/index.ts";
import { createCanceller } from "./canceller.ts";
import { attempt } from "./conditions.ts";
import { evaluateIn } from "./environment.ts";
import type { Instance } from "./instance.ts";
import { STORE_POLICY } from "./spill.ts";
import { failed, type Settled } from "./state.ts";

/** Where a result is kept and for how long. */
export interface CacheRule {
  readonly key: string;
  readonly ttlMs: number;
}

const DEFAULT_TTL_MS = 300_000;

/** The step's own `cache`, or what a hook decided; a hook that names no time gets five minutes. */
export function cacheRule(
  instance: Instance,
  decided: { readonly key: string; readonly ttlMs?: number } | undefined,
): CacheRule | Settled | undefined {
  const { ctx, step, env } = instance;
  if (decided !== undefined)
    return { key: scoped(instance, decided.key), ttlMs: decided.ttlMs ?? DEFAULT_TTL_MS };
  const { cache } = step;
  if (cache === undefined) return undefined;
  const key = attempt(() => evaluateIn(ctx, cache.key, env));
  if (!key.ok) return failed("ExpressionFailed", `${step.id}: cache.key: ${key.message}`);
  const text = typeof key.value === "string" ? key.value : JSON.stringify(key.value);
  return { key: scoped(instance, text), ttlMs: cache.ttlMs };
}

/** One pattern's results are never taken for another's, whatever keys their authors chose. */
function scoped({ ctx, step }: Instance, key: string): string {
  return `${ctx.plan.name}/${step.id}/${key}`;
}

/** Does the work unless its result is kept already; keeps the result of work that succeeded. */
export function withCache(
  instance: Instance,
  rule: CacheRule | undefined,
  work: () => Promise<Settled>,
): Promise<Settled> {
  return rule === undefined ? work() : readThrough(instance, rule, work);
}

async function readThrough(
  instance: Instance,
  rule: CacheRule,
  work: () => Promise<Settled>,
): Promise<Settled> {
  const found = await use(instance, "read", { key: rule.key });
  if (isJsonObject(found) && found["output"] !== undefined)
    return { status: "succeeded", output: found["output"] };
  const outcome = await work();
  if (outcome.status === "succeeded") {
    const keep = { output: outcome.output, ttlMs: rule.ttlMs };
    await use(instance, "keep", { key: rule.key, keep });
  }
  return outcome;
}

async function use(
  { ctx, step }: Instance,
  what: "read" | "keep",
  input: JsonValue,
): Promise<JsonValue> {
  ctx.sequence += 1;
  const answer = await ctx.effects.activity(
    {
      type: "cache",
      id: `cache:${what}:${String(ctx.sequence)}`,
      input,
      summary: `${what} cached result of ${step.id}`,
      dispatch: "local",
      policy: STORE_POLICY,
    },
    createCanceller(),
  );
  return answer as JsonValue; // as: the contract's `cache`
}
