import type { Connection } from "@temporalio/client";

/** Workers that polled a queue for workflow tasks lately (the server remembers some minutes). */
export async function countPollers(
  connection: Connection,
  namespace: string,
  taskQueue: string,
): Promise<number> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    // Unset, the type is the first one of the enumeration: workflow tasks.
  });
  return pollers.length;
}
