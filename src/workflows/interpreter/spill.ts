import {
  INLINE_LIMIT_BYTES,
  isJsonObject,
  isReference,
  jsonByteLength,
  type JsonValue,
} from "../../core/index.ts";
import { createCanceller } from "./canceller.ts";
import type { RunContext } from "./context.ts";

/** Above this an activity's input, an output or a carried state is sent by reference: far below any payload limit. */
export const SPILL_LIMIT_BYTES = 256 * 1024;

/**
 * Keeps payloads small whatever authors combine: the largest parts of a value that is too large are stored in the
 * registry and replaced by references. A local activity's input is not part of the history, so storing costs one marker.
 */
export async function spillLarge(ctx: RunContext, value: JsonValue): Promise<JsonValue> {
  return isLarge(value) ? spillParts(ctx, value) : value;
}

export function isLarge(value: JsonValue): boolean {
  return jsonByteLength(value) > SPILL_LIMIT_BYTES;
}

async function spillParts(ctx: RunContext, value: JsonValue): Promise<JsonValue> {
  if (isReference(value) || jsonByteLength(value) <= INLINE_LIMIT_BYTES) return value;
  if (!isJsonObject(value)) return storeValue(ctx, value);
  const entries: [string, JsonValue][] = [];
  for (const [key, part] of Object.entries(value)) entries.push([key, await spillParts(ctx, part)]);
  const smaller = Object.fromEntries(entries);
  return jsonByteLength(smaller) <= SPILL_LIMIT_BYTES ? smaller : storeValue(ctx, smaller);
}

/** Stores a value and returns its reference. */
export async function storeValue(ctx: RunContext, value: JsonValue): Promise<JsonValue> {
  ctx.sequence += 1;
  const id = `store:${String(ctx.sequence)}`;
  const result = await ctx.effects.activity(
    {
      type: "storeValue",
      id,
      input: { value },
      summary: "store a large value",
      dispatch: "local",
      policy: STORE_POLICY,
    },
    createCanceller(),
  );
  return result as JsonValue; // as: the contract's `storeValue` answers with a reference
}

export const STORE_POLICY = {
  startToCloseMs: 30_000,
  scheduleToStartMs: 3_600_000,
  heartbeatMs: 10_000,
  scheduleToCloseMs: 300_000,
  retry: {
    maximumAttempts: 30,
    initialIntervalMs: 500,
    backoffCoefficient: 2,
    maximumIntervalMs: 10_000,
  },
} as const;
