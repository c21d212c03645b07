import { randomUUID } from "node:crypto";

import type { WorkflowHandle } from "@temporalio/client";

import type { JsonValue } from "../src/core/index.ts";
import { printTable } from "./report.ts";
import { registerDocument } from "./runs.ts";
import { startBenchStack, type BenchStack } from "./stack.ts";

interface Case {
  readonly name: string;
  readonly document: () => object;
  readonly steps: number;
  readonly isRight: (output: unknown) => boolean;
}

const LANES = 100;
const LANE_LENGTH = 200;
const ITEMS = 5000;

const CASES: readonly Case[] = [
  {
    name: "foreach of 5,000, 100 at once",
    steps: ITEMS,
    document: () => ({
      steps: {
        items: {
          foreach: { items: "${{ input }}", concurrency: 100 },
          call: "increment",
          with: "${{ item }}",
        },
      },
      output: "${{ steps.items.output }}",
    }),
    isRight: (output) =>
      Array.isArray(output) && output.length === ITEMS && output.every((n, at) => n === at + 1),
  },
  {
    name: "20,000 steps in 100 lanes",
    steps: LANES * LANE_LENGTH,
    document: lanes,
    isRight: (output) =>
      Array.isArray(output) &&
      output.length === LANES &&
      output.every((n, at) => n === at + LANE_LENGTH),
  },
];

/** Runs that are far longer than one history may be: how long they take, how they were divided, and whether they are right. */
export async function runScale(args: readonly string[]): Promise<void> {
  const stack = await startBenchStack();
  try {
    const rows: string[][] = [];
    for (const each of CASES)
      if (args.length === 0 || args.some((word) => each.name.includes(word)))
        rows.push(await measure(stack, each));
    printTable(
      [
        "run",
        "seconds",
        "ms per step",
        "executions",
        "most events in one",
        "most bytes in one",
        "output",
      ],
      rows,
    );
  } finally {
    await stack.stop();
  }
}

async function measure(stack: BenchStack, each: Case): Promise<string[]> {
  const name = `scale-${String(each.steps)}`;
  const plan = await registerDocument(stack, {
    heddle: "v1",
    name,
    version: "1.0.0",
    ...each.document(),
  });
  const workflowId = `${name}-${randomUUID()}`;
  const input: JsonValue = Array.from({ length: ITEMS }, (_none, at) => at);
  const startedAt = performance.now();
  const handle = await stack.client.workflow.start(plan.name, {
    taskQueue: stack.taskQueue,
    workflowId,
    args: [input],
  });
  const follow = followRun(stack, each.name, workflowId, startedAt);
  const output: unknown = await handle.result().finally(follow.stop);
  const seconds = (performance.now() - startedAt) / 1000;
  const executions = await executionsOf(stack, workflowId, handle.firstExecutionRunId);
  return [
    each.name,
    seconds.toFixed(1),
    ((seconds * 1000) / each.steps).toFixed(2),
    String(executions.length),
    String(Math.max(...executions.map(({ events }) => events))),
    String(Math.max(...executions.map(({ bytes }) => bytes))),
    each.isRight(output) ? "exact" : `WRONG: ${JSON.stringify(output).slice(0, 200)}`,
  ];
}

const TELL_EVERY_MS = 5000;

/** Says how far a run is, so that one which does not get on can be told from one that is long. */
function followRun(
  stack: BenchStack,
  name: string,
  workflowId: string,
  startedAt: number,
): { readonly stop: () => void } {
  const seen = new Set<string>();
  const tell = async (): Promise<void> => {
    const { runId, historyLength, historySize, raw } = await stack.client.workflow
      .getHandle(workflowId)
      .describe();
    seen.add(runId);
    const facts = [
      `${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
      `execution ${String(seen.size)}`,
      `${String(historyLength)} events`,
      `${((historySize ?? 0) / 1e6).toFixed(1)} MB`,
      `${String(raw.pendingActivities?.length ?? 0)} activities pending`,
    ];
    process.stderr.write(`${name}: ${facts.join(", ")}\n`);
  };
  const timer = setInterval(() => {
    tell().catch((error: unknown) => process.stderr.write(`${name}: ${String(error)}\n`));
  }, TELL_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

interface Execution {
  readonly events: number;
  readonly bytes: number;
}

async function executionsOf(
  stack: BenchStack,
  workflowId: string,
  first: string,
): Promise<readonly Execution[]> {
  const found: Execution[] = [];
  for (let runId: string | undefined = first; runId !== undefined;) {
    const handle: WorkflowHandle = stack.client.workflow.getHandle(workflowId, runId);
    const { historyLength, historySize = 0 } = await handle.describe();
    found.push({ events: historyLength, bytes: historySize });
    const last = (await handle.fetchHistory()).events?.at(-1);
    runId = last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return found;
}

function lanes(): object {
  const steps: Record<string, object> = {};
  const ends: string[] = [];
  for (let lane = 0; lane < LANES; lane += 1) {
    for (let at = 0; at < LANE_LENGTH; at += 1) {
      const read =
        at === 0 ? `input[${String(lane)}]` : `steps.s${String(lane)}_${String(at - 1)}.output`;
      steps[`s${String(lane)}_${String(at)}`] = { call: "increment", with: `\${{ ${read} }}` };
    }
    ends.push(`\${{ steps.s${String(lane)}_${String(LANE_LENGTH - 1)}.output }}`);
  }
  return { steps, output: ends };
}
