/** What a test needs to run workflows: one task queue per test file, never shared with another. */
import { randomUUID } from "node:crypto";
import { TestWorkflowEnvironment } from "@temporalio/testing";
import { DefaultLogger, Runtime, type WorkerOptions } from "@temporalio/worker";
import { inject } from "vitest";

/** Connects to the run's Temporal server; tear it down in `afterAll`. */
export async function connectTestEnvironment(): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createFromExistingServer({ address: inject("temporalAddress") });
}

/** A task queue that no other test polls. */
export function uniqueTaskQueue(name: string): string {
  return `${name.replaceAll(/[^A-Za-z0-9]+/g, "-").toLowerCase()}-${randomUUID().slice(0, 8)}`;
}

/**
 * The options every test worker has: the bundle that was made once, and, in the second pass of CI, no cache, so that each
 * workflow task replays the whole run and hidden non-determinism shows.
 */
export function testWorkerOptions(): Pick<WorkerOptions, "workflowBundle" | "maxCachedWorkflows"> {
  const cached = process.env["HEDDLE_TEST_MAX_CACHED_WORKFLOWS"];
  return {
    workflowBundle: { codePath: inject("workflowBundlePath") },
    ...(cached === undefined ? {} : { maxCachedWorkflows: Number(cached) }),
  };
}

/** Keeps the SDK's own log out of the test report; once per process, before the first worker. */
export function silenceRuntime(): void {
  Runtime.install({ logger: new DefaultLogger("ERROR") });
}
