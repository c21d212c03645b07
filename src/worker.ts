import { realpathSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { Client } from "@temporalio/client";
import { NativeConnection } from "@temporalio/worker";

import { loadConfig } from "./config.ts";
import { HeddleError, messageOf } from "./core/index.ts";
import { createWorkers, type WorkersOptions } from "./create-workers.ts";
import { createLogger } from "./logger.ts";
import { createPostgresRegistry, RETENTION_PRESETS } from "./registry/index.ts";
import { installRuntime } from "./temporal-runtime.ts";
import { startUpkeep } from "./upkeep.ts";

export { createWorkers, type Workers, type WorkersOptions } from "./create-workers.ts";
export { installRuntime } from "./temporal-runtime.ts";
export { startUpkeep } from "./upkeep.ts";

export interface WorkerProcessOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Further queues, polled for activities. */
  readonly taskQueues?: readonly string[];
  readonly pollNamedQueues?: boolean;
}

/** A worker process: opens what it needs, runs until SIGINT or SIGTERM, closes in reverse. */
export async function runWorkerProcess(options: WorkerProcessOptions): Promise<void> {
  const { cwd, env, ...queues } = options;
  const config = await loadConfig({ cwd, env });
  const { databaseUrl, temporal } = config;
  if (databaseUrl === undefined) throw notConfigured("DATABASE_URL");
  if (temporal.connection === undefined) throw notConfigured("TEMPORAL_ADDRESS");
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  installRuntime(logger);
  const registry = createPostgresRegistry({ databaseUrl, tenant: temporal.namespace });
  try {
    const connection = await NativeConnection.connect(temporal.connection);
    try {
      const { namespace } = temporal;
      const upkeep = startUpkeep({
        registry,
        client: new Client({ connection, namespace }),
        retention: RETENTION_PRESETS[config.retention],
        logger,
      });
      try {
        await serve({ config, namespace, connection, registry, logger, env, ...queues });
      } finally {
        await upkeep.stop();
      }
    } finally {
      await connection.close();
    }
  } finally {
    await registry.close();
  }
}

function notConfigured(variable: string): HeddleError {
  return new HeddleError(
    "WORKER_NOT_CONFIGURED",
    `A worker needs a database and a Temporal server; ${variable} is not set.`,
    { hint: "Set it, or start everything on this machine with `heddle dev`." },
  );
}

async function serve(options: WorkersOptions): Promise<void> {
  const workers = await createWorkers(options);
  const stop = (): void => {
    options.logger.info({}, "worker stops");
    // A failure shows in `done`, which is waited for below.
    workers.stop().catch(() => undefined);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    await workers.done;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

/** Whether this file is the program, as in `node dist/worker.js`, and not a part of one. */
function isProgram(): boolean {
  const program = process.argv[1];
  return program !== undefined && import.meta.url === pathToFileURL(realpathSync(program)).href;
}

if (isProgram()) {
  try {
    await runWorkerProcess({ cwd: process.cwd(), env: process.env });
  } catch (error) {
    const hint = error instanceof HeddleError && error.hint !== undefined ? `\n${error.hint}` : "";
    process.stderr.write(`${messageOf(error)}${hint}\n`);
    process.exitCode = 1;
  }
}
