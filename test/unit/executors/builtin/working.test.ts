// The builtins that work in the run's workspace: real folders, a real git, a real listener.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import type { JsonObject } from "../../../../src/core/index.ts";
import { createMemoryHookStore } from "../../../../src/hooks/executors/index.ts";
import { containing } from "../../../support/matchers.ts";
import { freshFolder } from "../fixtures.ts";
import { askBuiltin, decided, stepOf } from "./ask-builtin.ts";

function workspace(files: Readonly<Record<string, string>> = {}) {
  const cwd = freshFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  const store = createMemoryHookStore();
  return {
    cwd,
    hook: (builtin: string, options: JsonObject = {}) =>
      askBuiltin(builtin, options, store, { cwd }),
  };
}

function repository() {
  const place = workspace({ "a.txt": "a" });
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", place.cwd, ...args], {
      encoding: "utf8",
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    }).trim();
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "-m", "first");
  return { ...place, git };
}

describe("workspace-setup", () => {
  it("makes folders and files, and as a rollback removes what it made and is empty", async () => {
    const { cwd, hook } = workspace();
    mkdirSync(join(cwd, "kept"));
    const options = { folders: ["kept/new", "out/a/b"], files: { "notes/todo.md": "first" } };
    await hook("workspace-setup", options).ask({ point: "run.before" });
    expect(readFileSync(join(cwd, "notes/todo.md"), "utf8")).toBe("first");
    expect(existsSync(join(cwd, "out/a/b"))).toBe(true);

    await hook("workspace-setup", { undo: true }).ask({ point: "run.failed" });
    expect(readdirSync(cwd).toSorted()).toEqual(["kept", "notes"]);
    expect(readdirSync(join(cwd, "kept"))).toEqual([]);
  });

  it("leaves a file that is there as it is, also when it is tried again", async () => {
    const { cwd, hook } = workspace({ "mine.txt": "mine" });
    const setup = hook("workspace-setup", { files: { "mine.txt": "theirs" } });
    await setup.ask();
    expect(await setup.ask()).toMatchObject(decided({ outcome: "continue" }));
    expect(readFileSync(join(cwd, "mine.txt"), "utf8")).toBe("mine");
  });

  it.each(["../outside", "/etc/heddle", "link/x"])(
    "refuses to leave the workspace: %s",
    async (name) => {
      const { cwd, hook } = workspace();
      symlinkSync(freshFolder(), join(cwd, "link"));
      expect(await hook("workspace-setup", { folders: [name] }).ask()).toMatchObject({
        kind: "failed",
        error: { message: containing("leads out of the workspace") },
      });
    },
  );
});

describe("git-branch and auto-commit", () => {
  it("puts the run on a branch, commits what a step left, and as a rollback goes back", async () => {
    const { cwd, hook, git } = repository();
    await hook("git-branch").ask({ point: "run.before" });
    expect(git("branch", "--show-current")).toBe("heddle/p/wf");

    writeFileSync(join(cwd, "b.txt"), "b");
    const commit = hook("auto-commit", { message: "{pattern}/{step}" });
    const after = { point: "step.after", step: stepOf() };
    expect(await commit.ask(after)).toMatchObject(decided({ message: containing("committed 1") }));
    expect(git("log", "-1", "--format=%s %an")).toBe("p/build Heddle");
    expect(await commit.ask(after)).toEqual(
      decided({ outcome: "continue", message: "nothing to commit" }),
    );

    await hook("git-branch", { undo: true }).ask({ point: "run.failed" });
    expect(git("branch", "--format=%(refname:short)")).toBe("main");
    expect(existsSync(join(cwd, "b.txt"))).toBe(false);
  });

  it("finds its branch when an attempt before it had made it", async () => {
    const { hook, git } = repository();
    await hook("git-branch").ask();
    expect(await hook("git-branch").ask()).toMatchObject(decided({ outcome: "continue" }));
    await hook("git-branch", { undo: true }).ask();
    expect(git("branch", "--format=%(refname:short)")).toBe("main");
  });

  it.each(["git-branch", "auto-commit"])(
    "%s leaves a workspace without a repository alone",
    async (name) => {
      const ask = workspace().hook(name).ask({ point: "step.after", step: stepOf() });
      expect(await ask).toMatchObject(decided({ outcome: "skipped" }));
    },
  );
});

describe("document-association", () => {
  it("injects the documents that share the task's words, best first, cut to a length", async () => {
    const { hook } = workspace({
      "database-migration.md": "How we migrate the database safely.",
      "style.md": "Tabs, spaces, and the database once.",
      "unrelated.md": "Nothing here.",
    });
    const input = { task: "Write a database migration" };
    const find = hook("document-association", { chars: 10 });
    expect(await find.ask({ step: stepOf({ input }) })).toMatchObject(
      decided({
        message: "documents: database-migration.md, style.md",
        inject: [
          {
            strategy: "user_message",
            content: "Document database-migration.md:\nHow we mig... (truncated)",
          },
          { content: containing("style.md") },
        ],
      }),
    );
  });

  it("injects nothing when no document fits", async () => {
    const { hook } = workspace({ "unrelated.md": "zebra" });
    expect(await hook("document-association").ask({ step: stepOf() })).toEqual(
      decided({ outcome: "continue", message: "no document fits" }),
    );
  });
});

describe("agent-spawning", () => {
  it("forks the patterns it names, on the step's input unless told otherwise", async () => {
    const { hook } = workspace();
    const agents = [
      { id: "one", pattern: "helper" },
      { id: "two", pattern: "helper@^1", input: { mine: true } },
    ];
    expect(await hook("agent-spawning", { agents }).ask({ step: stepOf({ input: 1 }) })).toEqual(
      decided({
        outcome: "fork",
        operations: [
          { id: "one", pattern: "helper", input: 1 },
          { id: "two", pattern: "helper@^1", input: { mine: true } },
        ],
      }),
    );
  });
});

describe("checkpoint", () => {
  it("writes each one whole, keeps the last, and no more often than told", async () => {
    const { cwd, hook } = workspace();
    const each = hook("checkpoint", { everyMs: 0, keep: 2 });
    for (const n of [1, 2, 3]) await each.ask({ step: stepOf(), state: { n } });
    const folder = join(cwd, ".heddle/checkpoints");
    expect(readdirSync(folder).toSorted()).toEqual(["000002.json", "000003.json"]);
    expect(JSON.parse(readFileSync(join(folder, "000003.json"), "utf8"))).toMatchObject({
      number: 3,
      component: "build",
      state: { n: 3 },
    });

    const rare = workspace();
    const seldom = rare.hook("checkpoint", { everyMs: 60_000 });
    await seldom.ask({ step: stepOf() });
    expect(await seldom.ask({ step: stepOf() })).toMatchObject(decided({ outcome: "skipped" }));
  });
});

describe("validation", () => {
  const schema = { type: "object", required: ["n"], properties: { n: { type: "integer" } } };
  const after = (output: JsonObject) => ({ point: "step.after", step: stepOf({ output }) });

  it("names everything that is missing or wrong, and refuses", async () => {
    const { hook } = workspace();
    const check = hook("validation", { required: ["a.b"], files: ["report.md"], schema });
    expect(await check.ask(after({ n: "one" }))).toMatchObject(
      decided({
        outcome: "cancel",
        reason: containing("output.a.b is missing; output.n: "),
      }),
    );
    expect(await check.ask(after({ n: 1, a: { b: 1 } }))).toEqual(
      decided({ outcome: "cancel", reason: "Not valid: the file report.md is missing" }),
    );
  });

  it("lets pass what is valid, and has the step done again when told to", async () => {
    const { hook } = workspace({ "report.md": "" });
    const options = { files: ["report.md"], schema, onInvalid: "retry" };
    const check = hook("validation", options);
    expect(await check.ask(after({ n: 1 }))).toEqual(decided({ outcome: "continue" }));
    expect(await check.ask(after({}))).toMatchObject(decided({ outcome: "retry" }));
  });
});

describe("progress-notification", () => {
  it("posts a note and writes it to a file", async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.setEncoding("utf8").on("data", (part: string) => bodies.push(part));
      request.on("end", () => response.end());
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    onTestFinished(() => void server.close());
    // as: a server that listens on a port has an address with one
    const { port } = server.address() as AddressInfo;
    const { cwd, hook } = workspace();
    const notify = hook("progress-notification", {
      url: `http://127.0.0.1:${port}/`,
      file: "progress/notes.ndjson",
    });
    await notify.ask({ point: "step.after", step: stepOf({ durationMs: 5 }) });

    const [line = ""] = readFileSync(join(cwd, "progress/notes.ndjson"), "utf8").split("\n");
    expect(JSON.parse(line)).toMatchObject({
      component: "build",
      message: "step.after build: 5 ms",
    });
    expect(bodies.join("")).toBe(line);
  });

  it("never disturbs the run by a failure of its own", async () => {
    const { hook } = workspace();
    const notify = hook("progress-notification", { url: "http://127.0.0.1:1/" });
    expect(await notify.ask()).toMatchObject(
      decided({ outcome: "continue", message: containing("not delivered: ") }),
    );
  });
});
