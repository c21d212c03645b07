/** The steps of examples/release-saga by hand: what they do, that undo takes it back, and that both may run twice. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFolder, removeFolders } from "./repository.ts";

const SAGA = fileURLToPath(new URL("../../../examples/release-saga", import.meta.url));
const STEPS = ["build", "reserve", "publish", "announce"];

let output: string;

beforeEach(() => {
  output = createFolder();
});

afterEach(removeFolders);

interface ActionResult {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly json: { readonly path?: string; readonly files?: readonly string[] };
}

function act(
  step: string,
  direction: "do" | "undo",
  input: object = {},
  owner = "run-1",
): ActionResult {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(SAGA, `steps/${step}.mjs`), direction],
    {
      input: JSON.stringify({
        version: "1.2.0",
        folder: "product",
        store: "",
        failAt: "",
        ...input,
      }),
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        HEDDLE_OUTPUT_DIR: output,
        HEDDLE_PATTERN_DIR: SAGA,
        HEDDLE_WORKFLOW_ID: owner,
      },
    },
  );
  return {
    exitCode: status,
    stderr,
    json: (stdout === "" ? {} : JSON.parse(stdout)) as ActionResult["json"],
  };
}

function release(owner?: string): ActionResult {
  const artifact = act("build", "do", {}, owner).json;
  for (const step of ["reserve", "publish", "announce"]) {
    expect(act(step, "do", { artifact }, owner)).toMatchObject({ exitCode: 0, stderr: "" });
  }
  return act("verify", "do", { artifact }, owner);
}

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .toSorted()
    : [];

test("a release ends with the archive in the store, announced and verified", () => {
  const { exitCode, json } = release();

  expect(exitCode).toBe(0);
  expect(json.files?.toSorted()).toEqual(["./index.html", "./style.css"]);
  expect(filesIn(join(output, "store"))).toEqual([
    "1.2.0.json",
    "feed.json",
    "journal.txt",
    "product-1.2.0.tgz",
  ]);
});

test("undoing the steps in reverse leaves nothing behind, also the second time", () => {
  release();

  for (const step of [...STEPS.toReversed(), ...STEPS.toReversed()]) {
    expect(act(step, "undo")).toMatchObject({ exitCode: 0, stderr: "" });
  }

  expect(filesIn(join(output, "store"))).toEqual(["feed.json", "journal.txt"]);
  expect(readFileSync(join(output, "store/feed.json"), "utf8")).toBe("[]\n");
  expect(filesIn(output)).toEqual(["feed.json", "journal.txt"]);
});

test("undoing what never happened changes nothing", () => {
  for (const step of STEPS) expect(act(step, "undo")).toMatchObject({ exitCode: 0, stderr: "" });
});

test("a step run again after a crash does its work once", () => {
  release();
  const { exitCode } = release();

  const feed = JSON.parse(readFileSync(join(output, "store/feed.json"), "utf8")) as unknown[];
  expect([exitCode, feed.length]).toEqual([0, 1]);
});

test("a version that another run has taken is refused, and that run's work is left alone by undo", () => {
  release("run-1");

  const refused = act("reserve", "do", {}, "run-2");
  for (const step of ["announce", "publish", "reserve"]) act(step, "undo", {}, "run-2");

  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toBe("Version 1.2.0 is taken by run-1. Choose another one.\n");
  expect(filesIn(join(output, "store"))).toEqual([
    "1.2.0.json",
    "feed.json",
    "journal.txt",
    "product-1.2.0.tgz",
  ]);
});

test("verification refuses an archive that is not the built one", () => {
  const artifact = act("build", "do").json;
  for (const step of ["reserve", "publish", "announce"]) act(step, "do", { artifact });
  writeFileSync(join(output, "store/packages/product-1.2.0.tgz"), "something else");

  const { exitCode, stderr } = act("verify", "do", { artifact });

  expect(exitCode).toBe(1);
  expect(stderr).toContain("The published archive is not the built one");
});

test("a step that is asked to fail does so after its work", () => {
  const { exitCode, stderr } = act("reserve", "do", { failAt: "reserve" });

  expect([exitCode, stderr]).toEqual([1, "reserve was asked to fail (failAt).\n"]);
  expect(filesIn(join(output, "store"))).toEqual(["1.2.0.json", "journal.txt"]);
});
