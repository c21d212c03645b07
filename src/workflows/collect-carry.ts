import { allHandlersFinished, condition } from "@temporalio/workflow";

import {
  INLINE_LIMIT_BYTES,
  jsonByteLength,
  type JsonObject,
  type JsonValue,
} from "../core/index.ts";
import { createCarry, storeReport } from "./interpreter/carry.ts";
import { isAtLeast } from "./interpreter/context.ts";
import { fireContinued } from "./interpreter/interpret.ts";
import { SPILL_LIMIT_BYTES, storeValue } from "./interpreter/spill.ts";
import { quiesce } from "./quiesce.ts";
import type { Run } from "./run-context.ts";
import type { LocalWork } from "./local-work.ts";

/**
 * What a run hands to its next execution, at a moment when no message can get lost between the two; undefined when the
 * run was told to end in the meantime.
 */
export async function collectCarry(run: Run, local: LocalWork): Promise<JsonValue | undefined> {
  const { ctx, top } = run;
  await fireContinued(ctx);
  const report = await storeReport(ctx);
  if (!isAtLeast(ctx, 3)) return carryAtOnce(run, report);
  const rest = (): Promise<void> =>
    condition(() => allHandlersFinished() && ctx.background.size === 0);
  const stored = new Map<string, StoredPart>();
  for (;;) {
    await quiesce(local, rest);
    if (ctx.halt !== undefined) return undefined;
    const carry = createCarry(ctx, top, report);
    if (jsonByteLength(carry) <= SPILL_LIMIT_BYTES) return carry;
    const small = await storeParts(run, carry, stored);
    if (small !== undefined) return small;
  }
}

/** Runs of earlier revisions go on as they began. */
async function carryAtOnce({ ctx, top }: Run, report: JsonValue): Promise<JsonValue> {
  const carry = createCarry(ctx, top, report);
  return jsonByteLength(carry) <= SPILL_LIMIT_BYTES ? carry : storeValue(ctx, carry);
}

interface StoredPart {
  readonly text: string;
  readonly reference: JsonValue;
}

/**
 * The carry with references in place of its large parts; undefined when some had to be stored first: that takes time, in
 * which messages may have come. What has not changed since is not stored again.
 */
async function storeParts(
  { ctx }: Run,
  carry: JsonObject,
  stored: Map<string, StoredPart>,
): Promise<JsonValue | undefined> {
  const small: Record<string, JsonValue> = {};
  let isStored = true;
  for (const [name, part] of Object.entries(carry)) {
    const text = JSON.stringify(part);
    if (text.length <= INLINE_LIMIT_BYTES) small[name] = part;
    else if (stored.get(name)?.text !== text) {
      isStored = false;
      stored.set(name, { text, reference: await storeValue(ctx, part) });
    }
    const reference = stored.get(name)?.reference;
    if (reference !== undefined) small[name] ??= reference;
  }
  return isStored ? small : undefined;
}
