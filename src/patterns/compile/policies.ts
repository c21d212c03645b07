import { parseDuration } from "../../core/index.ts";
import { normalizeRetry, type RetryPolicy } from "../../hooks/index.ts";
import type { DefaultsDocument, DurationDocument, PolicyDocument } from "../document.ts";
import type { ActivityPolicy } from "../plan.ts";

const DEFAULT_RETRY: RetryPolicy = {
  maximumAttempts: 3,
  initialIntervalMs: 1000,
  backoffCoefficient: 2,
  maximumIntervalMs: 100_000,
};

/** What a step gets that says nothing itself, in a pattern without `defaults`. */
export const DEFAULT_POLICY: ActivityPolicy = {
  startToCloseMs: 5 * 60_000,
  scheduleToStartMs: 60 * 60_000,
  heartbeatMs: 10_000,
  retry: DEFAULT_RETRY,
};

/** Collects the policies of a plan, each once. */
export interface PolicyTable {
  /** The number of the policy that a body has. */
  readonly numberOf: (body: PolicyDocument) => number;
  readonly policies: readonly ActivityPolicy[];
}

export function createPolicyTable(defaults: DefaultsDocument = {}): PolicyTable {
  const base = settle(defaults, DEFAULT_POLICY);
  const policies: ActivityPolicy[] = [base];
  const numbers = new Map([[JSON.stringify(base), 0]]);
  return {
    policies,
    numberOf: (body) => {
      if (!hasPolicy(body)) return 0;
      const policy = settle(body, base);
      const key = JSON.stringify(policy);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, policies.length);
      return policies.push(policy) - 1;
    },
  };
}

/** Milliseconds of a duration that the schema has accepted. */
export function toMs(duration: DurationDocument): number;
export function toMs(duration: DurationDocument | undefined): number | undefined;
export function toMs(duration: DurationDocument | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const parsed = parseDuration(duration);
  return parsed.ok ? parsed.value : undefined;
}

function hasPolicy(body: PolicyDocument): boolean {
  return (
    body.timeout !== undefined ||
    body.retry !== undefined ||
    body.heartbeat !== undefined ||
    body.scheduleToClose !== undefined ||
    body.scheduleToStart !== undefined
  );
}

function settle(body: PolicyDocument, base: ActivityPolicy): ActivityPolicy {
  // as: it reads the list of error types and never changes it
  const retry = normalizeRetry(body.retry as Parameters<typeof normalizeRetry>[0], base.retry);
  const scheduleToCloseMs = toMs(body.scheduleToClose) ?? base.scheduleToCloseMs;
  return {
    startToCloseMs: toMs(body.timeout) ?? base.startToCloseMs,
    scheduleToStartMs: toMs(body.scheduleToStart) ?? base.scheduleToStartMs,
    heartbeatMs: toMs(body.heartbeat) ?? base.heartbeatMs,
    ...(scheduleToCloseMs === undefined ? {} : { scheduleToCloseMs }),
    // Temporal refuses a longest pause that is shorter than the first one.
    retry: {
      ...retry,
      maximumIntervalMs: Math.max(retry.maximumIntervalMs, retry.initialIntervalMs),
    },
  };
}
