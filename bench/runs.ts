import { randomUUID } from "node:crypto";
import { cpuUsage } from "node:process";

import type { JsonValue } from "../src/core/index.ts";
import { readPattern, type Plan } from "../src/patterns/index.ts";
import type { BenchStack } from "./stack.ts";

/** Compiles and registers what a benchmark runs. */
export async function registerDocument(stack: BenchStack, document: object): Promise<Plan> {
  const read = readPattern(document);
  if (read.accepted === undefined) throw new Error(JSON.stringify(read.issues.slice(0, 5)));
  const { plan, definition } = read.accepted;
  await stack.registry.registerPattern({ definition, plan });
  return plan;
}

/** Starts so many runs at once and waits for them all. */
export async function costOfRuns(
  stack: BenchStack,
  runs: number,
  type: string,
  args: readonly JsonValue[],
): Promise<Cost> {
  return costOf(() => Promise.all(Array.from({ length: runs }, () => runOnce(stack, type, args))));
}

/** Runs one workflow to its end. */
export async function runOnce(
  stack: BenchStack,
  type: string,
  args: readonly JsonValue[],
): Promise<unknown> {
  const result: unknown = await stack.client.workflow.execute(type, {
    taskQueue: stack.taskQueue,
    workflowId: `${type}-${randomUUID()}`,
    args: [...args],
  });
  return result;
}

export interface Cost {
  readonly wallMs: number;
  /** Of this process: worker, sandbox and client. What the servers and other programs take is not in it. */
  readonly cpuMs: number;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const before = cpuUsage();
  const startedAt = performance.now();
  await work();
  const wallMs = performance.now() - startedAt;
  const { user, system } = cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

/** The cheapest of several rounds: whatever else the machine does only ever adds. */
export async function cheapest(rounds: number, work: () => Promise<unknown>): Promise<Cost> {
  let best: Cost = { wallMs: Number.POSITIVE_INFINITY, cpuMs: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round += 1) {
    const { wallMs, cpuMs } = await costOf(work);
    best = {
      wallMs: Math.min(best.wallMs, wallMs),
      cpuMs: Math.min(best.cpuMs, cpuMs),
    };
  }
  return best;
}
