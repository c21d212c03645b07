import { taskQueuesOf } from "../../patterns/index.ts";
import type { Registry } from "../../registry/index.ts";

/**
 * The queues that registered patterns name. A worker learns of a pattern's queues when it loads its plan; this is for runs
 * whose plan was loaded by a worker that is no more.
 */
export async function readQueues(
  registry: Pick<Registry, "listPatterns" | "listVersions" | "getPattern">,
): Promise<ReadonlySet<string>> {
  const queues = new Set<string>();
  for (const { name } of await registry.listPatterns()) {
    for (const { version } of await registry.listVersions(name)) {
      const pattern = await registry.getPattern(name, version);
      if (pattern === undefined) continue;
      for (const queue of taskQueuesOf(pattern.plan)) queues.add(queue);
    }
  }
  return queues;
}
