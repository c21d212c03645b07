import { formatDuration, type JsonValue } from "../core/index.ts";
import type { BreakerPolicy } from "./hook.ts";

/**
 * When a hook is left out for a while. Plain data and no clock, so that every worker can apply it to state that they share.
 *
 * B1  closed: failures within the window are counted, whatever succeeded in between; slow calls only in a row.
 * B2  open: nothing is admitted until its time is over; then the next calls are probes.
 * B3  half-open: at most as many probes at once as successes are still missing. A probe that failed or was slow opens it
 *     again; a probe that never reports is given up after its lease.
 * B4  A call counts for the state that admitted it: what ends late neither closes nor opens anything.
 */
export type BreakerState =
  | { readonly state: "closed"; readonly failedAt: readonly number[]; readonly slowInRow: number }
  | { readonly state: "open"; readonly until: number; readonly why: string }
  | {
      readonly state: "halfOpen";
      /** When each probe that is out was let through, by call. */
      readonly probes: Readonly<Record<string, number>>;
      readonly successes: number;
    };

/** A call that may begin, or until when not to ask again. */
export type Admission =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly retryInMs: number; readonly why: string };

export interface BreakerCall {
  /** Names the call for ever: the execution id. */
  readonly id: string;
  readonly now: number;
}

export interface BreakerResult extends BreakerCall {
  readonly failed: boolean;
  readonly ms: number;
}

export const CLOSED_BREAKER: BreakerState = { state: "closed", failedAt: [], slowInRow: 0 };

/** Where a breaker is kept in the hook store: one name is one breaker, wherever the hook was registered. */
export function breakerKey(hook: string): string {
  return `breaker:${hook}`;
}

export function readBreaker(stored: JsonValue | undefined): BreakerState {
  // as: nothing but states is written under a breaker's key
  return stored === undefined ? CLOSED_BREAKER : (stored as unknown as BreakerState);
}

/** Whether a call may begin. The state changes when an open breaker lets its first probe through. */
export function admitCall(
  before: BreakerState,
  policy: BreakerPolicy,
  call: BreakerCall,
  leaseMs: number,
): { readonly state: BreakerState; readonly admission: Admission } {
  if (before.state === "closed") return { state: before, admission: { admitted: true } };
  if (before.state === "open") {
    const { until, why } = before;
    if (call.now < until)
      return {
        state: before,
        admission: { admitted: false, retryInMs: until - call.now, why },
      };
    return probe({ state: "halfOpen", probes: {}, successes: 0 }, call);
  }
  const probes = Object.fromEntries(
    Object.entries(before.probes).filter(([, since]) => call.now - since < leaseMs),
  );
  const missing = policy.successes - before.successes;
  if (Object.keys(probes).length < missing) return probe({ ...before, probes }, call);
  const why = `it is being probed by ${String(missing)} ${missing === 1 ? "call" : "calls"}`;
  return { state: before, admission: { admitted: false, retryInMs: policy.openMs, why } };
}

/** The state after a call that was admitted has ended. */
export function noteResult(
  before: BreakerState,
  policy: BreakerPolicy,
  result: BreakerResult,
): BreakerState {
  switch (before.state) {
    case "open":
      return before;
    case "closed":
      return noteClosed(before, policy, result);
    case "halfOpen":
      return noteProbe(before, policy, result);
  }
}

/** The state after a call that was admitted came to nothing: somebody cancelled it. */
export function forgetCall(before: BreakerState, id: string): BreakerState {
  return before.state === "halfOpen"
    ? { ...before, probes: withoutCall(before.probes, id) }
    : before;
}

function withoutCall(probes: Readonly<Record<string, number>>, id: string): Record<string, number> {
  const { [id]: _left, ...others } = probes;
  return others;
}

function probe(
  state: Extract<BreakerState, { state: "halfOpen" }>,
  { id, now }: BreakerCall,
): ReturnType<typeof admitCall> {
  return {
    state: { ...state, probes: { ...state.probes, [id]: now } },
    admission: { admitted: true },
  };
}

function noteClosed(
  before: Extract<BreakerState, { state: "closed" }>,
  policy: BreakerPolicy,
  { failed, ms, now }: BreakerResult,
): BreakerState {
  const slowInRow = ms >= policy.slowMs ? before.slowInRow + 1 : 0;
  const recent = before.failedAt.filter((at) => now - at < policy.windowMs);
  const failedAt = failed ? [...recent, now] : recent;
  if (failedAt.length >= policy.failures)
    return open(policy, now, count(failedAt.length, "failure", policy.windowMs));
  if (slowInRow >= policy.slowCalls)
    return open(policy, now, `${String(slowInRow)} slow calls in a row`);
  return { state: "closed", failedAt, slowInRow };
}

function noteProbe(
  before: Extract<BreakerState, { state: "halfOpen" }>,
  policy: BreakerPolicy,
  { id, failed, ms, now }: BreakerResult,
): BreakerState {
  if (!Object.hasOwn(before.probes, id)) return before;
  if (failed) return open(policy, now, "its probe failed");
  if (ms >= policy.slowMs) return open(policy, now, "its probe was slow");
  const successes = before.successes + 1;
  if (successes >= policy.successes) return CLOSED_BREAKER;
  return { state: "halfOpen", probes: withoutCall(before.probes, id), successes };
}

function open(policy: BreakerPolicy, now: number, why: string): BreakerState {
  return { state: "open", until: now + policy.openMs, why };
}

function count(n: number, what: string, windowMs: number): string {
  return `${String(n)} ${what}${n === 1 ? "" : "s"} within ${formatDuration(windowMs)}`;
}
