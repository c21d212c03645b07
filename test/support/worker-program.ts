/**
 * A worker as a process of its own, for tests that kill it: `worker-program.ts <file>` with the JSON of `WorkerProgram`. It
 * keeps its registry in memory, so that what it has recorded dies with it.
 */
import { readFileSync } from "node:fs";
import { NativeConnection } from "@temporalio/worker";

import { createWorkers } from "../../src/create-workers.ts";
import { createLogger } from "../../src/logger.ts";
import type { Plan } from "../../src/patterns/plan.ts";
import { installRuntime } from "../../src/temporal-runtime.ts";
import { createMemoryRegistry } from "./memory-registry.ts";

export interface WorkerProgram {
  readonly address: string;
  readonly taskQueue: string;
  readonly dataDir: string;
  readonly bundlePath: string;
  readonly functions: readonly string[];
  readonly plans: readonly Plan[];
}

const [, , file = ""] = process.argv;
const given = JSON.parse(readFileSync(file, "utf8")) as WorkerProgram; // as: written by the test that starts it
const logger = createLogger({ level: "silent", format: "plain" });
installRuntime(logger);
const registry = createMemoryRegistry();
for (const plan of given.plans)
  await registry.registerPattern({ definition: { name: plan.name }, plan });
const workers = await createWorkers({
  config: {
    taskQueue: given.taskQueue,
    dataDir: given.dataDir,
    worker: { activities: 100, workflowTasks: 40, cachedRuns: 500 },
    functions: [...given.functions],
    environment: [],
    shell: "auto",
  },
  namespace: "default",
  connection: await NativeConnection.connect({ address: given.address }),
  registry,
  workflowCode: { bundlePath: given.bundlePath },
  logger,
  env: process.env,
});
process.stdout.write("polls\n");
await workers.done;
