import { setTimeout as delay } from "node:timers/promises";

import { HeddleError, messageOf } from "../core/index.ts";
import type { HookExecution, Recording, Registry } from "../registry/index.ts";
import type { ActivityLog } from "./deps.ts";

/** The record of what hooks decided, which a retried activity asks before it runs a hook again. */
export interface Ledger {
  /** What was recorded, or undefined; also when the database does not answer, since the hook can still run. */
  find(executionId: string): Promise<HookExecution | undefined>;
  /** Records a decision and gives what counts: an earlier record of the same execution wins. */
  record(execution: HookExecution, recording: Recording): Promise<HookExecution>;
}

/** A hook must not wait longer than this for its record; the record then follows by itself. */
const PATIENCE_MS = 2000;
const RETRY_PAUSES_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];
/** Records that wait for the database at once; beyond that the newest are dropped and the log says so. */
const MAX_WAITING = 1000;

export function createLedger(
  registry: Pick<Registry, "findHookExecution" | "recordHookExecution">,
  log: ActivityLog,
  pausesMs: readonly number[] = RETRY_PAUSES_MS,
): Ledger {
  let waiting = 0;

  async function recordLater(execution: HookExecution, recording: Recording): Promise<void> {
    const { executionId, hook } = execution;
    if (waiting >= MAX_WAITING) {
      log.warn({ executionId, hook }, "hook record dropped: too many wait for the database");
      return;
    }
    waiting += 1;
    try {
      for (const pauseMs of pausesMs) {
        await delay(pauseMs, undefined, { ref: false });
        if (await tryRecord(execution, recording)) return;
      }
      log.warn({ executionId, hook }, "hook record dropped: the database did not come back");
    } finally {
      waiting -= 1;
    }
  }

  async function tryRecord(execution: HookExecution, recording: Recording): Promise<boolean> {
    try {
      await registry.recordHookExecution(execution, recording);
      return true;
    } catch (error) {
      if (isAway(error)) return false;
      log.warn(
        { executionId: execution.executionId, error: messageOf(error) },
        "hook record refused",
      );
      return true;
    }
  }

  return {
    find: async (executionId) => {
      try {
        return await inTime(registry.findHookExecution(executionId));
      } catch (error) {
        log.warn({ executionId, error: messageOf(error) }, "hook record cannot be read");
        return undefined;
      }
    },
    record: async (execution, recording) => {
      try {
        const kept = await inTime(registry.recordHookExecution(execution, recording));
        if (kept !== undefined) return kept;
      } catch (error) {
        const { executionId, hook } = execution;
        log.warn({ executionId, hook, error: messageOf(error) }, "hook record delayed");
        if (!isAway(error)) return execution;
      }
      void recordLater(execution, recording);
      return execution;
    },
  };
}

/** Undefined when the database takes too long. Its late answer, good or bad, is of no use any more. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, delay(PATIENCE_MS, undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

function isAway(error: unknown): boolean {
  return error instanceof HeddleError && error.code === "REGISTRY_UNAVAILABLE";
}
