import { setTimeout as delay } from "node:timers/promises";

import type { Client } from "@temporalio/client";

import { listClosedRuns } from "./client/index.ts";
import { messageOf } from "./core/index.ts";
import type { Logger } from "./logger.ts";
import type { Registry, RetentionPolicy } from "./registry/index.ts";

export interface UpkeepOptions {
  readonly registry: Pick<Registry, "exclusively" | "retainHookExecutions" | "recordRun">;
  readonly client: Client;
  readonly retention: RetentionPolicy;
  readonly logger: Logger;
  /** Between two rounds. @default 60_000 */
  readonly intervalMs?: number;
}

export interface Upkeep {
  /** One round now; says whether it was ours to do. */
  round(): Promise<boolean>;
  stop(): Promise<void>;
}

const INTERVAL_MS = 60_000;
/** Runs that ended while no worker was there are found this far back. */
const FIRST_LOOK_MS = 24 * 3_600_000;
/** The visibility store is behind by some seconds; telling a run twice counts it once. */
const OVERLAP_MS = 300_000;

/**
 * What a registry needs now and then: the ledger is kept as long as it should be, and runs that ended are counted. Each
 * worker has one; of those that share a database and a namespace, one at a time works.
 */
export function startUpkeep(options: UpkeepOptions): Upkeep {
  const { registry, client, retention, logger, intervalMs = INTERVAL_MS } = options;
  const stopping = new AbortController();
  let since = new Date(Date.now() - FIRST_LOOK_MS);

  const work = async (): Promise<void> => {
    const now = new Date();
    const deleted = await registry.retainHookExecutions(retention, now);
    if (deleted.byAge + deleted.byCount > 0) logger.info({ ...deleted }, "ledger retention");
    for (const run of await listClosedRuns(client, since)) await registry.recordRun(run);
    since = new Date(now.getTime() - OVERLAP_MS);
  };
  const round = (): Promise<boolean> => registry.exclusively("upkeep", work);
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await round();
      } catch (error) {
        // The database or the server may be away for a while; the next round finds them back.
        logger.warn({ error: messageOf(error) }, "upkeep round failed");
      }
      // Rejects when it is told to stop, which is how the pause ends early.
      await delay(intervalMs, undefined, { signal: stopping.signal, ref: false }).catch(
        () => undefined,
      );
    }
  };
  const looping = loop();
  return {
    round,
    async stop() {
      stopping.abort();
      await looping;
    },
  };
}
