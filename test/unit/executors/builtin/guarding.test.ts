// The builtins that guard: how long a round may take, and which files may be touched.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { JsonObject } from "../../../../src/core/index.ts";
import { requestWrapUp } from "../../../../src/hooks/executors/builtin/index.ts";
import { createMemoryHookStore } from "../../../../src/hooks/executors/index.ts";
import { containing } from "../../../support/matchers.ts";
import { freshFolder } from "../fixtures.ts";
import { askAt, askBuiltin, decided, stepOf } from "./ask-builtin.ts";

describe("round-timeout", () => {
  function round(options: JsonObject) {
    const store = createMemoryHookStore();
    const hook = { builtin: "round-timeout", options, store };
    const at = (point: string) => (now: number, tool: string) =>
      askAt(now, hook, { point, step: stepOf({ kind: "agent", tool, role: "ada" }) });
    return { store, before: at("step.before"), after: at("step.after") };
  }
  const goesOn = { outcome: "continue" };

  it("D12: warns once, then refuses all but what ends the round", async () => {
    const { before, after } = round({ softMs: 1000, graceMs: 0 });
    expect(await before(0, "search")).toEqual(goesOn);
    expect(await after(5000, "search")).toMatchObject({ inject: [{ strategy: "tool_result" }] });
    expect(await after(5001, "search")).toEqual(goesOn);
    expect(await before(5002, "search")).toMatchObject({
      outcome: "cancel",
      reason: containing("HARD TIMEOUT"),
    });
    expect(await before(5003, "vote")).toEqual(goesOn);
  });

  it("D12: counts refusals, urges from the third on, ends the run at the last, and forgets them for a terminal tool", async () => {
    const { before, after } = round({ softMs: 1, graceMs: 0, maxDenials: 4 });
    await before(0, "search");
    await after(10, "search");
    await before(11, "search");
    expect(await before(12, "search")).not.toMatchObject({ reason: containing("refusal") });
    expect(await before(13, "search")).toMatchObject({ reason: containing("refusal 3 of 4") });
    await before(14, "new_answer");
    for (const now of [15, 16, 17]) await before(now, "search");
    expect(await before(18, "search")).toMatchObject({
      stop: { reason: "ada did not finish its round" },
    });
    // What ends the round is let through even then.
    expect(await before(19, "vote")).toEqual(goesOn);
  });

  it("D12: counts the grace from the delivery of a manual request, which is made once", async () => {
    const { store, before, after } = round({ softMs: 3_600_000, graceMs: 45_000 });
    const of = { workflowId: "wf", agent: "ada" };
    expect(await requestWrapUp(store, of, 0)).toBe(true);
    expect(await requestWrapUp(store, of, 1)).toBe(false);
    expect(await before(100_000, "search")).toEqual(goesOn);

    expect(await after(200_000, "search")).toMatchObject({ message: "ANSWER NOW" });
    expect(await before(211_000, "search")).toEqual(goesOn);
    expect(await before(246_000, "search")).toMatchObject({ outcome: "cancel" });
    expect(await requestWrapUp(store, of, 300_000)).toBe(false);
  });

  it("begins anew with each round", async () => {
    const store = createMemoryHookStore();
    const hook = { builtin: "round-timeout", options: { softMs: 10, graceMs: 0 }, store };
    const ask = (now: number, point: string, number: number) =>
      askAt(now, hook, { point, step: stepOf({ role: "ada" }), state: { round: number } });
    await ask(0, "step.before", 1);
    await ask(20, "step.after", 1);
    expect(await ask(21, "step.before", 1)).toMatchObject({ outcome: "cancel" });
    expect(await ask(22, "step.before", 2)).toEqual(goesOn);
  });
});

describe("permission", () => {
  function workspace(options: JsonObject = {}) {
    const cwd = freshFolder();
    const library = freshFolder();
    writeFileSync(join(library, "book.md"), "");
    mkdirSync(join(cwd, "src"));
    const hook = askBuiltin(
      "permission",
      { readable: [library], ...options },
      createMemoryHookStore(),
      { cwd },
    );
    const ask = (tool: string, input: JsonObject) => hook.ask({ step: stepOf({ tool, input }) });
    return { cwd, library, ask };
  }
  const allowed = decided({ outcome: "continue" });
  const refused = (why: string) => decided({ outcome: "cancel", reason: containing(why) });

  it("D15: lets a tool write in the workspace", async () => {
    const { ask } = workspace();
    expect(await ask("Write", { file_path: "src/new.ts" })).toEqual(allowed);
    expect(await ask("Bash", { command: "echo hi > src/out.txt 2>&1 && cat src/out.txt" })).toEqual(
      allowed,
    );
  });

  it("D15: refuses to write where it may only read", async () => {
    const { ask, library } = workspace();
    expect(await ask("Edit", { file_path: join(library, "book.md") })).toMatchObject(
      refused("must not be written to"),
    );
    expect(await ask("Bash", { command: `echo x >> ${library}/book.md` })).toMatchObject(
      refused("must not be written to"),
    );
    expect(await ask("Read", { file_path: join(library, "book.md") })).toEqual(allowed);
  });

  it("D15: refuses to read outside of what it may read, links followed", async () => {
    const { cwd, ask } = workspace();
    symlinkSync("/etc", join(cwd, "link"));
    for (const path of ["/etc/passwd", "../../x", "link/passwd"])
      expect(await ask("Read", { path })).toMatchObject(refused("must not be read"));
    expect(await ask("Bash", { command: "cat /etc/passwd" })).toMatchObject(
      refused("must not be read"),
    );
    expect(await ask("Bash", { command: ["cat", "/etc/passwd"] })).toMatchObject(
      refused("must not be read"),
    );
  });

  it("D15: refuses a command whose working directory lies outside", async () => {
    const { ask } = workspace();
    expect(await ask("Bash", { command: "ls", cwd: "/" })).toMatchObject(
      refused("must not be read"),
    );
    expect(await ask("Bash", { command: "ls", cwd: "src" })).toEqual(allowed);
  });

  it("refuses a command that hides what it runs, unless that is allowed", async () => {
    const command = "cat $(ls)";
    expect(await workspace().ask("Bash", { command })).toMatchObject(refused("hides what it runs"));
    const open = workspace({ allowSubstitution: true });
    expect(await open.ask("Bash", { command })).toEqual(allowed);
    expect(await open.ask("Bash", { command: "echo 'open" })).toMatchObject(
      refused("cannot be read"),
    );
  });
});
