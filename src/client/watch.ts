import { setTimeout as delay } from "node:timers/promises";

import { HeddleError } from "../core/index.ts";
import type { ProgressReport } from "../workflows/messages.ts";

export interface WatchOptions {
  /** Pause between two looks. A look costs the worker one query. Default 300. */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
  /** Told when nobody can answer for now; the watch goes on. */
  readonly onSilence?: (error: HeddleError) => void;
}

/**
 * The progress after every change, the last one included. A run that cannot answer yet (no worker, first task not done)
 * is asked again until it ends.
 */
export async function* watchProgress(
  run: {
    readonly progress: () => Promise<ProgressReport>;
    readonly outcome: () => Promise<unknown>;
  },
  options: WatchOptions = {},
): AsyncGenerator<ProgressReport> {
  const { intervalMs = 300, signal } = options;
  const end = { reached: false };
  const ended = run.outcome().finally(() => {
    end.reached = true;
  });
  ended.catch(() => undefined); // whoever asked for the outcome hears of it; here it only ends the watch
  let shown = "";
  for (;;) {
    const isLast = end.reached;
    const progress = await lookOrExplain(run.progress, options);
    const text = progress === undefined ? "" : JSON.stringify(progress);
    if (progress !== undefined && text !== shown) {
      shown = text;
      yield progress;
    }
    if (isLast || signal?.aborted === true) return;
    await Promise.race([pause(intervalMs, signal), ended.catch(() => undefined)]);
  }
}

async function lookOrExplain(
  look: () => Promise<ProgressReport>,
  options: WatchOptions,
): Promise<ProgressReport | undefined> {
  try {
    return await look();
  } catch (thrown) {
    if (!(thrown instanceof HeddleError) || !SILENT.has(thrown.code)) throw thrown;
    options.onSilence?.(thrown);
    return undefined;
  }
}

const SILENT: ReadonlySet<string> = new Set(["NO_ANSWER", "NO_PROGRESS", "NOT_BEGUN"]);

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (thrown) {
    if (signal?.aborted !== true) throw thrown; // an abort is the wish to stop, and the loop sees it
  }
}
