import { randomUUID } from "node:crypto";

import type { JsonObject } from "../src/core/index.ts";
import { hasHooks } from "../src/workflows/interpreter/watches.ts";
import { medianOf, printTable } from "./report.ts";
import { registerDocument } from "./runs.ts";
import { startBenchStack, type BenchStack } from "./stack.ts";

const STEPS = 50;

/** Echoes nothing and decides nothing, once per line: what a program that stays costs by itself. */
const WARM = `
  const lines = require("node:readline").createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    const { id } = JSON.parse(line);
    process.stdout.write(JSON.stringify({ id, output: { outcome: "continue" } }) + "\\n");
  });
`;

const FUNCTION = { handler: { function: "noop-hook" } };

/** One hook before each step, in every way in which a hook may be carried out. */
const VARIANTS: readonly (readonly [name: string, hook: JsonObject | undefined])[] = [
  ["none", undefined],
  ["no match at the point", { ...FUNCTION, match: { role: "nobody" } }],
  ["function, local", { ...FUNCTION, dispatch: "local" }],
  ["function, activity", FUNCTION],
  [
    "function, activity, batched",
    { ...FUNCTION, on: "step.after", mode: "async", batch: { size: 25, wait: "100ms" } },
  ],
  [
    "persistent command, activity",
    { handler: { command: ["node", "-e", WARM], persistent: true } },
  ],
  ["command, activity", { handler: { command: ["true"] } }],
];

interface Measured {
  readonly ms: number;
  readonly events: number;
}

/** What a hook adds to a step: milliseconds and history events, in a chain of steps that do nothing. */
export async function runHooks(args: readonly string[]): Promise<void> {
  const rounds = Number(args[0] ?? 3);
  const stack = await startBenchStack();
  try {
    const measured = new Map<string, Measured[]>(VARIANTS.map(([name]) => [name, []]));
    const names = new Map<string, string>();
    for (const [index, [name, hook]] of VARIANTS.entries())
      names.set(name, await register(stack, index, hook));
    // Round 0 warms up; then all take turns, so that a machine whose speed drifts does not decide.
    for (let round = 0; round <= rounds; round += 1)
      for (const [name, pattern] of names) {
        const result = await measure(stack, pattern);
        if (round > 0) measured.get(name)?.push(result);
      }
    const base = middle(measured.get("none") ?? []);
    printTable(
      ["hook before each step", "ms per step", "added ms per hook", "added events per hook"],
      [...measured].map(([name, results]) => {
        const { ms, events } = middle(results);
        return [
          name,
          (ms / STEPS).toFixed(2),
          ((ms - base.ms) / STEPS).toFixed(2),
          ((events - base.events) / STEPS).toFixed(2),
        ];
      }),
    );
  } finally {
    await stack.stop();
  }
  process.stdout.write(`a point without hooks, asked: ${askedMicroseconds().toFixed(3)} us\n`);
}

function middle(results: readonly Measured[]): Measured {
  return {
    ms: medianOf(results.map(({ ms }) => ms)),
    events: medianOf(results.map(({ events }) => events)),
  };
}

async function register(
  stack: BenchStack,
  index: number,
  hook: JsonObject | undefined,
): Promise<string> {
  const name = `bench-hooks-${String(index)}`;
  const steps = Object.fromEntries(
    Array.from({ length: STEPS }, (_none, step) => [
      `s${String(step)}`,
      { call: "noop", ...(step === 0 ? {} : { needs: [`s${String(step - 1)}`] }) },
    ]),
  );
  await registerDocument(stack, {
    heddle: "v1",
    name,
    version: "1.0.0",
    output: true,
    agents: { nobody: { handler: { function: "noop" } } },
    steps,
    ...(hook === undefined ? {} : { hooks: [{ name: "observe", on: "step.before", ...hook }] }),
  });
  return name;
}

async function measure(stack: BenchStack, pattern: string): Promise<Measured> {
  const startedAt = performance.now();
  const handle = await stack.client.workflow.start(pattern, {
    taskQueue: stack.taskQueue,
    workflowId: `${pattern}-${randomUUID()}`,
    args: [null],
  });
  await handle.result();
  const ms = performance.now() - startedAt;
  return { ms, events: (await handle.describe()).historyLength };
}

/** The interpreter's own question at a point where no hook matches. */
function askedMicroseconds(): number {
  // as: the question reads nothing of a run but its table of hooks
  const ctx = { hooks: { hooks: [], run: {}, steps: {} } } as unknown as Parameters<
    typeof hasHooks
  >[0];
  const times = 1_000_000;
  let found = 0;
  const startedAt = performance.now();
  for (let time = 0; time < times; time += 1) if (hasHooks(ctx, "step.before", "s1")) found += 1;
  if (found > 0) throw new Error("a hook was found where there is none");
  return ((performance.now() - startedAt) * 1000) / times;
}
