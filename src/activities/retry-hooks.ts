import { asyncLocalStorage, Context } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";

import { isJsonObject, messageOf, type JsonObject } from "../core/index.ts";
import { evaluate } from "../expressions/index.ts";
import { matchesEvent, type Hook, type HookEvent, type Outcome } from "../hooks/index.ts";
import type { HookInput, HookResult, RetryHooks, RunFacts } from "./contract.ts";

/** How one hook is run; `runHook` with everything but its input bound. */
type RunHook = (input: HookInput) => Promise<HookResult>;

/** What the hooks of a failed attempt made of the next one. */
type Verdict =
  | { readonly kind: "asPlanned" }
  | { readonly kind: "in"; readonly delayMs: number | undefined }
  | { readonly kind: "stop"; readonly hook: string; readonly reason: string };

/**
 * `step.retry`: asks the hooks of a failed attempt, inside that attempt, whether and when there is to be another one. The
 * engine's own retries are invisible to the workflow, so this is the one point that fires on the worker. An attempt that
 * would be the last anyway, or a failure that no attempt can mend, asks nobody.
 */
export async function askBeforeRetry(failure: Error, input: unknown, run: RunHook): Promise<Error> {
  const asked = retryHooksOf(input);
  if (asked === undefined || !(failure instanceof ApplicationFailure)) return failure;
  const { attempt } = Context.current().info;
  if (!isTriedAgain(failure, asked.onRetry, attempt)) return failure;
  const verdict = await askAll(failure, asked, attempt, run);
  switch (verdict.kind) {
    case "asPlanned":
      return failure;
    case "in":
      return rebuild(failure, failure.message, { nextRetryDelay: verdict.delayMs });
    case "stop": {
      const message = `${failure.message} (hook ${verdict.hook}: no further attempt: ${verdict.reason})`;
      return rebuild(failure, message, { nonRetryable: true });
    }
  }
}

interface Asked {
  readonly run: RunFacts;
  readonly onRetry: RetryHooks;
}

function retryHooksOf(input: unknown): Asked | undefined {
  if (!isJsonObject(input) || !isJsonObject(input["onRetry"])) return undefined;
  return input as unknown as Asked; // as: built by the interpreter, which puts both there
}

function isTriedAgain(
  { nonRetryable, type }: ApplicationFailure,
  { maximumAttempts, nonRetryableErrorTypes = [] }: RetryHooks,
  attempt: number,
): boolean {
  if (nonRetryable === true || nonRetryableErrorTypes.includes(type ?? "")) return false;
  return maximumAttempts === 0 || attempt < maximumAttempts;
}

async function askAll(
  failure: ApplicationFailure,
  { run: facts, onRetry }: Asked,
  attempt: number,
  run: RunHook,
): Promise<Verdict> {
  let verdict: Verdict = { kind: "asPlanned" };
  let stopped = false;
  for (const hook of onRetry.hooks) {
    if (stopped && !hook.alwaysRun) continue;
    const event = eventOf(failure, onRetry.event, hook, attempt);
    if (!wants(hook, event)) continue;
    const next = readOutcome(hook, await ask({ run: facts, hook, event }, run), attempt);
    if (stopped || next.kind === "asPlanned") continue;
    stopped = next.kind === "stop";
    // The first to name a delay is heard; a refusal counts more than any delay.
    if (stopped || verdict.kind === "asPlanned") verdict = next;
  }
  return verdict;
}

function eventOf(
  { message, type }: ApplicationFailure,
  event: HookEvent,
  hook: Hook,
  attempt: number,
): HookEvent {
  const error: JsonObject = { type: type ?? "HandlerFailed", message };
  return {
    ...event,
    id: `${event.id}/attempt-${String(attempt)}`,
    hook: hook.name,
    ...(event.step === undefined ? {} : { step: { ...event.step, attempt, error } }),
    data: { attempt, error },
  };
}

function wants(hook: Hook, event: HookEvent): boolean {
  if (!matchesEvent(hook, event)) return false;
  if (hook.if === undefined) return true;
  try {
    const { input = null } = event.run;
    // as: an event is plain JSON, which its interface cannot say
    const scope = { input, state: event.state, event: event as unknown as JsonObject };
    return evaluate(hook.if, scope) === true;
  } catch {
    // A condition that cannot be evaluated must not silently disable a guard.
    return true;
  }
}

/** One try per attempt of the step; what keeps a hook from answering counts by its `onError`. */
async function ask(input: HookInput, run: RunHook): Promise<Outcome> {
  const hook = { ...input.hook, retry: { ...input.hook.retry, maximumAttempts: 1 } };
  const outer = Context.current();
  // The attempt's number is the step's, not this hook's. as: an object that inherits from a context is one
  const context = Object.create(outer, {
    info: { value: { ...outer.info, attempt: 1 } },
  }) as Context;
  try {
    const { outcome } = await asyncLocalStorage.run(context, () => run({ ...input, hook }));
    return outcome;
  } catch (error) {
    return { outcome: "cancel", reason: messageOf(error) };
  }
}

function readOutcome(hook: Hook, outcome: Outcome, attempt: number): Verdict {
  if (outcome.stop !== undefined)
    return { kind: "stop", hook: hook.name, reason: outcome.stop.reason };
  if (outcome.outcome === "cancel")
    return { kind: "stop", hook: hook.name, reason: outcome.reason };
  if (outcome.outcome !== "retry") return { kind: "asPlanned" };
  const { delayMs, maxAttempts } = outcome;
  if (maxAttempts !== undefined && attempt >= maxAttempts)
    return { kind: "stop", hook: hook.name, reason: `${String(maxAttempts)} attempts are enough` };
  return { kind: "in", delayMs };
}

function rebuild(
  failure: ApplicationFailure,
  message: string,
  change: { readonly nonRetryable?: boolean; readonly nextRetryDelay?: number | undefined },
): ApplicationFailure {
  const { type, details, cause } = failure;
  const { nonRetryable = false, nextRetryDelay } = change;
  return ApplicationFailure.create({
    message,
    nonRetryable,
    ...(type == null ? {} : { type }),
    ...(details == null ? {} : { details }),
    ...(cause instanceof Error ? { cause } : {}),
    ...(nextRetryDelay === undefined ? {} : { nextRetryDelay }),
  });
}
