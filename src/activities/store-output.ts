import { Context } from "@temporalio/activity";

import {
  formatDuration,
  HeddleError,
  INLINE_LIMIT_BYTES,
  jsonByteLength,
  type JsonValue,
} from "../core/index.ts";
import type { Registry } from "../registry/index.ts";
import { cancelledFailure, fail } from "./failure.ts";

/** Far above what a step should hand on, far below what one database row holds. */
export const OUTPUT_LIMIT_BYTES = 32 * 1024 * 1024;
/** How long a finished step waits for the database rather than being done again. */
const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/**
 * Gives the value itself, or stores a large one and gives its reference. The side effect of the step has happened by
 * now, so a database that is away for a moment must not make it happen again.
 */
export async function storeIfLarge(
  value: JsonValue,
  registry: Pick<Registry, "putValue">,
): Promise<JsonValue> {
  const bytes = jsonByteLength(value);
  if (bytes <= INLINE_LIMIT_BYTES) return value;
  if (bytes > OUTPUT_LIMIT_BYTES)
    throw fail(
      "OutputTooLarge",
      `The output is ${String(bytes)} bytes of JSON; at most ${String(OUTPUT_LIMIT_BYTES)} can be stored. Write it to a file in run.outputDir and give its path.`,
      { bytes, limit: OUTPUT_LIMIT_BYTES },
    );
  const deadline = performance.now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await registry.putValue(value);
    } catch (error) {
      if (!isAway(error)) throw error;
      if (performance.now() + pauseMs > deadline)
        throw new HeddleError(
          "REGISTRY_UNAVAILABLE",
          `The step is done but its output could not be stored for ${formatDuration(PATIENCE_MS)}: ${error.message}`,
          { cause: error },
        );
      await pause(pauseMs);
    }
  }
}

function isAway(error: unknown): error is HeddleError {
  return error instanceof HeddleError && error.code === "REGISTRY_UNAVAILABLE";
}

async function pause(ms: number): Promise<void> {
  const context = Context.current();
  try {
    await context.sleep(ms);
  } catch {
    // The only thing a sleep throws is the cancellation.
    throw cancelledFailure();
  }
}
