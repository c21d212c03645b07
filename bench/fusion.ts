import type { JsonValue } from "../src/core/index.ts";
import { printTable } from "./report.ts";
import { cheapest, registerDocument, runOnce, type Cost } from "./runs.ts";
import { startBenchStack } from "./stack.ts";

const CHAINS = 20;
const LENGTH = 10;

/**
 * Local steps in chains of ten, with and without fusion, against as many bare local activities in a row. What a run
 * costs without its steps is measured in the same rounds and taken off, so that the ratio is that of the steps.
 * Argument: rounds (9); the cheapest counts.
 */
export async function runFusion(args: readonly string[]): Promise<void> {
  const rounds = Number(args[0] ?? 9);
  const stack = await startBenchStack();
  try {
    const measure = async (type: string, input: JsonValue): Promise<Cost> => {
      await runOnce(stack, type, [input]);
      return cheapest(rounds, () => runOnce(stack, type, [input]));
    };
    const patternOf = async (name: string, chains: number, fusion: boolean): Promise<Cost> => {
      const document = documentOf(name, chains, fusion);
      return measure((await registerDocument(stack, document)).name, null);
    };
    const byHand = (steps: number): Promise<Cost> => measure("handWritten", handWritten(steps));
    const bare = minus(await byHand(CHAINS * LENGTH), await byHand(0));
    const rows = [row("bare local activities", bare, bare)];
    for (const fusion of [false, true]) {
      const name = `bench-${fusion ? "fused" : "plain"}`;
      const empty = await patternOf(`${name}-empty`, 0, fusion);
      const full = await patternOf(name, CHAINS, fusion);
      rows.push(
        row(fusion ? "fused chains of 10" : "local steps, not fused", minus(full, empty), bare),
      );
    }
    printTable(["200 steps", "wall ms", "cpu ms", "wall ratio", "cpu ratio"], rows);
  } finally {
    await stack.stop();
  }
}

function minus(all: Cost, part: Cost): Cost {
  return { wallMs: all.wallMs - part.wallMs, cpuMs: all.cpuMs - part.cpuMs };
}

function row(name: string, cost: Cost, bare: Cost): string[] {
  return [
    name,
    cost.wallMs.toFixed(0),
    cost.cpuMs.toFixed(0),
    (cost.wallMs / bare.wallMs).toFixed(2),
    (cost.cpuMs / bare.cpuMs).toFixed(2),
  ];
}

function handWritten(steps: number): JsonValue {
  const run = { version: "1.0.0", workspace: "/bench", outputDir: "/bench/output" };
  const call = { run, step: "s0", function: "noop", input: null };
  return { shape: "chain", steps, dispatch: "local", localSteps: true, call };
}

/** Chains of ten, each begun by a step that is no work, so that none goes on into the next. */
function documentOf(name: string, chains: number, fusion: boolean): object {
  const steps: Record<string, object> = { begin: { set: {} } };
  let before = "begin";
  for (let chain = 0; chain < chains; chain += 1) {
    for (let at = 0; at < LENGTH; at += 1) {
      const id = `s${String(chain)}-${String(at)}`;
      steps[id] = { call: "noop", dispatch: "local", needs: [before] };
      before = id;
    }
    const gap = `gap${String(chain)}`;
    steps[gap] = { set: {}, needs: [before] };
    before = gap;
  }
  return { heddle: "v1", name, version: "1.0.0", coordination: { fusion }, output: true, steps };
}
