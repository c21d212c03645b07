import { Client, type Connection } from "@temporalio/client";

import { createHeddleClient } from "../../client/index.ts";
import { HeddleError } from "../../core/index.ts";
import { countPollers } from "../task-queue.ts";
import type { Check } from "./check.ts";

/** Not a possible pattern name: whoever answers, answers that there is no such pattern. */
const PROBE = "heddleDoctor";
const ANSWER_MS = 15_000;
const REMEDY = "Start a worker with `heddle worker` (or everything with `heddle dev`).";

/**
 * Whether a worker really works, not only whether one polled lately: the server remembers dead ones for minutes. A run
 * of a pattern that cannot exist goes through the worker to the registry and back.
 */
export async function probeWorker(
  connection: Connection,
  place: { readonly namespace: string; readonly taskQueue: string },
): Promise<Omit<Check, "name">> {
  const { namespace, taskQueue } = place;
  if ((await countPollers(connection, namespace, taskQueue)) === 0) {
    return { ok: false, message: `nobody polls the task queue "${taskQueue}"`, remedy: REMEDY };
  }
  const client = await createHeddleClient({ connection, namespace, taskQueue });
  const run = await client.start(PROBE, null, { workflowId: `heddle-doctor-${process.pid}` });
  const deadline = Date.now() + ANSWER_MS;
  try {
    const outcome = await connection.withDeadline(deadline, () => run.outcome());
    if (outcome.error?.type === "PatternNotFound") {
      return { ok: true, message: `a worker on "${taskQueue}" answers` };
    }
    const said = outcome.error?.message ?? outcome.status;
    return { ok: false, message: `a worker answers, but is not well: ${said}`, remedy: REMEDY };
  } catch (thrown) {
    if (!(thrown instanceof HeddleError) || thrown.code !== "NO_ANSWER") throw thrown;
    const probe = new Client({ connection, namespace }).workflow.getHandle(run.workflowId);
    await probe.terminate("heddle doctor: no worker answered");
    return { ok: false, message: `no worker on "${taskQueue}" answers`, remedy: REMEDY };
  }
}
