import { HeddleError, type ErrorInfo, type JsonObject, type JsonValue } from "../../core/index.ts";
import { compareResults, IGNORED_FIELDS, type Comparison } from "../compare-results.ts";
import type { Hook, HookEvent } from "../hook.ts";
import type { Outcome } from "../outcome.ts";
import { setAtPath } from "../set-at-path.ts";
import type { HandlerContext } from "./context.ts";
import { executeHook } from "./execute-hook.ts";

/** `exact` asks as it was asked, `modified` with other values by path, `simulate` asks nobody. */
export type ReplayMode = "exact" | "modified" | "simulate";

/** What the ledger kept of an execution. */
export interface Replayable {
  readonly hook: Hook;
  readonly event: HookEvent;
  readonly outcome: Outcome;
  readonly status: string;
  readonly error?: ErrorInfo;
}

export interface ReplayOptions {
  readonly mode: ReplayMode;
  /** Path into the event = value; only `modified` looks at them. */
  readonly set?: Readonly<Record<string, JsonValue>>;
  /** Fields that do not count, besides those that say when and how long. */
  readonly ignore?: readonly string[];
}

export interface Replayed extends Comparison {
  readonly mode: ReplayMode;
  readonly recorded: ReplayResult;
  readonly replayed: ReplayResult;
}

/** What came of asking: a hook that could not decide has failed, and is not compared as if it had agreed. */
export interface ReplayResult extends JsonObject {
  readonly status: string;
  readonly outcome: JsonObject;
}

/**
 * Asks a hook again what it was asked once, and compares. Nothing is recorded and no run is steered; what the hook does
 * to the world it does again.
 * @throws HeddleError `REPLAY_PATH_INVALID`
 */
export async function replayHook(
  recorded: Replayable,
  { mode, set = {}, ignore = [] }: ReplayOptions,
  context: HandlerContext,
): Promise<Replayed> {
  const before = resultOf(recorded.status, recorded.outcome, recorded.error);
  const after =
    mode === "simulate"
      ? before
      : await ask(
          recorded,
          mode === "modified" ? modify(recorded.event, set) : recorded.event,
          context,
        );
  return {
    mode,
    recorded: before,
    replayed: after,
    ...compareResults(before, after, [...IGNORED_FIELDS, ...ignore]),
  };
}

async function ask(
  { hook }: Replayable,
  event: HookEvent,
  context: HandlerContext,
): Promise<ReplayResult> {
  const reading = await executeHook(hook, event, { ...context, timeoutMs: hook.timeoutMs });
  switch (reading.kind) {
    case "decided":
      return resultOf("completed", reading.outcome);
    case "failed":
      return resultOf(
        reading.timedOut ? "timeout" : "failed",
        { outcome: "continue" },
        reading.error,
      );
    case "cancelled":
      return resultOf("cancelled", { outcome: "continue" });
  }
}

function resultOf(status: string, outcome: Outcome, error?: ErrorInfo): ReplayResult {
  // as: outcomes are plain JSON, which their interface cannot say
  const decided = outcome as unknown as JsonObject;
  if (status === "completed") return { status, outcome: decided };
  return { status, outcome: {}, ...(error === undefined ? {} : { error: error.message }) };
}

function modify(event: HookEvent, set: Readonly<Record<string, JsonValue>>): HookEvent {
  // as: an event is plain JSON, and stays one
  let changed = event as unknown as JsonValue;
  for (const [path, value] of Object.entries(set)) {
    const next = setAtPath(changed, path, value);
    if (!next.ok)
      throw new HeddleError("REPLAY_PATH_INVALID", next.error, {
        hint: "Give a path into the event, e.g. step.input.command; `--json` of `heddle hook history` shows inputs.",
      });
    changed = next.value;
  }
  return changed as unknown as HookEvent; // as: see above
}
