import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { NativeConnection } from "@temporalio/worker";

import { bundleWorkflows } from "../src/bundle-workflows.ts";
import { createWorkers } from "../src/create-workers.ts";
import { registerSearchAttributes, startPostgres, startTemporal } from "../src/devstack/index.ts";
import { createLogger } from "../src/logger.ts";
import { createPostgresRegistry, migrate, type Registry } from "../src/registry/index.ts";
import { installRuntime } from "../src/temporal-runtime.ts";

/** A stack of its own for a benchmark: real servers in a folder that goes when it ends. */
export interface BenchStack {
  readonly client: Client;
  readonly registry: Registry;
  readonly taskQueue: string;
  stop(): Promise<void>;
}

export async function startBenchStack(): Promise<BenchStack> {
  const folder = await mkdtemp(join(tmpdir(), "heddle-bench-"));
  const logger = createLogger({ level: "error", format: "plain" });
  installRuntime(logger);
  const report = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const [postgres, temporal] = await Promise.all([
    startPostgres({ dataDir: join(folder, "postgres"), port: 0, report }),
    startTemporal({
      dataDir: folder,
      namespace: "default",
      port: 0,
      uiPort: 0,
      isDisposable: false,
      report,
    }),
  ]);
  await migrate(postgres.url);
  const registry = createPostgresRegistry({ databaseUrl: postgres.url });
  // A history with a large plan in it does not fit what a client takes at once by default (4 MiB).
  const channelArgs = { "grpc.max_receive_message_length": 64 * 1024 * 1024 };
  const connection = await Connection.connect({ address: temporal.address, channelArgs });
  await registerSearchAttributes(connection, "default");
  const native = await NativeConnection.connect({ address: temporal.address });
  const bundlePath = join(folder, "bundle.js");
  await writeFile(bundlePath, await bundleWorkflows(resolve(import.meta.dirname, "workflows.ts")));
  const workers = await createWorkers({
    config: {
      taskQueue: "bench",
      dataDir: folder,
      worker: { activities: 200, workflowTasks: 40, cachedRuns: 500 },
      functions: [resolve(import.meta.dirname, "functions.ts")],
      environment: [],
      shell: "auto",
    },
    namespace: "default",
    connection: native,
    registry,
    workflowCode: { bundlePath },
    logger,
    env: process.env,
  });
  return {
    client: new Client({ connection }),
    registry,
    taskQueue: "bench",
    async stop() {
      await workers.stop();
      await connection.close();
      await native.close();
      await registry.close();
      await temporal.child.stop();
      await postgres.child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
