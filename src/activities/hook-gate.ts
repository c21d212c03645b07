import { setTimeout as delay } from "node:timers/promises";

import { formatDuration, messageOf, type JsonValue } from "../core/index.ts";
import {
  hasEffect,
  outcomeOfRefusal,
  type BreakerPolicy,
  type Hook,
  type HookEvent,
  type HookRefusal,
  type HookStoreChange,
} from "../hooks/index.ts";
import {
  admitCall,
  breakerKey,
  forgetCall,
  noteResult,
  readBreaker,
  type BreakerState,
} from "../hooks/breaker.ts";
import { fullInMs, takeToken, type BucketState } from "../hooks/token-bucket.ts";
import type { ActivityDeps } from "./deps.ts";

/** One firing that wants to run. */
export interface GateCall {
  readonly hook: Hook;
  readonly event: HookEvent;
  readonly executionId: string;
  readonly signal: AbortSignal;
}

/** How a call that was let through has ended. */
export type GateEnd =
  | { readonly kind: "cancelled" }
  | { readonly kind: "ended"; readonly failed: boolean; readonly ms: number };

type Deps = Pick<ActivityDeps, "registry" | "log">;

/** A hook must not wait longer than this for its shared state; it then runs as if it had none. */
const PATIENCE_MS = 2000;
/** What nobody asks for so long has nothing to say any more. */
const KEPT_MS = 86_400_000;
/** A probe whose worker died is given up so long after its hook's own limit. */
const LEASE_SLACK_MS = 60_000;

/** Undefined when the hook may run: its rate and its breaker allow it. Asked once per execution, not per attempt. */
export async function passGate(call: GateCall, deps: Deps): Promise<HookRefusal | undefined> {
  return (await passRateLimit(call, deps)) ?? (await passBreaker(call, deps));
}

/** Tells the breaker what became of a call that it let through. */
export async function leaveGate(call: GateCall, end: GateEnd, deps: Deps): Promise<void> {
  const { hook, executionId: id } = call;
  const { breaker } = hook;
  if (breaker === undefined) return;
  await changeState(deps, call, breakerKey(hook.name), (current) => {
    const before = readBreaker(current);
    const next =
      end.kind === "cancelled"
        ? forgetCall(before, id)
        : noteResult(before, breaker, { id, now: Date.now(), failed: end.failed, ms: end.ms });
    return { ...keepBreaker(next, breaker), result: undefined };
  });
}

async function passBreaker(call: GateCall, deps: Deps): Promise<HookRefusal | undefined> {
  const { hook, executionId: id } = call;
  const { breaker } = hook;
  if (breaker === undefined) return undefined;
  const leaseMs = hook.timeoutMs * Math.max(1, hook.retry.maximumAttempts) + LEASE_SLACK_MS;
  const admission = await changeState(deps, call, breakerKey(hook.name), (current) => {
    const asked = admitCall(readBreaker(current), breaker, { id, now: Date.now() }, leaseMs);
    return { ...keepBreaker(asked.state, breaker), result: asked.admission };
  });
  if (admission?.admitted !== false) return undefined;
  const wait = formatDuration(Math.max(1, Math.round(admission.retryInMs)));
  const message = `The circuit breaker of the hook "${hook.name}" is open (${admission.why}); it lets calls through again in ${wait}.`;
  return outcomeOfRefusal(hook, { type: "BreakerOpen", message });
}

async function passRateLimit(call: GateCall, deps: Deps): Promise<HookRefusal | undefined> {
  const { hook, event, signal } = call;
  const { rateLimit } = hook;
  if (rateLimit === undefined) return undefined;
  const patienceMs = rateLimit.over === "delay" ? hook.timeoutMs : 0;
  const key = `rate:${hook.name}:${bucketOf(rateLimit.key, event)}`;
  const taken = await changeState(deps, call, key, (current) => {
    const result = takeToken(readBucket(current), rateLimit, Date.now(), patienceMs);
    const { state } = result;
    return { next: { ...state }, result, expiresInMs: fullInMs(state, rateLimit) };
  });
  if (taken === undefined) return undefined;
  if (taken.granted) {
    if (taken.waitMs > 0) await waitFor(taken.waitMs, signal);
    return undefined;
  }
  const reason = `The hook "${hook.name}" is above its rate limit of ${String(rateLimit.limit)} per ${formatDuration(rateLimit.perMs)}; the next call may come in ${formatDuration(taken.waitMs)}.`;
  const refuses = rateLimit.over === "cancel" && hasEffect(event.point, "cancel");
  return { outcome: { outcome: refuses ? "cancel" : "skipped", reason } };
}

/** A cancellation ends the wait; who waited sees it by the signal. */
async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function bucketOf(key: NonNullable<Hook["rateLimit"]>["key"], { run, step }: HookEvent): string {
  switch (key) {
    case "hook":
      return "";
    case "pattern":
      return run.pattern;
    case "session":
      return run.session ?? run.workflowId;
    case "run":
      return run.workflowId;
    case "step":
      return `${run.pattern}/${step?.id ?? ""}`;
    case "role":
      return step?.role ?? "";
  }
}

/** A breaker without anything to remember is not kept at all. */
function keepBreaker(
  state: BreakerState,
  policy: BreakerPolicy,
): Pick<HookStoreChange<never>, "next" | "expiresInMs"> {
  const isBlank = state.state === "closed" && state.failedAt.length + state.slowInRow === 0;
  // as: a state is plain JSON, which its type cannot say
  const next = isBlank ? undefined : (state as unknown as JsonValue);
  return { next, expiresInMs: KEPT_MS + policy.windowMs + policy.openMs };
}

function readBucket(stored: JsonValue | undefined): BucketState | undefined {
  // as: nothing but passRateLimit writes under this key
  return stored as unknown as BucketState | undefined;
}

/** Undefined when the database does not answer: a hook is not held up by a limit that nobody can look up. */
async function changeState<Result>(
  { registry, log }: Deps,
  { hook }: GateCall,
  key: string,
  change: (current: JsonValue | undefined) => HookStoreChange<Result>,
): Promise<Result | undefined> {
  const timer = new AbortController();
  const changed = registry.hookStore.change(key, change);
  // Its late answer, good or bad, is of no use any more.
  changed.catch(() => undefined);
  try {
    return await Promise.race([changed, delay(PATIENCE_MS, undefined, { signal: timer.signal })]);
  } catch (error) {
    log.warn({ hook: hook.name, key, error: messageOf(error) }, "hook state cannot be changed");
    return undefined;
  } finally {
    timer.abort();
  }
}
