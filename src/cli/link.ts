import { createHeddleClient, type HeddleClient } from "../client/index.ts";
import type { Registry } from "../registry/index.ts";
import { openConnection } from "./connection.ts";
import type { Link } from "./context.ts";
import { createOnce } from "./once.ts";
import { databaseOf, serverOf, type PartialTarget } from "./target.ts";
import { countPollers } from "./task-queue.ts";

export interface LinkParts {
  /** Finds the servers, or starts them. */
  readonly findTarget: () => Promise<PartialTarget>;
  readonly serve: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Connections that are opened when they are first asked for, and closed in reverse. */
export function createLink(parts: LinkParts): Link {
  const target = createOnce(parts.findTarget);
  const registry = createOnce(async () => openRegistry(await target.get()));
  const connection = createOnce(async () => openConnection(serverOf(await target.get())));
  const client = createOnce(async (): Promise<HeddleClient> => {
    const { namespace, taskQueue, webUrl, databaseUrl } = await target.get();
    return createHeddleClient({
      connection: await connection.get(),
      namespace,
      taskQueue,
      webUrl,
      // A person or a script waits for the answer, and a busy machine may take its time to replay a run for it.
      answerMs: 30_000,
      // Opened only when an output really is a reference.
      ...(databaseUrl === undefined
        ? {}
        : { values: { getValue: async (digest) => (await registry.get()).getValue(digest) } }),
    });
  });
  return {
    client: client.get,
    registry: registry.get,
    async countWorkers() {
      const { namespace, taskQueue } = await target.get();
      return countPollers(await connection.get(), namespace, taskQueue);
    },
    serve: parts.serve,
    async close() {
      await registry.started()?.then((opened) => opened.close());
      await connection.started()?.then((opened) => opened.close());
      await parts.stop();
    },
  };
}

/** Loaded late: most of what the registry needs is of no use to commands that never open it. */
async function openRegistry(target: PartialTarget): Promise<Registry> {
  const { createPostgresRegistry } = await import("../registry/index.ts");
  return createPostgresRegistry({
    databaseUrl: databaseOf(target),
    tenant: target.namespace,
    actor: "heddle cli",
    maxConnections: 4,
  });
}
