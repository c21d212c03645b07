/** The examples as people run them: from the command line, on a real server and a real database, with real programs. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createEmptyDatabase, type TestDatabase } from "../support/database.ts";
import { uniqueTaskQueue } from "../support/temporal.ts";
import { createFolder, createRepository, removeFolders } from "../unit/examples/repository.ts";

const ROOT = resolve(import.meta.dirname, "../..");

interface Report<Output> {
  readonly status: string;
  readonly output: Output;
  readonly error?: { readonly type: string; readonly message: string; readonly details?: unknown };
  readonly steps: readonly {
    readonly id: string;
    readonly instance?: string;
    readonly status: string;
  }[];
  readonly hooks: readonly {
    readonly point: string;
    readonly step: string | null;
    readonly name: string;
    readonly outcome: string;
  }[];
}

interface Review {
  readonly verdict: string;
  readonly summary: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly change: { readonly repository: string };
  readonly checks: Readonly<Record<string, string>>;
  readonly reports: { readonly markdown: string; readonly json: string };
}

let database: TestDatabase;
let environment: NodeJS.ProcessEnv;
let worker: ChildProcess;

beforeAll(async () => {
  database = await createEmptyDatabase();
  environment = {
    ...process.env,
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: inject("temporalAddress"),
    HEDDLE_TASK_QUEUE: uniqueTaskQueue("examples"),
    HEDDLE_DATA_DIR: createFolder(),
  };
  await heddle("db", "migrate");
  worker = start("worker");
});

afterAll(async () => {
  worker.kill("SIGTERM");
  if (worker.exitCode === null) await once(worker, "exit");
  await database.drop();
  removeFolders();
});

function start(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [inject("cliProgram"), ...args], {
    cwd: ROOT,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function heddle(
  ...args: readonly string[]
): Promise<{ stdout: string; exitCode: number | null }> {
  const child = start(...args);
  if (child.stdout === null || child.stderr === null) throw new Error("the streams are piped");
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  if (exitCode === 2) throw new Error(`heddle ${args.join(" ")}: ${stderr}${stdout}`);
  return { stdout, exitCode };
}

async function run<Output = Review>(example: string, input: object = {}): Promise<Report<Output>> {
  const file = join("examples", example);
  const { stdout } = await heddle(
    "run",
    "start",
    file,
    "--input",
    JSON.stringify(input),
    "--wait",
    "--json",
  );
  return JSON.parse(stdout) as Report<Output>;
}

const review = (input: object): Promise<Report<Review>> => run("change-review/pattern.yaml", input);

const decisions = (report: Report<unknown>): string[] =>
  report.hooks
    .filter(({ outcome }) => outcome !== "continue")
    .map(({ name, outcome, step }) => `${name} ${outcome} ${step ?? ""}`);

test.each([
  "change-review/pattern.yaml",
  "release-saga/pattern.yaml",
  "fan-out/pattern.yaml",
  "folder-watch/pattern.yaml",
  "typescript/pattern.ts",
])("%s is valid without a warning", async (example) => {
  const { stdout, exitCode } = await heddle(
    "pattern",
    "validate",
    join("examples", example),
    "--json",
  );

  expect(JSON.parse(stdout)).toMatchObject({ valid: true, issues: [] });
  expect(exitCode).toBe(0);
});

describe("change-review", () => {
  test("reviews the latest commits of the clone it is in, and writes a report people can read", async () => {
    const { status, output, hooks } = await review({});

    expect(status).toBe("succeeded");
    expect(output.change.repository).toBe(ROOT);
    expect(Object.keys(output.checks)).toEqual([
      "formatting",
      "syntax",
      "secrets",
      "size",
      "tests",
    ]);
    const markdown = readFileSync(output.reports.markdown, "utf8");
    expect(markdown).toMatch(/^# Change review: /);
    expect(markdown).toContain("## Where the time went");
    expect(JSON.parse(readFileSync(output.reports.json, "utf8"))).toMatchObject({
      verdict: output.verdict,
    });
    expect(new Set(hooks.map(({ name }) => name))).toContain("record-durations");
  });

  test("copes with one commit, odd names, a binary file and a broken one", async () => {
    const repository = createRepository();
    repository.commit("only", {
      'with space and "quotes".ts': "debugger;\n",
      "line\nbreak `tick` | bar.md": "hello\n",
      "image.png": Buffer.from([0, 1, 2, 3]),
      "broken.json": "{",
    });

    const report = await review({ repository: repository.folder });

    expect(report).toMatchObject({
      status: "succeeded",
      output: {
        verdict: "blocked",
        counts: { error: 2 },
        checks: { syntax: "failed", secrets: "passed" },
      },
    });
    expect(
      report.steps.filter(({ id, instance }) => id === "review" && instance !== undefined),
    ).toHaveLength(4);
    expect(decisions(report)).toEqual(["resolve-repository modify changes"]);
    expect(readFileSync(report.output.reports.markdown, "utf8")).toContain(
      '`with space and "quotes".ts:1`',
    );
  });

  test("has nothing to review in an empty change", async () => {
    const repository = createRepository();
    repository.commit("only", { "a.js": "1;\n" });

    const { status, output } = await review({ repository: repository.folder, range: "HEAD..HEAD" });

    expect([status, output.verdict]).toEqual(["succeeded", "empty"]);
    expect(existsSync(output.reports.markdown)).toBe(true);
  });

  test("turns failed optional checks into warnings", async () => {
    const repository = createRepository();
    repository.commit("only", { "src/a.js": "work();\n".repeat(40) });

    const report = await review({ repository: repository.folder, maxLines: 10, minTestRatio: 0.5 });

    expect(report).toMatchObject({
      status: "succeeded",
      output: { verdict: "needs-attention", checks: { size: "warned", tests: "warned" } },
    });
    expect(decisions(report).toSorted()).toEqual([
      "optional-to-warning replace check-size",
      "optional-to-warning replace check-tests",
      "resolve-repository modify changes",
    ]);
  });

  test("blocks a step that would look outside the repository, and says why", async () => {
    const repository = createRepository();
    repository.commit("only", { "a.js": "1;\n" });

    const report = await review({ repository: repository.folder, paths: ["../elsewhere"] });

    expect(report.status).toBe("failed");
    expect(report.error?.message).toContain("../elsewhere");
    expect(decisions(report)).toContain("inside-repository cancel changes");
  });

  test("says what is wrong with a repository that does not exist", async () => {
    const { status, error } = await review({ repository: "/nowhere/at/all" });

    expect(status).toBe("failed");
    expect(error?.message).toContain("There is no folder");
  });
});

describe("release-saga", () => {
  interface Release {
    readonly version: string;
    readonly path: string;
    readonly files: readonly string[];
  }

  test("releases the folder and checks what users would get", async () => {
    const { status, output } = await run<Release>("release-saga/pattern.yaml", {
      version: "2.0.0",
    });

    expect(status).toBe("succeeded");
    expect(output.files.toSorted()).toEqual(["./index.html", "./style.css"]);
    expect(existsSync(output.path)).toBe(true);
  });

  test.each([
    ["verify", ["undo announce", "undo publish", "undo reserve", "undo build"]],
    ["reserve", ["undo reserve", "undo build"]],
  ])("undoes everything, last first and once each, when %s fails", async (failAt, undone) => {
    const store = createFolder();

    const { status, error, steps } = await run("release-saga/pattern.yaml", { store, failAt });

    expect(status).toBe("failed");
    expect(error?.message).toContain(`${failAt} was asked to fail`);
    expect(steps.filter((step) => step.status === "compensated")).toHaveLength(undone.length);
    expect(existsSync(join(store, "packages/product-1.0.0.tgz"))).toBe(false);
    expect(existsSync(join(store, "versions/1.0.0.json"))).toBe(false);
    expect(journalOf(store).filter((line) => line.startsWith("undo"))).toEqual(undone);
  });

  function journalOf(store: string): string[] {
    return readFileSync(join(store, "journal.txt"), "utf8").trim().split("\n");
  }
});

test("fan-out counts the words of the clone in shards, and merges them", async () => {
  interface Words {
    readonly files: number;
    readonly words: number;
    readonly list: string;
  }

  const { status, output, steps } = await run<Words>("fan-out/pattern.yaml", {
    folder: "..",
    shards: 3,
  });

  expect(status).toBe("succeeded");
  expect(output.words).toBeGreaterThan(1000);
  expect(readFileSync(output.list, "utf8")).toMatch(/^word,count\n\w+,\d+\n/);
  expect(steps.filter(({ id, instance }) => id === "count" && instance !== undefined)).toHaveLength(
    3,
  );
});

describe("folder-watch", () => {
  interface Watch {
    readonly verdict: string;
    readonly incidents: readonly { readonly files: readonly string[]; readonly file: string }[];
  }

  test("finds sound files sound, and stops to listen when the last round is over", async () => {
    const { status, output, steps } = await run<Watch>("folder-watch/pattern.yaml");

    expect([status, output]).toEqual(["succeeded", { verdict: "sound", incidents: [] }]);
    expect(steps.find(({ id }) => id === "incident")?.status).toBe("cancelled");
  });

  test("reacts to each round that finds something broken, and gives up watching at the third", async () => {
    const folder = createFolder();
    writeFileSync(join(folder, "broken.json"), "{");

    const { status, output, steps } = await run<Watch>("folder-watch/pattern.yaml", {
      folder,
      rounds: 500,
      pause: "20ms",
    });

    expect([status, output.verdict]).toEqual(["succeeded", "broken"]);
    expect(output.incidents.map(({ files }) => files)).toEqual(Array(3).fill(["broken.json"]));
    const written = readFileSync(output.incidents[0]?.file ?? "", "utf8");
    expect(written.match(/broken\.json: /g)).toHaveLength(3);
    const incidents = steps.filter(
      ({ id, instance }) => id === "incident" && instance !== undefined,
    );
    expect(incidents.map((step) => step.status)).toEqual(Array(3).fill("succeeded"));
    expect(steps.find(({ id, instance }) => id === "watch" && instance === undefined)?.status).toBe(
      "cancelled",
    );
  });
});

test("the TypeScript example reports on the clone's dependencies", async () => {
  const { status, output } = await run<{ path: string; packages: number }>("typescript/pattern.ts");

  expect(status).toBe("succeeded");
  expect(output.packages).toBeGreaterThan(100);
  expect(readFileSync(output.path, "utf8")).toContain("# Dependencies");
  expect(dirname(output.path)).not.toBe(ROOT);
});
