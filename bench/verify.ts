import { execFileSync } from "node:child_process";
import { argv, cpuUsage, execPath, memoryUsage, resourceUsage } from "node:process";
import { fileURLToPath } from "node:url";

import { readPattern, summarize } from "../src/patterns/index.ts";
import { createRandom } from "./random.ts";
import { medianOf, printTable } from "./report.ts";

/** What is measured of one document, read once in a process of its own. */
interface Measured {
  readonly wallMs: number;
  /** Time of this process only: what another one takes of a shared machine is not in it. */
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly grownMb: number;
  readonly issues: number;
  readonly accepted: boolean;
}

const STEPS = 10_000;
const EDGES_PER_STEP = 5;
const CHAIN = 100_000;

/** Documents by name; each is made in the process that reads it. */
const DOCUMENTS: Readonly<Record<string, () => string>> = {
  "10,000 steps, 50,000 needs, JSON": () => JSON.stringify(documentOf(randomSteps("needs"))),
  "10,000 steps, 50,000 needs, YAML": () => yamlOf(randomSteps("needs")),
  "10,000 steps, 50,000 references, JSON": () =>
    JSON.stringify(documentOf(randomSteps("references"))),
  "10,000 steps, 50,000 references, YAML": () => yamlOf(randomSteps("references")),
  "chain of 100,000 steps, JSON": () => JSON.stringify(documentOf(chain(CHAIN, false))),
  "cycle of 10,000 steps, JSON": () => JSON.stringify(documentOf(chain(STEPS, true))),
};

/**
 * Reads large patterns: parse, verify, compile, summarize, as `pattern validate` does. Every reading has a process of its own, so that it is as cold as
 * `heddle pattern register` is, and peak memory is its own.
 */
export function runVerify(args: readonly string[]): Promise<void> {
  const rounds = Number(args[0] ?? 3);
  const rows = Object.keys(DOCUMENTS).map((name) => {
    const results = Array.from({ length: rounds }, () => measureApart(name));
    const median = (field: "wallMs" | "cpuMs" | "peakMb" | "grownMb"): string =>
      medianOf(results.map((result) => result[field])).toFixed(0);
    const verdict =
      results[0]?.accepted === true ? "accepted" : `${results[0]?.issues ?? 0} issues`;
    return [name, median("wallMs"), median("cpuMs"), median("peakMb"), median("grownMb"), verdict];
  });
  printTable(["document", "wall ms", "cpu ms", "peak MB", "of it grown", "verdict"], rows);
  return Promise.resolve();
}

function measureApart(name: string): Measured {
  const file = fileURLToPath(import.meta.url);
  const text = execFileSync(execPath, ["--import", "tsx", file, name], { encoding: "utf8" });
  return JSON.parse(text) as Measured;
}

function measure(makeDocument: () => string): Measured {
  const text = makeDocument();
  const before = memoryUsage.rss();
  const cpu = cpuUsage();
  const startedAt = performance.now();
  const { issues, accepted, model } = readPattern(text);
  if (model !== undefined) summarize(model);
  const wallMs = performance.now() - startedAt;
  const { user, system } = cpuUsage(cpu);
  const peak = resourceUsage().maxRSS * 1024;
  return {
    wallMs,
    cpuMs: (user + system) / 1000,
    peakMb: peak / 1e6,
    grownMb: (peak - before) / 1e6,
    issues: issues.length,
    accepted: accepted !== undefined,
  };
}

interface Step {
  readonly call: string;
  readonly needs?: readonly string[];
  readonly with?: Readonly<Record<string, string>>;
}

type Steps = Readonly<Record<string, Step>>;

function documentOf(steps: Steps): object {
  return { heddle: "v1", name: "large", version: "1.0.0", steps };
}

/** Every step needs or reads five earlier ones; the same ones in every run of the benchmark. */
function randomSteps(by: "needs" | "references"): Steps {
  const next = createRandom(7);
  const steps = Array.from({ length: STEPS }, (_, at) => {
    const sources = new Set<string>();
    while (sources.size < Math.min(EDGES_PER_STEP, at)) {
      sources.add(`s${Math.floor(next() * at)}`);
    }
    const step: Step =
      by === "needs"
        ? { call: "work", needs: [...sources] }
        : { call: "work", with: Object.fromEntries([...sources].map((id) => [id, readOf(id)])) };
    return [`s${at}`, step] as const;
  });
  return Object.fromEntries(steps);
}

function readOf(id: string): string {
  return `\${{ steps.${id}.output.value }}`;
}

function chain(length: number, isClosed: boolean): Steps {
  const steps = Array.from({ length }, (_, at) => {
    const before = at === 0 && isClosed ? length - 1 : at - 1;
    return [`s${at}`, { call: "work", ...(before < 0 ? {} : { needs: [`s${before}`] }) }] as const;
  });
  return Object.fromEntries(steps);
}

function yamlOf(steps: Steps): string {
  const lines = Object.entries(steps).map(([id, { call, needs = [], with: input = {} }]) => {
    const read = Object.entries(input).map(([key, text]) => `${key}: "${text}"`);
    const by = read.length > 0 ? `with: { ${read.join(", ")} }` : `needs: [${needs.join(", ")}]`;
    return `  ${id}: { call: ${call}, ${by} }`;
  });
  return ["heddle: v1", "name: large", "version: 1.0.0", "steps:", ...lines, ""].join("\n");
}

const [, file = "", name = ""] = argv;
if (file === fileURLToPath(import.meta.url)) {
  const makeDocument = DOCUMENTS[name];
  if (makeDocument === undefined) await runVerify(argv.slice(2));
  else process.stdout.write(JSON.stringify(measure(makeDocument)));
}
