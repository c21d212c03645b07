import { formatDuration, messageOf, type JsonValue } from "../core/index.ts";
import { findLoop, isStartedByHook, type Origin } from "../hooks/index.ts";
import { takeToken, type BucketState } from "../hooks/token-bucket.ts";
import type { ActivityDeps } from "./deps.ts";
import { fail } from "./failure.ts";

/** Runs that one hook of one pattern may start in a minute. */
const RATE = { limit: 100, perMs: 60_000, burst: 100, key: "hook", over: "cancel" } as const;

/**
 * Refuses a run that handlers started too deep or hooks too often: a hook that starts the pattern which triggers it would
 * otherwise fill the server. Every start comes by here, whoever asked for it, and nothing else limits it.
 * @throws ApplicationFailure `HookLoop`
 */
export async function guardLoop(
  start: {
    readonly pattern: string;
    readonly origin: Origin | undefined;
    readonly resumed: boolean;
  },
  { registry, log }: Pick<ActivityDeps, "registry" | "log">,
): Promise<void> {
  const { pattern, origin, resumed } = start;
  const last = origin?.at(-1);
  // A run that goes on was let through when it began.
  if (origin === undefined || last === undefined || resumed) return;
  const loop = findLoop(origin);
  if (loop !== undefined)
    throw fail("HookLoop", `The pattern ${JSON.stringify(pattern)} was not started: ${loop}.`, {
      origin,
    });
  if (!isStartedByHook(origin)) return;
  const waitMs = await takeStart(last, registry).catch((error: unknown) => {
    log.warn({ origin, error: messageOf(error) }, "the rate of a hook's runs cannot be looked up");
    return 0;
  });
  if (waitMs > 0)
    throw fail(
      "HookLoop",
      `The pattern ${JSON.stringify(pattern)} was not started: the hook ${last} starts more than ${String(RATE.limit)} runs in ${formatDuration(RATE.perMs)}.`,
      { origin },
    );
}

function takeStart(last: string, { hookStore }: ActivityDeps["registry"]): Promise<number> {
  return hookStore.change(`starts:${last}`, (current: JsonValue | undefined) => {
    // as: nothing else writes under this key
    const taken = takeToken(current as unknown as BucketState | undefined, RATE, Date.now());
    return { next: { ...taken.state }, result: taken.waitMs, expiresInMs: 2 * RATE.perMs };
  });
}
