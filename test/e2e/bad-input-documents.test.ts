/** Files that nobody should have written, through the real command: every refusal has a code, a place and a remedy. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Issue } from "../../src/core/index.ts";
import { createCli, type CliResult } from "../support/cli.ts";

interface Verdict {
  readonly file: string;
  readonly valid: boolean;
  readonly issues: readonly Issue[];
}

const HEAD = "heddle: v1\nname: bad\nversion: 1.0.0\n";
const STEP = 'steps:\n  a: { run: ["true"] }\n';
const RING = 10_000;

const ring = Array.from(
  { length: RING },
  (_none, index) =>
    `  s${String(index)}: { run: ["true"], needs: [s${String((index + RING - 1) % RING)}] }\n`,
).join("");

/** Nine names of nine names of ...: 9^9 words when written out. */
const bomb = "abcdefghi"
  .split("")
  .map((name, index, names) => {
    const parts = index === 0 ? '"lol"' : `*${names[index - 1] ?? ""}`;
    return `${name}: &${name} [${Array<string>(9).fill(parts).join(",")}]\n`;
  })
  .join("");

interface Case {
  readonly text: string | Buffer;
  /** code, place, and a part of the message or the remedy. */
  readonly issues: readonly (readonly [code: string, place: string, says: string])[];
}

const CASES: Readonly<Record<string, Case>> = {
  "YAML that does not parse": {
    text: `${HEAD}steps: { a: { run: [echo }\n`,
    issues: [["syntax", "4:26", "end with a ]"]],
  },
  "a tab as indentation": {
    text: `${HEAD}steps:\n\ta: { run: ["true"] }\n`,
    issues: [["syntax", "5:1", "indent with spaces"]],
  },
  "anchors that multiply (billion laughs)": {
    text: HEAD + bomb + STEP,
    issues: [["too-many-aliases", "1:1", "write the repeated parts out"]],
  },
  "10 MB": {
    text: `${HEAD}description: "${"x".repeat(10_000_000)}"\n${STEP}`,
    issues: [["document-too-large", "1:1", "pass it as input"]],
  },
  "bytes that are no UTF-8": {
    text: Buffer.concat([Buffer.from(`${HEAD}description: "`), Buffer.from([0xff, 0xfe, 0x22])]),
    issues: [["not-utf8", "4:15", "save the file as UTF-8"]],
  },
  "100,000 lists in each other": {
    text: "[".repeat(100_000) + "]".repeat(100_000),
    issues: [["too-deep", "1:202", "flatten it"]],
  },
  "nothing at all": { text: "", issues: [["syntax", "1:1", "begin with heddle: v1"]] },
  "a list": { text: "- a\n- b\n", issues: [["wrong-type", "1:1", "begin with heddle: v1"]] },
  "two documents": {
    text: `${HEAD}${STEP}---\n${HEAD}${STEP}`,
    issues: [["several-documents", "6:1", "a file of its own"]],
  },
  "one key twice": {
    text: `${HEAD}${STEP}  a: { run: ["false"] }\n`,
    issues: [["duplicate-key", "6:3", "rename or remove"]],
  },
  "an unknown kind": {
    text: `${HEAD}steps:\n  a: { runn: ["true"] }\n`,
    issues: [
      ["no-kind", "5:3", "add one of run, http"],
      ["unknown-key", "5:8", 'did you mean "run"?'],
    ],
  },
  "two kinds in one step": {
    text: `${HEAD}steps:\n  a: { run: ["true"], http: { url: "http://x.test" } }\n`,
    issues: [["several-kinds", "5:23", "make a step of each"]],
  },
  "wrong types": {
    text: `${HEAD}coordination: { maxConcurrency: many }\nsteps:\n  a: { run: 7 }\n`,
    issues: [
      ["wrong-type", "4:17", 'Expected a number, got "many"'],
      ["wrong-value", "6:8", "write a shell command or a list of arguments"],
    ],
  },
  "a handler of an unknown sort": {
    text: `${HEAD}agents: { r: { handler: { telepathy: x } } }\nsteps:\n  a: { agent: r }\n`,
    issues: [["wrong-value", "4:16", "exactly one of command, http, function"]],
  },
  "an unknown hook point": {
    text: `${HEAD}hooks:\n  - { name: h, on: step.befor, handler: { command: [cat] } }\n${STEP}`,
    issues: [["unknown-point", "5:16", "Did you mean step.before?"]],
  },
  "a cycle of length 1": {
    text: `${HEAD}steps:\n  a: { run: ["true"], needs: [a] }\n`,
    issues: [["cycle", "5:31", "a -> a"]],
  },
  "a cycle of length 2": {
    text: `${HEAD}steps:\n  a: { run: ["true"], needs: [b] }\n  b: { run: ["true"], needs: [a] }\n`,
    issues: [["cycle", "5:31", "a -> b -> a"]],
  },
  "a cycle of length 10,000": {
    text: `${HEAD}steps:\n${ring}`,
    issues: [["cycle", "5:32", " -> s9999 -> s0"]],
  },
  "A17: a circle of A, B and C, an unknown role and an unknown task": {
    text:
      `${HEAD}type: supervisor\nsteps:\n  A: { agent: ghost, needs: [C] }\n` +
      '  B: { run: ["true"], needs: [A] }\n  C: { run: ["true"], needs: [B, nowhere] }\n',
    issues: [
      ["no-agents", "4:1", "Declare at least one role"],
      ["unknown-role", "6:8", '"ghost"'],
      ["cycle", "6:30", "circular dependency): A -> B -> C -> A"],
      ["unknown-step", "8:34", '"nowhere"'],
    ],
  },
  "A17: neither agents nor tasks": {
    text: `${HEAD}type: supervisor\nsteps: {}\n`,
    issues: [
      ["no-agents", "4:1", "needs agents"],
      ["no-steps", "5:1", "no tasks"],
    ],
  },
};

const NAMES = Object.keys(CASES);
const fileOf = (name: string): string => `${String(NAMES.indexOf(name))}.yaml`;

let folder: string;
let validated: CliResult;
let verdicts: ReadonlyMap<string, Verdict>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-bad-input-"));
  for (const [name, { text }] of Object.entries(CASES))
    await writeFile(join(folder, fileOf(name)), text);
  await writeFile(join(folder, "good.yaml"), HEAD + STEP);
  const files = [...NAMES.map(fileOf), "good.yaml"];
  validated = await cli().run("pattern", "validate", ...files, "--json");
  const lines = validated.stdout.trim().split("\n");
  const told = lines.map((line) => JSON.parse(line) as Verdict); // as: what the command prints
  verdicts = new Map(told.map((verdict) => [verdict.file, verdict]));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function cli() {
  return createCli({ cwd: folder, env: process.env });
}

function verdictOf(file: string): Verdict {
  const verdict = verdicts.get(file);
  if (verdict === undefined) throw new Error(`nothing was said of ${file}:\n${validated.stdout}`);
  return verdict;
}

const placeOf = (issue: Issue | undefined): string =>
  `${String(issue?.line)}:${String(issue?.column)}`;

const wordsOf = (issue: Issue | undefined): string =>
  `${String(issue?.message)} ${String(issue?.hint)}`;

describe("pattern validate", () => {
  it.each(Object.entries(CASES))("refuses %s with code, place and remedy", (name, { issues }) => {
    const { valid, issues: found } = verdictOf(fileOf(name));

    expect(valid).toBe(false);
    for (const [code, place, says] of issues) {
      const issue = found.find((each) => each.code === code);
      expect(issue).toBeDefined();
      expect(placeOf(issue)).toBe(place);
      expect(wordsOf(issue)).toContain(says);
    }
    expect(found.filter(({ hint }) => hint === "")).toEqual([]);
  });

  it("exits 1, and says of the sound file among them that it is valid", () => {
    expect(validated.exitCode).toBe(1);
    expect(verdicts.get("good.yaml")).toMatchObject({ valid: true, issues: [] });
  });

  it("exits 2 for a file that is not there, naming it", async () => {
    const { exitCode, stdout } = await cli().run("pattern", "validate", "nowhere.yaml", "--json");

    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: "FILE_UNREADABLE",
        message: expect.stringContaining("nowhere.yaml") as string,
        hint: expect.stringContaining("exists") as string,
      },
    });
  });
});

describe("servers that are not there", () => {
  it.each([
    ["TEMPORAL_UNAVAILABLE", "TEMPORAL_ADDRESS"],
    ["REGISTRY_UNAVAILABLE", "DATABASE_URL"],
  ])("end run start with exit code 2, %s and what to set", async (code, variable) => {
    const env = {
      ...process.env,
      TEMPORAL_ADDRESS: "127.0.0.1:1",
      DATABASE_URL: "postgres://nobody:x@127.0.0.1:1/none",
    };
    const target = code === "REGISTRY_UNAVAILABLE" ? "good.yaml" : "bad";
    const { exitCode, stdout } = await createCli({ cwd: folder, env }).run(
      ...["run", "start", target, "--json"],
    );

    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code, hint: expect.stringContaining(variable) as string },
    });
  });

  it("and nobody named end it with exit code 2 and the ways to start them", async () => {
    const { DATABASE_URL: _database, TEMPORAL_ADDRESS: _server, ...env } = process.env;
    const { exitCode, stdout } = await createCli({ cwd: folder, env }).run(
      ...["run", "start", "bad", "--json"],
    );

    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "NO_SERVER", hint: expect.stringContaining("heddle dev") as string },
    });
  });
});
