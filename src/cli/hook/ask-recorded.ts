import { setTimeout as delay } from "node:timers/promises";

import { isRetryable, messageOf, type Redactor } from "../../core/index.ts";
import { executeHook, nameFailure, type HandlerContext } from "../../hooks/executors/index.ts";
import {
  delayBefore,
  describeFiring,
  executionIdOf,
  outcomeOfFailure,
  recordingOf,
  type Hook,
  type HookEvent,
  type Outcome,
} from "../../hooks/index.ts";
import type { HookExecution, Registry } from "../../registry/index.ts";

/** What a hook came to, however many attempts it took. */
export interface Asked {
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly ms: number;
}

export interface Asking {
  readonly context: HandlerContext;
  readonly registry: Pick<Registry, "findHookExecution" | "recordHookExecution">;
  readonly redactor: Redactor;
  /** Told when what the hook came to cannot be kept. */
  readonly note: (text: string) => void;
}

/**
 * Asks a hook with the attempts of its own policy and keeps what it came to. An event that comes again is one execution:
 * the answer is the recorded one, and the hook is not asked again.
 */
export async function askRecorded(hook: Hook, event: HookEvent, asking: Asking): Promise<Asked> {
  const { registry, redactor, note } = asking;
  const executionId = executionIdOf(event, hook);
  const known = await registry.findHookExecution(executionId);
  if (known !== undefined) return askedOf(known);
  const startedAt = new Date();
  const decided = await askInAttempts(hook, event, asking.context);
  const { attempts, ...came } = decided;
  const execution: HookExecution = {
    ...describeFiring({ hook, event }, { attempt: attempts }, redactor),
    executionId,
    startedAt,
    ...came,
  };
  try {
    return askedOf(
      await registry.recordHookExecution(execution, recordingOf({ hook, event }, redactor)),
    );
  } catch (error) {
    // The hook has done its work; asking it once more would do it twice.
    note(`${executionId} is not in the ledger: ${messageOf(error)}`);
    return askedOf(execution);
  }
}

function askedOf({ outcome, attempt, durationMs }: HookExecution): Asked {
  return { outcome, attempts: attempt, ms: durationMs };
}

type Came = Pick<HookExecution, "status" | "outcome" | "error" | "durationMs"> & {
  readonly attempts: number;
};

async function askInAttempts(hook: Hook, event: HookEvent, context: HandlerContext): Promise<Came> {
  const { retry, timeoutMs } = hook;
  // Nobody would end attempts without limit here: such a hook has one.
  const last = Math.max(1, retry.maximumAttempts);
  for (let attempt = 1; ; attempt += 1) {
    const clock = performance.now();
    const reading = await askOnce(hook, event, {
      ...context,
      timeoutMs,
      facts: { ...context.facts, attempt },
    });
    const measured = { attempts: attempt, durationMs: Math.round(performance.now() - clock) };
    if (reading.kind === "decided")
      return { ...measured, status: "completed", outcome: reading.outcome };
    if (reading.kind === "cancelled") {
      const outcome: Outcome = { outcome: "skipped", reason: "cancelled" };
      return { ...measured, status: "skipped", outcome };
    }
    const error = nameFailure(reading);
    const isFinal = !isRetryable(error.type) || retry.nonRetryableErrorTypes?.includes(error.type);
    if (attempt >= last || isFinal === true) {
      const status = reading.timedOut ? "timeout" : "failed";
      return { ...measured, status, error, outcome: outcomeOfFailure(hook, error) };
    }
    await delay(delayBefore(retry, attempt + 1, Math.random));
  }
}

async function askOnce(
  hook: Hook,
  event: HookEvent,
  context: HandlerContext,
): ReturnType<typeof executeHook> {
  try {
    return await executeHook(hook, event, context);
  } catch (error) {
    // What an executor throws is a handler that cannot run here.
    const message = messageOf(error);
    return { kind: "failed", timedOut: false, error: { type: "HookFailed", message } };
  }
}
