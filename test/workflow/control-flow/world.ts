import type { Client } from "@temporalio/client";
import { untilStep, untilWaiting } from "../../support/documents.ts";
import type { World } from "./case.ts";

export function createWorld(client: Client, workflowId: string): World {
  const handle = client.workflow.getHandle(workflowId);
  const until = async (name: string, status: string): Promise<void> => {
    await untilStep(handle, name, (step) => step.status === status);
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
