/**
 * A fence nobody has ever touched may not be one. Each is run here over a small project that breaks its rule, with the real
 * settings; the message must name the rule.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const SETTINGS = [
  "eslint.config.js",
  ".dependency-cruiser.cjs",
  "tsconfig.json",
  "tsconfig.sandbox.json",
  "package.json",
];

const FILES: Readonly<Record<string, string>> = {
  "src/registry/index.ts": "export const rows = 1;\n",
  "src/core/breaks.ts": [
    'import { readFileSync } from "node:fs";',
    'import { z } from "zod";',
    'import { rows } from "../registry/index.ts";',
    "export const all = [readFileSync, z, rows, Date.now(), new Date(), Math.random()];",
    "export const web = fetch;",
  ].join("\n"),
  "src/core/first.ts":
    'import { second } from "./second.ts";\nexport const first = (): unknown => second;\n',
  "src/core/second.ts":
    'import { first } from "./first.ts";\nexport const second = (): unknown => first;\n',
  "src/patterns/schema.ts": "export const schema = 1;\n",
  "src/workflows/breaks.ts": [
    'import * as fs from "fs";',
    'import { schema } from "../patterns/schema.ts";',
    "let runs = 0;",
    "export async function run(): Promise<void> {",
    "  runs += 1;",
    '  await import("./breaks.ts");',
    "  Promise.resolve();",
    '  throw new Error("plain");',
    "}",
    "export const all = [fs, runs, schema, 1 as unknown];",
  ].join("\n"),
  "src/workflows/interpreter/breaks.ts":
    'import { sleep } from "@temporalio/workflow";\nexport const all = [sleep];\n',
  "src/events/breaks.ts":
    'import { rows } from "../registry/index.ts";\nconsole.log(rows);\nexport const all = rows;\n',
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-fences-"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  for (const name of SETTINGS) await cp(join(root, name), join(folder, name));
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("the walls between rooms", () => {
  test.each([
    ["a closed room", "core-imports-a-closed-room: src/core/breaks.ts → src/registry/index.ts"],
    ["a closed package", "core-imports-a-closed-package: src/core/breaks.ts"],
    ["Node in a pure room", "core-imports-node: src/core/breaks.ts → fs"],
    ["Node in the sandbox", "workflows-imports-node: src/workflows/breaks.ts → fs"],
    [
      "values where types are allowed",
      "workflows-imports-more-than-types: src/workflows/breaks.ts",
    ],
    ["the SDK in the interpreter", "interpreter-imports-a-closed-package"],
    ["an implementation instead of its interface", "events-imports-more-than-types"],
    ["a cycle", "no-cycles: src/core/first.ts"],
  ])("refuse %s", async (_what, message) => {
    expect(await walls()).toContain(message);
  });
});

describe("the linter", () => {
  test.each([
    ["the clock in a pure room", "core/breaks.ts", "take the time as an argument"],
    ["chance in a pure room", "core/breaks.ts", "take random values as arguments"],
    ["module state in the sandbox", "workflows/breaks.ts", "Module state is shared by every run"],
    ["dynamic import in the sandbox", "workflows/breaks.ts", "dynamic import does not exist there"],
    ["a plain Error in the sandbox", "workflows/breaks.ts", "throw an ApplicationFailure"],
    ["Node in the sandbox", "workflows/breaks.ts", "do not exist in the workflow sandbox"],
    ["a lost promise", "workflows/breaks.ts", "Promises must be awaited"],
    ["a cast without a reason", "workflows/breaks.ts", "Say beside this `as` why it holds"],
    ["the console", "events/breaks.ts", "Unexpected console statement"],
  ])("refuses %s", async (_what, file, message) => {
    expect((await lint())[file]).toContain(message);
  });
});

test("the sandbox types refuse what does not exist in the sandbox", async () => {
  const output = await run("tsc", ["-p", "tsconfig.sandbox.json"]);

  expect(output).toContain("Cannot find name 'node:fs'");
  expect(output).toContain("Cannot find name 'fetch'");
});

let wallsOutput: Promise<string> | undefined;

function walls(): Promise<string> {
  return (wallsOutput ??= run("depcruise", ["--config", ".dependency-cruiser.cjs", "src"]));
}

let lintOutput: Promise<Readonly<Record<string, string>>> | undefined;

/** The messages of each file. */
function lint(): Promise<Readonly<Record<string, string>>> {
  return (lintOutput ??= run("eslint", ["--format", "json", "src"]).then((output) => {
    const report = JSON.parse(output) as { filePath: string; messages: { message: string }[] }[];
    return Object.fromEntries(
      report.map(({ filePath, messages }) => [
        filePath.split("/src/")[1] ?? filePath,
        messages.map(({ message }) => message).join("\n"),
      ]),
    );
  }));
}

/** Exit codes do not matter here: what the tools say does. */
function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((done) => {
    const options = { cwd: folder, maxBuffer: 1e7 };
    execFile(join(root, "node_modules/.bin", program), args, options, (_error, stdout) => {
      done(stdout);
    });
  });
}
