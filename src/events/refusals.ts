import { HeddleError } from "../core/index.ts";

export function eventInvalid(reason: string): HeddleError {
  return new HeddleError("EVENT_INVALID", reason, {
    hint: 'Publish { type: "order.paid", data: { ... } }; see the guide on events for the other fields.',
  });
}

export function subscriptionInvalid(name: string, reason: string): HeddleError {
  return new HeddleError(
    "SUBSCRIPTION_INVALID",
    `Subscription ${JSON.stringify(name.slice(0, 80))}: ${reason}`,
    {
      hint: 'Globs are whole segments: "order.paid", "order.*" (one more), "order.**" (any number), "**" (everything).',
    },
  );
}

export function filterInvalid(reason: string): HeddleError {
  return new HeddleError("EVENT_FILTER_INVALID", reason, {
    hint: 'Ask for a glob such as "order.**" and a limit that is a whole number.',
  });
}

export function rateLimited(
  type: string,
  ratePerSecond: number,
  retryAfterMs: number,
): HeddleError {
  return new HeddleError(
    "EVENT_RATE_LIMITED",
    `The event ${JSON.stringify(type)} was refused: more than ${ratePerSecond} events per second`,
    {
      hint: `Publish again in ${retryAfterMs} ms, or raise the bus's rate limit.`,
      details: { type, ratePerSecond, retryAfterMs },
    },
  );
}

export function overflowRejected(type: string, full: readonly string[]): HeddleError {
  return new HeddleError(
    "EVENT_REJECTED",
    `The event ${JSON.stringify(type)} was refused: ${namesOf(full)} full`,
    {
      hint: "Let its consumers catch up, raise its capacity, or choose the overflow strategy drop_oldest, drop_newest or block.",
      details: { type, full },
    },
  );
}

export function overflowBlocked(
  type: string,
  full: readonly string[],
  waitedMs: number,
): HeddleError {
  return new HeddleError(
    "EVENT_BLOCKED",
    `The event ${JSON.stringify(type)} was not published: ${namesOf(full)} still full after ${waitedMs} ms`,
    {
      hint: "Look whether its consumers are up, raise its capacity, or wait longer (blockTimeoutMs).",
      details: { type, full, waitedMs },
    },
  );
}

function namesOf(full: readonly string[]): string {
  const names = full.map((name) => JSON.stringify(name)).join(", ");
  return full.length === 1 ? `the subscription ${names} is` : `the subscriptions ${names} are`;
}
