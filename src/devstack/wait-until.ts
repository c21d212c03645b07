import { setTimeout as delay } from "node:timers/promises";

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly intervalMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Asks until the answer is something; undefined when the time is over. Rejects when `signal` aborts. */
export async function waitUntil<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  { timeoutMs, intervalMs = 50, signal }: WaitOptions,
): Promise<T | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= deadline) return undefined;
    await delay(intervalMs, undefined, signal === undefined ? {} : { signal });
  }
}
