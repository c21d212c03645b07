import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";

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

/** Documents by name. */
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
 * Reads large patterns: parse, verify, compile, summarize, as `pattern validate` does. Every reading has a process of its own,
 * which runs what `npm run build` makes and has nothing but the document's text in its memory: it is as cold as
 * `heddle pattern validate` is, and peak memory is its own. Arguments: how many rounds (3), then words that choose documents.
 */
export function runVerify([rounds = "3", ...words]: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "heddle-bench-"));
  try {
    const program = buildProgram();
    const names = Object.keys(DOCUMENTS).filter((name) =>
      words.every((word) => name.includes(word)),
    );
    const rows = names.map((name) => {
      const file = join(folder, "document");
      writeFileSync(file, DOCUMENTS[name]?.() ?? "");
      return [name, ...measure(program, file, Number(rounds))];
    });
    printTable(["document", "wall ms", "cpu ms", "peak MB", "of it grown", "verdict"], rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return Promise.resolve();
}

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Sources that are translated while they run have helpers around every closure, which nobody ships. */
function buildProgram(): string {
  const out = join(HERE, "..", ".dist-bench");
  const flags = ["--outDir", out, "--noCheck", "--declaration", "false", "--sourceMap", "false"];
  const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
  execFileSync(execPath, [tsc, "-p", join(HERE, "..", "tsconfig.build.json"), ...flags]);
  return out;
}

function measure(program: string, file: string, rounds: number): readonly string[] {
  const results = Array.from({ length: rounds }, () => {
    const text = execFileSync(execPath, [join(HERE, "read-once.mjs"), program, file], {
      encoding: "utf8",
    });
    return JSON.parse(text) as Measured;
  });
  const median = (field: "wallMs" | "cpuMs" | "peakMb" | "grownMb"): string =>
    medianOf(results.map((result) => result[field])).toFixed(0);
  const verdict = results[0]?.accepted === true ? "accepted" : `${results[0]?.issues ?? 0} issues`;
  return [median("wallMs"), median("cpuMs"), median("peakMb"), median("grownMb"), verdict];
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
