import type { JsonValue } from "../src/core/index.ts";
import { createRandom } from "./random.ts";
import { medianOf, printTable } from "./report.ts";
import { registerDocument, runOnce } from "./runs.ts";
import { startBenchStack, type BenchStack } from "./stack.ts";

interface Shape {
  readonly name: string;
  readonly layers: number;
  readonly width: number;
}

const SHAPES: readonly Shape[] = [
  { name: "narrow and deep", layers: 20, width: 4 },
  { name: "wide", layers: 10, width: 20 },
  { name: "very wide", layers: 6, width: 60 },
];

interface Graph {
  readonly steps: Readonly<
    Record<string, { readonly needs: readonly string[]; readonly ms: number }>
  >;
  /** The longest way through, and how many steps it has. */
  readonly criticalMs: number;
  readonly length: number;
}

/**
 * How long random graphs take, compiled and written by hand on the engine with the same work, and both against the longest
 * way through them. The engine's floor is what a chain by hand takes that has as many steps as the longest way and does
 * nothing: starting a run, and queueing and starting each step of that way. All three take turns.
 * Arguments: rounds (3), then words of the graphs' names (all); medians.
 */
export async function runMakespan(args: readonly string[]): Promise<void> {
  const [rounds = "3", ...words] = args;
  const stack = await startBenchStack();
  try {
    const rows: string[][] = [];
    for (const [seed, shape] of SHAPES.entries())
      if (words.length === 0 || words.some((word) => shape.name.includes(word)))
        rows.push(await measure(stack, shape, randomGraph(shape, seed + 1), Number(rounds)));
    printTable(HEAD, rows);
  } finally {
    await stack.stop();
  }
}

const HEAD = [
  "graph",
  "steps",
  "critical path ms",
  "steps on it",
  "floor ms",
  "by hand ms",
  "compiled ms",
  "compiled / by hand",
  "by hand / (path + floor)",
  "compiled / (path + floor)",
];

interface Round {
  readonly floor: number;
  readonly byHand: number;
  readonly compiled: number;
}

async function measure(
  stack: BenchStack,
  { name, width, layers }: Shape,
  graph: Graph,
  rounds: number,
): Promise<string[]> {
  const title = `${name} (${String(layers)} x ${String(width)})`;
  const document = documentOf(graph, `makespan-${name.replaceAll(" ", "-")}`);
  const { name: type } = await registerDocument(stack, document);
  const byHand = handWritten(graph);
  const chain = { shape: "chain", steps: graph.length, dispatch: "activity", call: NOTHING };
  const once = async (): Promise<Round> => ({
    floor: await timed(() => runOnce(stack, "handWritten", [chain])),
    byHand: await timed(() => runOnce(stack, "handWrittenGraph", [byHand])),
    compiled: await timed(() => runOnce(stack, type, [null])),
  });
  const results: Round[] = [];
  // The first round only warms up.
  for (let round = 0; round <= rounds; round += 1) {
    const result = await once();
    process.stderr.write(`${title}: ${JSON.stringify(result)}\n`);
    if (round > 0) results.push(result);
  }
  const of = (choose: (round: Round) => number, digits: number): string => {
    const values = results.map(choose);
    const ends = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
    const median = medianOf(values).toFixed(digits);
    return digits === 0 ? median : `${median} (${ends.join("-")})`;
  };
  return [
    title,
    String(Object.keys(graph.steps).length),
    graph.criticalMs.toFixed(0),
    String(graph.length),
    of(({ floor }) => floor, 0),
    of(({ byHand: written }) => written, 0),
    of(({ compiled }) => compiled, 0),
    of(({ compiled, byHand: written }) => compiled / written, 3),
    of(({ floor, byHand: written }) => written / (graph.criticalMs + floor), 3),
    of(({ floor, compiled }) => compiled / (graph.criticalMs + floor), 3),
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Each step needs one to three of the layer before; most take a few hundred milliseconds, some up to two seconds. */
function randomGraph({ layers, width }: Shape, seed: number): Graph {
  const random = createRandom(seed);
  const steps: Record<string, { needs: readonly string[]; ms: number }> = {};
  const ends = new Map<string, { readonly ms: number; readonly length: number }>();
  for (let layer = 0; layer < layers; layer += 1)
    for (let at = 0; at < width; at += 1) {
      const needs = new Set<string>();
      const wanted = layer === 0 ? 0 : 1 + Math.floor(random() * 3);
      while (needs.size < Math.min(wanted, width))
        needs.add(idOf(layer - 1, Math.floor(random() * width)));
      const ms = Math.round(100 * Math.exp(random() * 3));
      steps[idOf(layer, at)] = { needs: [...needs], ms };
      const before = [...needs].map((need) => ends.get(need) ?? { ms: 0, length: 0 });
      const longest = before.reduce((left, right) => (right.ms > left.ms ? right : left), {
        ms: 0,
        length: 0,
      });
      ends.set(idOf(layer, at), { ms: longest.ms + ms, length: longest.length + 1 });
    }
  const last = [...ends.values()].reduce((left, right) => (right.ms > left.ms ? right : left));
  return { steps, criticalMs: last.ms, length: last.length };
}

function idOf(layer: number, at: number): string {
  return `s${String(layer)}-${String(at)}`;
}

function documentOf({ steps }: Graph, name: string): object {
  const made = Object.entries(steps).map(([id, { needs, ms }]) => [
    id,
    { call: "pause", with: { ms }, needs },
  ]);
  return {
    heddle: "v1",
    name,
    version: "1.0.0",
    output: true,
    steps: Object.fromEntries(made) as object,
  }; // as: pairs of id and step
}

const RUN = { version: "1.0.0", workspace: "/bench", outputDir: "/bench/output" };
const NOTHING = { run: RUN, step: "s0", function: "noop", input: null };

/** The same graph with the same work, as the compiled one sends it. */
function handWritten({ steps }: Graph): JsonValue {
  const indexOf = new Map(Object.keys(steps).map((id, index) => [id, index]));
  return {
    steps: Object.entries(steps).map(([step, { needs, ms }]) => ({
      needs: needs.map((need) => indexOf.get(need) ?? 0),
      call: { run: RUN, step, function: "pause", input: { ms } },
    })),
  };
}
