import type { Client } from "@temporalio/client";
import type { StepReport } from "../../../src/workflows/messages.ts";
import { untilStep, untilWaiting } from "../../support/documents.ts";
import type { World } from "./case.ts";

export function createWorld(client: Client, workflowId: string): World {
  const handle = client.workflow.getHandle(workflowId);
  const until = async (name: string, status: string): Promise<void> => {
    const matches = (step: StepReport): boolean => step.status === status;
    await untilStep(handle, name, matches);
    // A worker that keeps no run in memory may answer from a task which has yet to be done, and which what happens next
    // would still get into. The second question comes after that task.
    await untilStep(handle, name, matches);
  };
  return {
    handle,
    event: (type, data = null) => handle.signal("event", { type, data }),
    async waiting(...names) {
      for (const name of names) await untilWaiting(handle, name);
    },
    succeeded: (name) => until(name, "succeeded"),
    cancelled: (name) => until(name, "cancelled"),
    async approve(id) {
      await handle.executeUpdate("approve", { args: [{ id, decision: "approve" }] });
    },
    child: (step) => createWorld(client, `${workflowId}/${step}`),
  };
}
