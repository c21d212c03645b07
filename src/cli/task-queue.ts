import type { Connection } from "@temporalio/client";

/** `temporal.api.enums.v1.TaskQueueType`, which the client package does not export. */
const WORKFLOW_TASKS = 1;

/** Workers that polled a queue for workflow tasks lately (the server remembers some minutes). */
export async function countPollers(
  connection: Connection,
  namespace: string,
  taskQueue: string,
): Promise<number> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW_TASKS,
  });
  return pollers.length;
}
