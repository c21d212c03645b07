import { Client } from "@temporalio/client";
import { NativeConnection } from "@temporalio/worker";

import type { Config } from "../../config.ts";
import { HeddleError, messageOf } from "../../core/index.ts";
import { createLogger } from "../../logger.ts";
import { createPostgresRegistry, RETENTION_PRESETS, type Registry } from "../../registry/index.ts";
import { createWorkers, installRuntime, startUpkeep } from "../../worker.ts";
import type { Target } from "../target.ts";
import { createUndo } from "../undo.ts";
import { readQueues } from "./registered-queues.ts";

export interface RunningWorkers {
  /** Polls the queues that patterns named before this process was there. */
  readonly pollRegistered: () => Promise<void>;
  /** Rejects when a worker breaks. */
  readonly done: Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface StartWorkersOptions {
  readonly config: Config;
  readonly target: Target;
  readonly env: NodeJS.ProcessEnv;
  readonly taskQueues?: readonly string[];
  readonly logLevel: string;
  /** The command shows the run that these workers serve. */
  readonly isWatched?: boolean;
  readonly note: (text: string) => void;
}

/** Workers in this process, with connections of their own. */
export async function startWorkers(options: StartWorkersOptions): Promise<RunningWorkers> {
  const { config, target, env, note } = options;
  const { namespace } = target;
  const write = (line: string): void => {
    note(line.trimEnd());
  };
  const logger = createLogger({ level: options.logLevel, format: config.logFormat, write });
  installRuntime(logger, { isWatched: options.isWatched === true });
  const undo = createUndo();
  try {
    const registry = createPostgresRegistry({
      databaseUrl: target.databaseUrl,
      tenant: namespace,
    });
    undo.add(() => registry.close());
    const connection = await connect(target);
    undo.add(() => connection.close());
    const workers = await createWorkers({
      ...{ config, namespace, connection, registry, logger, env },
      taskQueues: options.taskQueues ?? [],
      pollNamedQueues: true,
    });
    undo.add(() => workers.stop());
    const upkeep = startUpkeep({
      registry,
      client: new Client({ connection, namespace }),
      retention: RETENTION_PRESETS[config.retention],
      logger,
    });
    undo.add(() => upkeep.stop());
    return {
      pollRegistered: () => pollRegistered(registry, workers),
      done: workers.done,
      stop: () => undo.all(),
    };
  } catch (thrown) {
    await undo.all();
    throw thrown;
  }
}

async function pollRegistered(
  registry: Registry,
  workers: { readonly poll: (queue: string) => Promise<void> },
): Promise<void> {
  for (const queue of await readQueues(registry)) await workers.poll(queue);
}

async function connect({ connectTo }: Target): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(connectTo);
  } catch (thrown) {
    const message = `No Temporal server answers at ${connectTo.address}: ${messageOf(thrown)}`;
    throw new HeddleError("TEMPORAL_UNAVAILABLE", message, {
      hint: "Start everything with `heddle dev`, or correct TEMPORAL_ADDRESS.",
      cause: thrown,
    });
  }
}
