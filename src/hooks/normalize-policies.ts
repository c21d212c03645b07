import { defined } from "../core/index.ts";
import type { BreakerRegistration, HookRegistration, RateLimitRegistration } from "./document.ts";
import type { BreakerPolicy, Hook, RateLimitPolicy } from "./hook.ts";
import type { RegistrationIssue } from "./normalize.ts";
import { normalizeHandler, toMs } from "./normalize-handler.ts";

const BREAKERS: Readonly<Record<"default" | "production" | "conservative", BreakerPolicy>> = {
  default: {
    failures: 3,
    successes: 2,
    windowMs: 30_000,
    openMs: 15_000,
    slowCalls: 2,
    slowMs: 50,
  },
  production: {
    failures: 2,
    successes: 1,
    windowMs: 20_000,
    openMs: 10_000,
    slowCalls: 1,
    slowMs: 25,
  },
  conservative: {
    failures: 5,
    successes: 3,
    windowMs: 60_000,
    openMs: 30_000,
    slowCalls: 3,
    slowMs: 100,
  },
};

const BATCH = { size: 100, waitMs: 1000 } as const;
const SECOND = 1000;
const TAKES_LISTS = ["command", "http", "function"] as const;

type Policies = Partial<
  Pick<Hook, "breaker" | "rateLimit" | "flags" | "batch" | "dependsOn" | "rollback">
>;

/** What a registration says of when, how often and in whose company the hook runs. */
export function settlePolicies(registration: HookRegistration): Policies {
  const { breaker, rateLimit, batch, rollback } = registration;
  const dependsOn = listOf(registration.dependsOn);
  const flags = [...new Set([...(listOf(registration.flag) ?? []), ...(registration.flags ?? [])])];
  return {
    ...(breaker === undefined ? {} : { breaker: settleBreaker(breaker) }),
    ...(rateLimit === undefined ? {} : { rateLimit: settleRateLimit(rateLimit) }),
    ...(flags.length === 0 ? {} : { flags }),
    ...(batch === undefined
      ? {}
      : {
          batch: {
            size: batch.size ?? BATCH.size,
            waitMs: batch.wait === undefined ? BATCH.waitMs : toMs(batch.wait),
          },
        }),
    ...(dependsOn === undefined ? {} : { dependsOn: [...new Set(dependsOn)] }),
    ...(rollback === undefined ? {} : { rollback: normalizeHandler(rollback) }),
  };
}

/** What a schema cannot say: policies that contradict each other. */
export function checkPolicies(registration: HookRegistration): readonly RegistrationIssue[] {
  const { rollback, mode, dependsOn, name } = registration;
  const issues = [...checkBatch(registration)];
  if (rollback !== undefined && mode === "fire_and_forget")
    issues.push({
      path: "rollback",
      message: "Nobody knows whether a fire_and_forget hook has done anything; set mode: async",
    });
  if (listOf(dependsOn)?.includes(name) === true)
    issues.push({ path: "dependsOn", message: `The hook depends on itself: ${name} -> ${name}` });
  return issues;
}

function checkBatch({
  batch,
  mode = "sync",
  protocol = "heddle",
  handler,
}: HookRegistration): readonly RegistrationIssue[] {
  if (batch === undefined) return [];
  const messages: string[] = [];
  if (mode === "sync")
    messages.push("Only a hook that nobody waits for can be batched; set mode: async");
  if (protocol !== "heddle")
    messages.push(`The protocol ${protocol} knows no lists of events; only heddle does`);
  if (!TAKES_LISTS.some((kind) => kind in handler))
    messages.push(`Only ${TAKES_LISTS.join(", ")} handlers take lists of events`);
  return messages.map((message) => ({ path: "batch", message }));
}

function listOf(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === "string" ? [value] : value;
}

function settleRateLimit({ limit, per, burst, key, over }: RateLimitRegistration): RateLimitPolicy {
  return {
    limit,
    perMs: per === undefined ? SECOND : Math.max(1, toMs(per)),
    burst: burst ?? Math.max(1, Math.ceil(limit)),
    key: key ?? "hook",
    over: over ?? "skip",
  };
}

function settleBreaker(breaker: BreakerRegistration): BreakerPolicy {
  if (typeof breaker === "string") return BREAKERS[breaker];
  const { preset, window, open, slow, ...counts } = breaker;
  return {
    ...BREAKERS[preset ?? "default"],
    ...defined(counts),
    ...(window === undefined ? {} : { windowMs: toMs(window) }),
    ...(open === undefined ? {} : { openMs: toMs(open) }),
    ...(slow === undefined ? {} : { slowMs: toMs(slow) }),
  };
}
