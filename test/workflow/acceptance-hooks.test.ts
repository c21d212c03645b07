/** Acceptance cases of hooks as whole runs: real commands, a real server, what the registry kept of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import { finish, planOf, runDocument, startDocument } from "../support/documents.ts";
import { linesIn } from "../support/effects-file.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { isAlive, readWhenWritten, until } from "../unit/executors/fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "acceptance-hooks" });
});
afterAll(() => engine.stop());

const work = { work: { run: ["echo", "worked"] } };
const file = (name: string): string => join(engine.dataDir, name);

/** A hook that answers with this outcome. */
const answer = (name: string, outcome: JsonObject, more: JsonObject = {}): JsonObject => ({
  name,
  on: "step.before",
  handler: { command: ["echo", JSON.stringify(outcome)] },
  ...more,
});

/** A hook that leaves its name in a file, and decides nothing. */
const mark = (name: string, log: string, more: JsonObject = {}): JsonObject => ({
  name,
  on: "step.before",
  handler: { command: ["sh", "-c", `echo ${name} >> ${log}`] },
  ...more,
});

const executionsOf = (workflowId: string) => engine.registry.listHookExecutions({ workflowId });

describe("which hooks fire", () => {
  it("A2: those whose fields are all equal, by nested paths; a missing path is null", async () => {
    const log = file("a2");
    await runDocument(engine, {
      steps: { work: { run: ["true"], with: { task: { status: "completed" } } } },
      hooks: [
        mark("no-filter", log),
        mark("nested", log, { match: { fields: { "step.input.with.task.status": "completed" } } }),
        mark("other", log, { match: { fields: { "step.input.with.task.status": "failed" } } }),
        mark("missing", log, { match: { fields: { "step.input.with.nobody": null } } }),
      ],
    });

    expect(linesIn(log)).toEqual(["no-filter", "nested", "missing"]);
  });

  it("D2: those whose glob or alternatives match the step's tool", async () => {
    const log = file("d2");
    await runDocument(engine, {
      steps: work,
      hooks: [
        mark("all", log, { match: { tool: "*" } }),
        mark("exact", log, { match: { tool: "Bash" } }),
        mark("one-of", log, { match: { tool: "Write|Bash|Read" } }),
        mark("not", log, { match: { tool: "mcp__*" } }),
      ],
    });

    expect(linesIn(log)).toEqual(["all", "exact", "one-of"]);
  });

  it("A12: in the order of their priorities, whatever the order of registration", async () => {
    const log = file("a12");
    await runDocument(engine, {
      steps: work,
      hooks: [100, 10, 50].map((priority) => mark(`p${String(priority)}`, log, { priority })),
    });

    expect(linesIn(log)).toEqual(["p10", "p50", "p100"]);
  });

  it("A11: not those that are disabled, and their run keeps no record of them", async () => {
    const log = file("a11");
    const { handle } = await runDocument(engine, {
      steps: work,
      hooks: [mark("off", log, { enabled: false })],
    });

    expect(linesIn(log)).toEqual([]);
    expect(await executionsOf(handle.workflowId)).toEqual([]);
  });
});

describe("what is kept of a hook", () => {
  it("A13: the run, the step and the session that it fired for", async () => {
    const plan = planOf({ steps: work, hooks: [answer("seen", { outcome: "continue" })] });
    const handle = await engine.start(plan, null, { session: "session-789" });
    await handle.result();

    expect(await executionsOf(handle.workflowId)).toMatchObject([
      { hook: "seen", workflowId: handle.workflowId, step: "work", session: "session-789" },
    ]);
  });

  it("A8: one attempt where the first one succeeds", async () => {
    const { handle } = await runDocument(engine, {
      steps: work,
      hooks: [answer("first-try", { outcome: "continue" })],
    });

    expect(await executionsOf(handle.workflowId)).toMatchObject([
      { status: "completed", attempt: 1 },
    ]);
  });

  it("A7: three attempts where it always fails and may be retried twice, one where it may not", async () => {
    const log = file("a7");
    const failing = (name: string, maximumAttempts: number): JsonObject => ({
      name,
      on: "step.before",
      onError: "open",
      retry: { maximumAttempts, initialInterval: "10ms" },
      handler: { command: ["sh", "-c", `echo ${name} >> ${log}; exit 1`] },
    });
    const { status } = await runDocument(engine, {
      steps: work,
      hooks: [failing("thrice", 3), failing("never-again", 1)],
    });

    expect(status).toBe("succeeded");
    expect(linesIn(log)).toEqual(["thrice", "thrice", "thrice", "never-again"]);
  });
});

describe("the command of a hook", () => {
  it("A16: may write a file with `sh -c`", async () => {
    const written = file("a16");
    await runDocument(engine, {
      steps: work,
      hooks: [
        {
          name: "writer",
          on: "step.after",
          handler: { command: ["sh", "-c", `printf 'side effect' > ${written}`] },
        },
      ],
    });

    expect(readFileSync(written, "utf8")).toBe("side effect");
  });

  it("A6: is gone after its timeout, and closed it keeps the step from running", async () => {
    const pidFile = file("a6");
    const handle = await startDocument(engine, {
      steps: work,
      hooks: [
        {
          name: "sleeper",
          on: "step.before",
          timeout: "3s",
          onError: "closed",
          retry: { maximumAttempts: 1 },
          handler: { command: ["sh", "-c", `echo $$ > ${pidFile}; exec sleep 600`] },
        },
      ],
    });
    const pid = Number(await readWhenWritten(pidFile));

    const { status, error } = await finish(handle);

    expect(status).toBe("failed");
    expect(error?.message).toMatch(/sleeper.*time/i);
    await until(() => !isAlive(pid));
  });

  it("A5: that echoes is recorded as completed, one that fails with its message", async () => {
    const { handle } = await runDocument(engine, {
      steps: work,
      hooks: [
        { name: "echo", on: "step.before", handler: { command: ["echo", "test"] } },
        {
          name: "fails",
          on: "step.before",
          onError: "open",
          retry: { maximumAttempts: 1 },
          handler: { command: ["sh", "-c", "echo went wrong >&2; exit 1"] },
        },
      ],
    });

    const kept = await executionsOf(handle.workflowId);
    expect(kept.find(({ hook }) => hook === "echo")).toMatchObject({ status: "completed" });
    const failed = kept.find(({ hook }) => hook === "fails");
    expect(failed?.status).toBe("failed");
    expect(JSON.stringify(failed)).toContain("went wrong");
  });

  it("B12: gets values with spaces, quotes and newlines from a step without any becoming syntax", async () => {
    const evil = `a "b" 'c' $(touch ${file("b12-injected")})\n; touch ${file("b12-injected")}`;
    const ran = await runDocument(
      engine,
      {
        steps: {
          say: { run: 'printf %s "$VALUE"', env: { VALUE: "${{ input }}" } },
          shell: { run: "printf %s ${{ input }}" },
        },
        output: {
          env: "${{ steps.say.output.stdout }}",
          shell: "${{ steps.shell.output.stdout }}",
        },
      },
      evil,
    );

    expect(ran.output).toEqual({ env: evil, shell: evil });
    expect(linesIn(file("b12-injected"))).toEqual([]);
    expect(() => readFileSync(file("b12-injected"))).toThrow("ENOENT");
  });
});

describe("what hooks decide", () => {
  it("C4: continue, cancel, continue gives two results, and the step never runs", async () => {
    const { handle, statuses, error } = await runDocument(engine, {
      steps: { work: { run: ["sh", "-c", `touch ${file("c4-ran")}`] } },
      hooks: [
        answer("one", { outcome: "continue" }),
        answer("two", { outcome: "cancel", reason: "not today, thanks" }),
        answer("three", { outcome: "continue" }),
      ],
    });

    const kept = await executionsOf(handle.workflowId);
    expect(kept.map(({ hook }) => hook).sort()).toEqual(["one", "two"]);
    expect(statuses["work"]).toBe("failed");
    expect(error?.message).toContain("not today, thanks");
    expect(() => readFileSync(file("c4-ran"))).toThrow("ENOENT");
  });

  it("D5: a refusal for `Write|Delete` leaves other tools allowed; its reason is kept word by word", async () => {
    const denied = answer("deny", { outcome: "cancel", reason: "Read-only: «büro» 100%" });
    const allowed = await runDocument(engine, {
      steps: work,
      hooks: [{ ...denied, match: { tool: "Write|Delete" } }],
    });
    const refused = await runDocument(engine, {
      steps: work,
      hooks: [{ ...denied, match: { tool: "Bash|Delete" } }],
    });

    expect(allowed.status).toBe("succeeded");
    expect(refused.error?.message).toContain("Read-only: «büro» 100%");
  });

  it("C28: a network error is tried again at the same step, as its error hook says", async () => {
    const log = file("c28-retry");
    const { status, output } = await runDocument(engine, {
      steps: {
        fetch: {
          retry: { maximumAttempts: 1 },
          run: ["sh", "-c", `echo try >> ${log}; test $(wc -l < ${log}) -ge 2 && echo there`],
        },
      },
      hooks: [
        answer("again", { outcome: "retry", delay: "10ms", maxAttempts: 3 }, { on: "step.error" }),
      ],
      output: "${{ steps.fetch.output.stdout }}",
    });

    expect({ status, output }).toEqual({ status: "succeeded", output: "there\n" });
    expect(linesIn(log)).toEqual(["try", "try"]);
  });

  it("C28: an unknown error stops the run with the hook's reason, and the hooks of its failure fire", async () => {
    const log = file("c28-stop");
    const { error, statuses } = await runDocument(engine, {
      steps: {
        broken: { run: ["false"], retry: { maximumAttempts: 1 }, onError: "continue" },
        later: { needs: ["broken"], join: "done", run: ["true"] },
      },
      hooks: [
        answer("stop", { stop: { reason: "nobody knows this error" } }, { on: "step.error" }),
        mark("told", log, { on: "run.failed" }),
      ],
    });

    expect(error?.message).toContain("nobody knows this error");
    expect(statuses["later"]).not.toBe("succeeded");
    expect(linesIn(log)).toEqual(["told"]);
  });

  it("C28: an experimental step is skipped while its flag is off, with the reason", async () => {
    const { status, steps } = await runDocument(
      engine,
      { steps: { experiment: { if: "${{ input.experimental }}", run: ["false"] } } },
      { experimental: false },
    );

    expect(status).toBe("succeeded");
    expect(steps["experiment"]).toMatchObject({ status: "skipped" });
    expect(steps["experiment"]?.reason).toBeDefined();
  });

  it("C28: state that a hook leaves is there in the next step", async () => {
    const { output } = await runDocument(engine, {
      steps: { ...work, next: { needs: ["work"], set: { flag: "${{ state.flag }}" } } },
      hooks: [
        answer(
          "leave",
          { outcome: "continue", state: { flag: "on" } },
          { on: "step.after", match: { step: "work" } },
        ),
      ],
    });

    expect(output).toEqual({ next: { flag: "on" } });
  });

  it("C28: a skip to a step that does not exist fails with an error that names it", async () => {
    const { status, error } = await runDocument(engine, {
      steps: work,
      hooks: [answer("jump", { outcome: "skipTo", step: "nowhere" })],
    });

    expect(status).toBe("failed");
    expect(error?.message).toContain("nowhere");
  });
});
