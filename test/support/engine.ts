/** A real worker on the run's real Temporal server, with a registry in memory: what workflow tests stand on. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection, type WorkflowHandle } from "@temporalio/client";
import { NativeConnection } from "@temporalio/worker";
import { inject } from "vitest";

import type { JsonValue } from "../../src/core/index.ts";
import { createWorkers, type Workers, type WorkersOptions } from "../../src/create-workers.ts";
import { createLogger } from "../../src/logger.ts";
import type { Plan } from "../../src/patterns/plan.ts";
import type { Registry } from "../../src/registry/index.ts";
import { installRuntime } from "../../src/temporal-runtime.ts";
import { createMemoryRegistry } from "./memory-registry.ts";
import { uniqueTaskQueue } from "./temporal.ts";

/** What the server recorded of one execution. */
export type History = Awaited<ReturnType<WorkflowHandle["fetchHistory"]>>;

export interface Engine {
  readonly client: Client;
  readonly registry: Registry;
  readonly taskQueue: string;
  readonly dataDir: string;
  register(plan: Plan): Promise<void>;
  start(plan: Plan, input?: JsonValue, options?: JsonValue): Promise<WorkflowHandle>;
  /** Starts and waits. */
  run(plan: Plan, input?: JsonValue, options?: JsonValue): Promise<unknown>;
  history(handle: WorkflowHandle): Promise<History>;
  /** Stops the worker and starts another, as after a deployment. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly name: string;
  readonly functions?: readonly string[];
  readonly registry?: Registry;
  readonly env?: Readonly<Record<string, string>>;
  readonly mcpServers?: WorkersOptions["config"]["mcpServers"];
  /** Off unless said: the hook files of whoever runs the tests are none of their business. */
  readonly hookFiles?: WorkersOptions["config"]["hookFiles"];
  readonly security?: WorkersOptions["config"]["security"];
  /** Also polls each queue that a pattern names. @default true */
  readonly pollNamedQueues?: boolean;
  /** How often hooks of `system.*` are told. */
  readonly system?: WorkersOptions["system"];
  /** Another Temporal server than the one of the whole run. */
  readonly address?: string;
}

export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { address = inject("temporalAddress") } = options;
  const taskQueue = uniqueTaskQueue(options.name);
  const dataDir = await mkdtemp(join(tmpdir(), "heddle-engine-"));
  const registry = options.registry ?? createMemoryRegistry();
  const logger = createLogger({ level: "silent", format: "plain" });
  // Before the first native connection, which would set the runtime up without our logger.
  installRuntime(logger);
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection });
  const open = (): Promise<Workers> =>
    createWorkers({
      config: {
        taskQueue,
        dataDir,
        worker: { activities: 100, workflowTasks: workflowTasks(), cachedRuns: cachedRuns() },
        functions: [...(options.functions ?? [])],
        environment: [],
        shell: "auto",
        mcpServers: options.mcpServers ?? {},
        hookFiles: options.hookFiles ?? "none",
        ...(options.security === undefined ? {} : { security: options.security }),
      },
      namespace: "default",
      connection: native,
      registry,
      workflowCode: { bundlePath: inject("workflowBundlePath") },
      pollNamedQueues: options.pollNamedQueues ?? true,
      logger,
      ...(options.system === undefined ? {} : { system: options.system }),
      env: { ...process.env, ...options.env },
    });
  let workers = await open();
  const engine: Engine = {
    client,
    registry,
    taskQueue,
    dataDir,
    async register(plan) {
      await registry.registerPattern({ definition: { name: plan.name }, plan });
    },
    async start(plan, input = null, runOptions = null) {
      await engine.register(plan);
      return client.workflow.start(plan.name, {
        taskQueue,
        workflowId: `${plan.name}-${randomUUID()}`,
        args: [input, runOptions],
      });
    },
    async run(plan, input, runOptions) {
      const handle = await engine.start(plan, input, runOptions);
      const result: unknown = await handle.result();
      return result;
    },
    history: (handle) => handle.fetchHistory(),
    async restart() {
      await workers.stop();
      workers = await open();
    },
    async stop() {
      await workers.stop();
      await connection.close();
      await native.close();
      await registry.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return engine;
}

/** The second pass of CI keeps no run in memory, so that each task replays the whole run. */
function cachedRuns(): number {
  return Number(process.env["HEDDLE_TEST_MAX_CACHED_WORKFLOWS"] ?? 500);
}

/**
 * Without a cache the worker has room for one run at a time. A task that it takes beside that one would lie there until
 * the server gives it up, 10 s later.
 */
function workflowTasks(): number {
  return cachedRuns() === 0 ? 1 : 40;
}
