/** The hooks and the report of examples/change-review: the whole pattern by hand, without the engine. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createFolder,
  createRepository,
  listChanges,
  removeFolders,
  reviewFile,
  runProgram,
  type Answer,
  type ProgramResult,
  type Repository,
} from "./repository.ts";

let repository: Repository;

beforeEach(() => {
  repository = createRepository();
});

afterEach(removeFolders);

const CHECKS = ["formatting", "syntax", "secrets", "size", "tests"];

/** Runs all programs in the pattern's order, handing outputs on as the engine does. */
function runAll(
  input: object = {},
  state: Record<string, number> = {},
): { json: Answer; markdown: string; data: Answer } {
  const changes = listChanges(repository, input);
  const checks = CHECKS.map((name) =>
    passedOrReplaced(name, runProgram(`checks/${name}.mjs`, { change: changes.change, ...input })),
  );
  const reviews = changes.files.map((file) => reviewFile(changes.change.repository, file));
  const folder = createFolder();
  const report = runProgram(
    "steps/report.mjs",
    { change: { json: changes }, checks, reviews, state },
    { HEDDLE_OUTPUT_DIR: join(folder, "out") },
  );
  expect(report.stderr).toBe("");
  return {
    json: report.json,
    markdown: readFileSync(join(folder, "out/report.md"), "utf8"),
    data: JSON.parse(readFileSync(join(folder, "out/report.json"), "utf8")) as Answer,
  };
}

function passedOrReplaced(name: string, result: ProgramResult): unknown {
  if (result.exitCode === 0) return result;
  const error = {
    type: "StepFailed",
    message: result.stderr,
    details: { exitCode: 1, stdout: result.stdout },
  };
  return runProgram("hooks/optional-to-warning.mjs", { step: { id: `check-${name}`, error } }).json
    .output;
}

describe("the report", () => {
  test("leads with the verdict and the worst findings", () => {
    repository.commit("first", {
      "src/a.ts": "debugger;\nrun().catch(() => {});\n// TODO\n",
      "b.json": "{",
    });

    const { json, markdown, data } = runAll();

    expect(json).toMatchObject({ verdict: "blocked", counts: { error: 2, warning: 1 } });
    expect(json.summary).toBe("Not yet: 2 errors, 1 warning and 2 remarks in 2 changed files");
    expect(markdown).toContain(
      "**Not yet** · 2 errors, 1 warning and 2 remarks · 2 files, +4 −0, 1 commit",
    );
    const places = [...markdown.matchAll(/^\| (?:🔴|🟡) \| (`[^`]+`)/gm)].map((match) => match[1]);
    expect(places).toEqual(["`b.json:1`", "`src/a.ts:1`", "`src/a.ts:2`"]);
    expect(data.findings.map(({ severity }) => severity)).toEqual([
      "error",
      "error",
      "warning",
      "info",
      "info",
    ]);
  });

  test("gives the run's output the worst findings, one line each", () => {
    repository.commit("first", { "src/a.ts": "debugger;\nrun().catch(() => {});\n// TODO\n" });

    expect(runAll().json.worst).toEqual([
      "error: src/a.ts:1 A debugger statement was left.",
      "warning: src/a.ts:2 A failure is swallowed here. Say why it cannot matter.",
    ]);
  });

  test("of an empty change says that there is nothing to review", () => {
    repository.commit("first", { "a.js": "1;\n" });

    const { json, markdown } = runAll({ range: "HEAD..HEAD" });

    expect(json).toMatchObject({
      verdict: "empty",
      summary: "Nothing to review: no findings in 0 changed files",
    });
    expect(markdown).toContain("The range holds no change.");
    expect(markdown).not.toContain("## Files");
  });

  test("of a harmless change says that it looks good", () => {
    repository.commit("first", { "a.js": "work();\n" });

    expect(runAll().json).toMatchObject({
      verdict: "looks-good",
      counts: { error: 0, warning: 0, info: 0 },
    });
  });

  test("keeps hostile names and code from becoming Markdown or HTML", () => {
    const name = "a|b`c <img src=x>\n# [x](y).js";
    repository.commit("<script>alert(1)</script> | # x", {
      [name]: 'debugger;\nconsole.log("`|`<b>");\n',
    });

    const { markdown } = runAll();

    const outsideCode = markdown.replace(/(`+)(?!`).*?[^`]\1(?!`)/gs, "CODE");
    expect(outsideCode).not.toMatch(/<img|[^\\]<script|<b>|\]\(y\)|^# \[x\]/m);
    expect(markdown).toContain("a\\|b`c <img src=x>␊# [x](y).js");
    const rows = outsideCode
      .split("\n")
      .filter((line) => line.startsWith("| 🔴") || line.startsWith("| CODE"));
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|").length).toBeGreaterThan(3);
  });

  test("says what nobody looked at", () => {
    repository.commit("first", {
      "a.bin": Buffer.from([0, 1]),
      "package-lock.json": "{}\n",
      "tsconfig.json": "{ // x\n}\n",
    });

    const { markdown } = runAll();

    expect(markdown).toContain("1 generated or vendored file not reviewed one by one.");
    expect(markdown).toContain("secrets: a.bin: binary");
    expect(markdown).toContain("syntax: tsconfig.json: JSON with comments is not checked");
  });

  test("names the files whose reviewer failed", () => {
    repository.commit("first", { "a.js": "1;\n" });
    const change = listChanges(repository);
    const folder = createFolder();

    runProgram(
      "steps/report.mjs",
      { change: { json: change }, checks: [], reviews: [null] },
      { HEDDLE_OUTPUT_DIR: folder },
    );

    expect(readFileSync(join(folder, "report.md"), "utf8")).toContain(
      "a.js: the reviewer failed on this file, so nobody read it.",
    );
  });

  test("shows where the time went, instances summed up", () => {
    repository.commit("first", { "a.js": "1;\n" });

    const { markdown } = runAll(
      {},
      { "duration:changes": 40, "duration:review[0]": 30, "duration:review[1]": 50, other: 1 },
    );

    expect(markdown).toContain(
      "| `review` | 2 | 80 ms | 50 ms |\n| `changes` | 1 | 40 ms | 40 ms |",
    );
  });

  test("shows failed optional checks as warnings, and does not block on them", () => {
    repository.commit("first", { "src/a.js": "work();\n".repeat(40) });

    const { json, markdown } = runAll({ maxLines: 10, minRatio: 0.5 });

    expect(json).toMatchObject({ verdict: "needs-attention", counts: { error: 0, warning: 2 } });
    expect(markdown).toContain("| size | 🟡 warned | 40 changed lines are more than 10");
    expect(markdown).toContain("| tests | 🟡 warned | 0 test lines for 40 new source lines");
  });
});

describe("the hook resolve-repository", () => {
  test("turns a folder inside a repository into the repository, and keeps the rest of the input", () => {
    repository.commit("first", { "deep/a.js": "1;\n" });
    const input = { repository: join(repository.folder, "deep"), range: "HEAD", paths: ["deep"] };

    const step = {
      id: "changes",
      kind: "run",
      input: { command: ["node", "changes.mjs"], with: input },
    };
    const { json } = runProgram("hooks/resolve-repository.mjs", { step });

    expect(json).toEqual({
      outcome: "modify",
      input: {
        command: ["node", "changes.mjs"],
        with: { ...input, repository: repository.folder },
      },
      message: `Repository: ${repository.folder}`,
    });
  });

  test("blocks the step with the reason when there is no repository", () => {
    const { exitCode, stderr } = runProgram("hooks/resolve-repository.mjs", {
      step: { id: "changes", input: { with: { repository: createFolder() } } },
    });

    expect(exitCode).toBe(2);
    expect(stderr).toContain("not a git repository");
  });
});

describe("the hook inside-repository", () => {
  const outcomeFor = (step: object): Answer =>
    runProgram("hooks/inside-repository.mjs", { step: { id: "changes", ...step } }).json;
  const outcomeOf = (input: unknown): Answer =>
    outcomeFor({ kind: "run", input: { command: ["node"], with: input } });

  test.each(["../other", "/etc/passwd", "a/../../b", ".git/config", "~/x", ""])(
    "blocks %j",
    (path) => {
      for (const input of [
        { paths: ["src", path] },
        { change: { paths: [path] } },
        { file: { path } },
      ]) {
        expect(outcomeOf(input).outcome).toBe("cancel");
      }
      expect(outcomeFor({ kind: "agent", input: { file: { path } } }).outcome).toBe("cancel");
      expect(outcomeOf({ paths: [path] }).reason).toContain(JSON.stringify(path));
    },
  );

  test.each(["src", "a/../b", "..hidden", ".gitignore", 'quote".js', "with space"])(
    "lets %j pass",
    (path) => {
      expect(outcomeOf({ paths: [path], file: { path, oldPath: path } })).toEqual({
        outcome: "continue",
      });
    },
  );

  test("lets inputs without paths pass", () => {
    expect(outcomeOf(null)).toEqual({ outcome: "continue" });
    expect(outcomeOf({ reviews: [{ file: "../x" }] })).toEqual({ outcome: "continue" });
  });
});

describe("the hook record-durations", () => {
  test("keeps one entry per step instance", () => {
    const record = (step: object): Answer =>
      runProgram("hooks/record-durations.mjs", { step }).json;

    expect(record({ id: "changes", durationMs: 12 }).state).toEqual({ "duration:changes": 12 });
    expect(record({ id: "review", instance: "3", durationMs: 7 }).state).toEqual({
      "duration:review[3]": 7,
    });
  });
});

describe("the hook optional-to-warning", () => {
  test("keeps what the check found before it said no", () => {
    const printed = {
      check: "size",
      status: "failed",
      summary: "too large",
      counts: { error: 0, warning: 0, info: 1 },
      findings: [{ rule: "hot-file" }],
      facts: { lines: 9 },
    };
    const error = { message: "exit code 1", details: { stdout: JSON.stringify(printed) } };

    const { json } = runProgram("hooks/optional-to-warning.mjs", {
      step: { id: "check-size", error },
    });

    expect(json.outcome).toBe("replace");
    expect(json.output.json).toMatchObject({
      status: "warned",
      facts: { lines: 9 },
      counts: { warning: 1, info: 1 },
    });
    expect(json.output.json.findings.map(({ rule }) => rule)).toEqual([
      "optional-check",
      "hot-file",
    ]);
  });

  test.each([undefined, "", "{ cut off"])(
    "makes do with the message when the check printed %j",
    (stdout) => {
      const error = { message: "node: not found", details: { stdout } };

      const { json } = runProgram("hooks/optional-to-warning.mjs", {
        step: { id: "check-tests", error },
      });

      expect(json.output.json).toMatchObject({
        check: "tests",
        status: "warned",
        summary: "node: not found",
        counts: { warning: 1 },
      });
    },
  );
});

test("a program that misses a setting says so in one line", () => {
  const { exitCode, stderr } = runProgram("steps/report.mjs", undefined);

  expect(exitCode).toBe(1);
  expect(stderr.split("\n")).toHaveLength(2);
  expect(existsSync("report.md")).toBe(false);
});
