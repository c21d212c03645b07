import type { JsonValue } from "../src/core/index.ts";
import type { Plan } from "../src/patterns/index.ts";
import { costOfRuns, registerDocument, type Cost } from "./runs.ts";
import { medianOf, printTable } from "./report.ts";
import { startBenchStack, type BenchStack } from "./stack.ts";
import type { HandWritten } from "./workflows.ts";

const HOOKS = ["none", "local", "activity"] as const;
type Hooks = (typeof HOOKS)[number];

interface Case {
  readonly name: string;
  readonly shape: HandWritten["shape"];
  readonly steps: number;
  /** Runs at the same time. */
  readonly runs: number;
}

const CASES: readonly Case[] = [
  { name: "chain of 100", shape: "chain", steps: 100, runs: 1 },
  { name: "fan of 200", shape: "fan", steps: 200, runs: 1 },
  { name: "40 runs x 10", shape: "chain", steps: 10, runs: 40 },
];

/**
 * Compiled patterns against hand-written workflows with the same activities, on one server, one worker and one client.
 * The two take turns, and the ratio is taken pair by pair, so that a machine whose speed drifts does not decide.
 * Arguments: how many pairs (5), then which hooks (none, local, activity; all).
 */
export async function runQuick(args: readonly string[]): Promise<void> {
  const pairs = Number(args[0] ?? 5);
  const chosen = HOOKS.filter((hooks) => args.length < 2 || args.includes(hooks));
  const stack = await startBenchStack();
  try {
    const rows: string[][] = [];
    for (const hooks of chosen)
      for (const each of CASES) rows.push(await measure(stack, each, hooks, pairs));
    printTable(
      [
        "case",
        "hooks per step",
        "hand-written ms",
        "compiled ms",
        "ms per step",
        "ratio",
        "min-max",
        "cpu ms per step",
        "cpu ratio",
      ],
      rows,
    );
  } finally {
    await stack.stop();
  }
}

async function measure(
  stack: BenchStack,
  each: Case,
  hooks: Hooks,
  pairs: number,
): Promise<string[]> {
  const plan = await registerPlan(stack, each, hooks);
  const byHand = handWrittenOf(plan, each, hooks);
  const compiled = (): Promise<Cost> => costOfRuns(stack, each.runs, plan.name, [null]);
  const written = (): Promise<Cost> =>
    costOfRuns(stack, each.runs, "handWritten", [byHand as unknown as JsonValue]); // as: plain JSON
  await written();
  await compiled();
  const results: Pair[] = [];
  for (let pair = 0; pair < pairs; pair += 1)
    results.push({ written: await written(), compiled: await compiled() });
  const ratios = results.map((result) => result.compiled.wallMs / result.written.wallMs);
  const cpuRatios = results.map((result) => result.compiled.cpuMs / result.written.cpuMs);
  const perStep = (what: keyof Cost): string =>
    (medianOf(results.map((result) => result.compiled[what])) / (each.steps * each.runs)).toFixed(
      2,
    );
  return [
    each.name,
    hooks,
    medianOf(results.map((result) => result.written.wallMs)).toFixed(0),
    medianOf(results.map((result) => result.compiled.wallMs)).toFixed(0),
    perStep("wallMs"),
    medianOf(ratios).toFixed(3),
    `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`,
    perStep("cpuMs"),
    medianOf(cpuRatios).toFixed(3),
  ];
}

interface Pair {
  readonly written: Cost;
  readonly compiled: Cost;
}

async function registerPlan(stack: BenchStack, each: Case, hooks: Hooks): Promise<Plan> {
  const steps = Array.from({ length: each.steps }, (_none, index) => [
    `s${String(index)}`,
    {
      call: "noop",
      ...(each.shape === "chain" && index > 0 ? { needs: [`s${String(index - 1)}`] } : {}),
    },
  ]);
  const document = {
    heddle: "v1",
    name: `bench-${each.shape}-${String(each.steps)}-${hooks}`,
    version: "1.0.0",
    output: true,
    steps: Object.fromEntries(steps) as JsonValue, // as: pairs of id and step
    ...(hooks === "none"
      ? {}
      : {
          hooks: [
            {
              name: "observe",
              on: "step.before",
              handler: { function: "noop-hook" },
              dispatch: hooks,
            },
          ],
        }),
  };
  return registerDocument(stack, document);
}

/** The same activities with the same inputs, as the compiled pattern sends them. */
function handWrittenOf(plan: Plan, each: Case, hooks: Hooks): HandWritten {
  const run = { version: "1.0.0", workspace: "/bench", outputDir: "/bench/output" };
  const [hook] = plan.hooks;
  return {
    shape: each.shape,
    steps: each.steps,
    dispatch: hooks === "activity" ? "activity" : "local",
    call: { run, step: "s0", function: "noop", input: null },
    ...(hook === undefined
      ? {}
      : {
          hook: {
            run,
            hook,
            event: {
              id: "",
              point: "step.before",
              hook: hook.name,
              run: { id: "", workflowId: "", pattern: plan.name, version: plan.version },
              step: { id: "s0", kind: "call", tool: "call", attempt: 1, input: null },
              state: {},
              workspace: "/bench",
            },
          },
        }),
  };
}
