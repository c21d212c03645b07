import type { LoadedPlan, LoadPlanInput, LoadPlanResult } from "../activities/contract.ts";
import {
  isJsonObject,
  isReference,
  REFERENCE_KEY,
  type JsonValue,
  type Reference,
} from "../core/index.ts";
import { createCanceller } from "./interpreter/canceller.ts";
import type { Effects } from "./interpreter/effects.ts";
import { STORE_POLICY } from "./interpreter/spill.ts";
import { toJson } from "./interpreter/to-json.ts";

/** How long a run waits for its database before it fails: long enough for a restart, short enough to be noticed. */
const LOAD_POLICY = { ...STORE_POLICY, scheduleToCloseMs: 120_000 } as const;

/** Parts that one workflow task may load: a completion must stay below the server's 4 MiB. */
const PARTS_PER_TASK = 4;

/** Loads plan, hooks and facts of a run once; the result is recorded and replay never asks again. */
export async function loadPlan(effects: Effects, input: LoadPlanInput): Promise<LoadedPlan> {
  const result = (await effects.activity(
    {
      type: "loadPlan",
      id: "loadPlan",
      input: toJson(input),
      summary: `load ${input.pattern}`,
      dispatch: "local",
      policy: LOAD_POLICY,
    },
    createCanceller(),
  )) as LoadPlanResult; // as: the contract's `loadPlan`
  if ("whole" in result) return result.whole;
  const text = await loadText(effects, result.digest, result.parts);
  return JSON.parse(text) as LoadedPlan; // as: stored by `loadPlan` under this digest
}

/** The carried state of a run that continued, which, or parts of which, may have been stored because of their size. */
export async function resolveCarry(effects: Effects, carry: JsonValue): Promise<JsonValue> {
  if (isReference(carry)) return resolve(effects, carry);
  if (!isJsonObject(carry)) return carry;
  const whole: Record<string, JsonValue> = { ...carry };
  for (const [name, part] of Object.entries(carry))
    if (isReference(part)) whole[name] = await resolve(effects, part);
  return whole;
}

async function resolve(effects: Effects, reference: Reference): Promise<JsonValue> {
  const text = await loadText(effects, reference[REFERENCE_KEY], Number.POSITIVE_INFINITY);
  return JSON.parse(text) as JsonValue; // as: stored by `storeValue`
}

async function loadText(effects: Effects, digest: string, parts: number): Promise<string> {
  let text = "";
  for (let part = 0; part < parts; part += 1) {
    const piece = await effects.activity(
      {
        type: "loadValue",
        id: `loadValue:${String(part)}`,
        input: { digest, part },
        summary: `load part ${String(part + 1)}`,
        dispatch: "local",
        policy: LOAD_POLICY,
      },
      createCanceller(),
    );
    // Behind the last part there is nothing: how many parts there are need not be known.
    if (typeof piece !== "string" || piece === "") return text;
    text += piece;
    effects.noteLoaded(piece.length);
    if ((part + 1) % PARTS_PER_TASK === 0) await effects.sleep(1, "next task", createCanceller());
  }
  return text;
}
