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
 * How long random graphs take against the longest way through them. The engine's floor is what the same graph takes when
 * its steps do nothing, written by hand on the engine itself, in the same rounds.
 * Argument: rounds (3); medians.
 */
export async function runMakespan(args: readonly string[]): Promise<void> {
  const rounds = Number(args[0] ?? 3);
  const stack = await startBenchStack();
  try {
    const rows: string[][] = [];
    for (const [seed, shape] of SHAPES.entries())
      rows.push(await measure(stack, shape, randomGraph(shape, seed + 1), rounds));
    printTable(
      [
        "graph",
        "steps",
        "critical path ms",
        "steps on it",
        "floor ms",
        "makespan ms",
        "ratio",
        "min-max",
      ],
      rows,
    );
  } finally {
    await stack.stop();
  }
}

async function measure(
  stack: BenchStack,
  { name, width, layers }: Shape,
  graph: Graph,
  rounds: number,
): Promise<string[]> {
  const { name: type } = await registerDocument(
    stack,
    documentOf(graph, `makespan-${name.replaceAll(" ", "-")}`),
  );
  const byHand = handWritten(graph);
  await runOnce(stack, "handWrittenGraph", [byHand]);
  const results: { readonly floor: number; readonly makespan: number }[] = [];
  for (let round = 0; round < rounds; round += 1)
    results.push({
      floor: await timed(() => runOnce(stack, "handWrittenGraph", [byHand])),
      makespan: await timed(() => runOnce(stack, type, [null])),
    });
  const ratios = results.map(({ floor, makespan }) => makespan / (graph.criticalMs + floor));
  return [
    `${name} (${String(layers)} x ${String(width)})`,
    String(Object.keys(graph.steps).length),
    graph.criticalMs.toFixed(0),
    String(graph.length),
    medianOf(results.map(({ floor }) => floor)).toFixed(0),
    medianOf(results.map(({ makespan }) => makespan)).toFixed(0),
    medianOf(ratios).toFixed(3),
    `${Math.min(...ratios).toFixed(3)}-${Math.max(...ratios).toFixed(3)}`,
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

/** The same graph of steps that do nothing. */
function handWritten({ steps }: Graph): JsonValue {
  const ids = Object.keys(steps);
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const run = { version: "1.0.0", workspace: "/bench", outputDir: "/bench/output" };
  return {
    needs: Object.values(steps).map(({ needs }) => needs.map((need) => indexOf.get(need) ?? 0)),
    call: { run, step: "s0", function: "noop", input: null },
  };
}
