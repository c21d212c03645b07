import type { Info } from "@temporalio/activity";

import type { ErrorInfo, JsonValue } from "../core/index.ts";
import { outcomeOfFailure, type Hook, type Outcome } from "../hooks/index.ts";
import { nameFailure, type HookReading } from "../hooks/executors/index.ts";
import type { HookExecution } from "../registry/index.ts";
import type { HookResult } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { createFailure } from "./failure.ts";
import { redactorOf, withoutSecrets } from "./redaction.ts";
import { storeIfLarge } from "./store-output.ts";

/** What an execution came to, as it is recorded. */
export interface Decided {
  readonly outcome: Outcome;
  readonly status: HookExecution["status"];
  readonly error?: ErrorInfo;
}

/** A failure with attempts left is thrown, for Temporal to try again; the last one is what the hook came to. */
export async function decide(
  reading: Exclude<HookReading, { kind: "cancelled" }>,
  hook: Hook,
  info: Pick<Info, "attempt">,
  deps: ActivityDeps,
): Promise<Decided> {
  if (reading.kind === "decided")
    return {
      status: "completed",
      outcome: await storeLargeParts(shown(reading.outcome, deps), deps),
    };
  const error = withoutSecrets(nameFailure(reading), deps);
  const failure = createFailure(error);
  const { maximumAttempts } = hook.retry;
  const isLast = maximumAttempts > 0 && info.attempt >= maximumAttempts;
  if (!isLast && failure.nonRetryable !== true) throw failure;
  const status = reading.timedOut ? "timeout" : "failed";
  return { status, outcome: outcomeOfFailure(hook, error), error };
}

/** The same in the history as in the ledger: known secrets are taken out before anybody sees it. */
function shown(outcome: Outcome, deps: ActivityDeps): Outcome {
  // as: an outcome is plain JSON, and only texts in it change
  return redactorOf(deps).known(outcome as unknown as JsonValue) as unknown as Outcome;
}

/** All attempts are used up: Temporal must not try again even where the policy of the activity would. */
export function finalFailure(error: ErrorInfo): Error {
  const failure = createFailure(error);
  return Object.assign(failure, { nonRetryable: true });
}

async function storeLargeParts(outcome: Outcome, deps: ActivityDeps): Promise<Outcome> {
  switch (outcome.outcome) {
    case "modify":
      return { ...outcome, input: await storeIfLarge(outcome.input, deps.registry) };
    case "replace":
      return { ...outcome, output: await storeIfLarge(outcome.output, deps.registry) };
    default:
      return outcome;
  }
}

export function resultOf({ outcome, durationMs, attempt, error }: HookExecution): HookResult {
  return { outcome, ms: durationMs, attempts: attempt, ...(error === undefined ? {} : { error }) };
}
