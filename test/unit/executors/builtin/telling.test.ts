// The builtins that tell agents something: people's messages, finished work, reminders, peers' answers.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import {
  popLatestMessage,
  postFinished,
  postMessage,
  readMessages,
} from "../../../../src/hooks/executors/builtin/index.ts";
import {
  createFunctionRegistry,
  createMemoryHookStore,
  defineHandler,
  type HandlerDefinition,
} from "../../../../src/hooks/executors/index.ts";
import { containing } from "../../../support/matchers.ts";
import { freshFolder } from "../fixtures.ts";
import { askBuiltin, decided, stepOf } from "./ask-builtin.ts";

async function withFunctions(...definitions: readonly HandlerDefinition[]) {
  return {
    functions: await createFunctionRegistry({ definitions, importModule: (path) => import(path) }),
  };
}

const asAgent = (role: string, id = `e-${role}`) => ({
  id,
  step: stepOf({ kind: "agent", tool: "Agent", role }),
});
const nothing = decided({ outcome: "continue" });
const injected = (content: unknown, strategy = "user_message") =>
  decided({ outcome: "continue", inject: [{ content, strategy }] });

describe("priority-reminder", () => {
  const hook = askBuiltin("priority-reminder", {});
  const after = (output: unknown, tool = "mcp__plan__update_task_status") =>
    hook.ask({ point: "step.after", step: stepOf({ tool, output: output as never }) });
  const task = { priority: "high", status: "completed" };

  it.each([
    ["no output", null],
    ["plain text", "done"],
    ["a low priority", { task: { ...task, priority: "low" } }],
    ["a task in progress", { task: { ...task, status: "in_progress" } }],
  ])("D8: says nothing for %s", async (_case, output) => {
    expect(await after(output)).toEqual(nothing);
  });

  it("D8: says nothing after another tool", async () => {
    expect(await after({ task }, "mcp__plan__list")).toEqual(nothing);
  });

  it.each([
    ["an object", { task }],
    ["JSON text", JSON.stringify({ task })],
    ["a command's stdout", { stdout: JSON.stringify({ task }) }],
  ])(
    "D8: after a completed task of high priority, told as %s, gives a bordered reminder",
    async (_case, output) => {
      const border = "=".repeat(60);
      expect(await after(output)).toMatchObject(injected(containing(`${border}\nSYSTEM REMINDER`)));
      expect(await after(output)).toMatchObject(injected(containing("- memory/long_term/")));
    },
  );
});

describe("mid-stream-injection with a function", () => {
  it.each([[null], [""]])("D9: injects nothing when the function gives %j", async (value) => {
    const context = await withFunctions(defineHandler("news", {}, () => value));
    const hook = askBuiltin("mid-stream-injection", { from: "news" }, undefined, context);
    expect(await hook.ask({ point: "step.after", step: stepOf() })).toEqual(nothing);
  });

  it("D9: injects a text as the tool's result", async () => {
    const context = await withFunctions(defineHandler("news", {}, () => "fresh"));
    const hook = askBuiltin("mid-stream-injection", { from: "news" }, undefined, context);
    expect(await hook.ask({ point: "step.after", step: stepOf() })).toEqual(
      injected("fresh", "tool_result"),
    );
  });

  it("D9: lets the work go on when the function throws, and records why nothing came", async () => {
    const context = await withFunctions(
      defineHandler("news", {}, () => {
        throw new Error("no line");
      }),
    );
    const hook = askBuiltin("mid-stream-injection", { from: "news" }, undefined, context);
    expect(await hook.ask({ point: "step.after", step: stepOf() })).toEqual(
      decided({ outcome: "continue", message: "injection_skipped: no line" }),
    );
  });
});

describe("mid-stream-injection with peers", () => {
  const hook = () => askBuiltin("mid-stream-injection", {});
  const after = (state: object, role = "ada") => ({
    ...asAgent(role),
    point: "step.after",
    state: state as never,
  });
  const answers = { ada: "mine", bob: { content: "his" } };

  it("D17: lowers a stale restart flag when there is no new answer", async () => {
    const state = { answers: { ada: "mine" }, restartPending: { ada: true, bob: true } };
    expect(await hook().ask(after(state))).toEqual(
      decided({ outcome: "continue", state: { restartPending: { ada: false, bob: true } } }),
    );
  });

  it("D17: tells a new answer once, without a name, lowers the flag and knows the peer", async () => {
    const peers = hook();
    const state = { answers, restartPending: { ada: true } };
    expect(await peers.ask(after(state))).toEqual(
      decided({
        outcome: "continue",
        inject: [{ content: "New answers of your peers:\nAgent 2: his", strategy: "tool_result" }],
        state: { restartPending: { ada: false } },
      }),
    );
    expect(await peers.ask(after({ answers }))).toEqual(nothing);
  });

  it.each([
    ["has no answer of its own yet", { answers: { bob: "his" } }],
    ["may only vote", { answers, mode: "vote" }],
    ["is about to be warned", { answers, softDeadline: 1 }],
  ])("says nothing to an agent that %s", async (_case, state) => {
    expect(await hook().ask(after(state))).toEqual(nothing);
  });

  it("tells at most so many times in a round, and keeps the flag up for what is unseen", async () => {
    const peers = askBuiltin("mid-stream-injection", { maxPerRound: 1 });
    const answer = (text: string, round: number) =>
      peers.ask(after({ answers: { ada: "a", bob: text }, round, restartPending: { ada: true } }));
    await answer("one", 1);
    expect(await answer("two", 1)).toEqual(
      decided({ outcome: "continue", message: "restart pending" }),
    );
    expect(await answer("two", 2)).toMatchObject(
      decided({ state: { restartPending: { ada: false } } }),
    );
  });
});

describe("human-input", () => {
  it("D10: gives a message for one agent to that agent only", async () => {
    const hook = askBuiltin("human-input", {});
    await postMessage(hook.store, "wf", { content: "for ada", targets: ["ada"] });
    expect(await hook.ask(asAgent("bob"))).toEqual(nothing);
    expect(await hook.ask(asAgent("ada"))).toMatchObject(injected("[human] for ada"));
  });

  it("D10: keeps a message for two waiting for the second, and its history afterwards", async () => {
    const hook = askBuiltin("human-input", {});
    await postMessage(hook.store, "wf", { content: "both", targets: ["ada", "bob"] });
    await hook.ask(asAgent("ada"));
    expect((await readMessages(hook.store, "wf", "ada")).pending).toEqual([]);
    expect((await readMessages(hook.store, "wf", "bob")).pending).toHaveLength(1);
    await hook.ask(asAgent("bob"));
    const { pending, delivered } = await readMessages(hook.store, "wf");
    expect(pending).toEqual([]);
    expect(delivered.map(({ agent }) => agent)).toEqual(["ada", "bob"]);
  });

  it("D10: gives two messages in one injection, with an entry for each", async () => {
    const hook = askBuiltin("human-input", {});
    await postMessage(hook.store, "wf", { content: "one" });
    await postMessage(hook.store, "wf", { content: "two", source: "parent" });
    expect(await hook.ask(asAgent("ada"))).toMatchObject(injected("[human] one\n[parent] two"));
    expect((await readMessages(hook.store, "wf")).delivered).toHaveLength(2);
  });

  it("D10: refuses an empty list of targets, and takes the latest message back", async () => {
    const { store } = askBuiltin("human-input", {});
    await expect(postMessage(store, "wf", { content: "x", targets: [] })).rejects.toThrow(
      "An empty list of targets reaches nobody",
    );
    await postMessage(store, "wf", { content: "kept" });
    await postMessage(store, "wf", { content: "latest" });
    expect(await popLatestMessage(store, "wf")).toMatchObject({ content: "latest" });
    expect((await readMessages(store, "wf")).pending).toMatchObject([{ content: "kept" }]);
  });

  it("D10: calls back for what was delivered, but not for what is quiet", async () => {
    const called: unknown[] = [];
    const context = await withFunctions(
      defineHandler("told", {}, (payload) => {
        called.push(payload);
        return null;
      }),
    );
    const hook = askBuiltin("human-input", { callback: "told" }, undefined, context);
    await postMessage(hook.store, "wf", { content: "loud" });
    await postMessage(hook.store, "wf", { content: "hush", quiet: true });
    expect(await hook.ask(asAgent("ada"))).toMatchObject(injected("[human] loud\n[human] hush"));
    expect(called).toMatchObject([{ agent: "ada", messages: [{ content: "loud" }] }]);
  });

  it("delivers the same to an attempt that is tried again, and nothing to the next firing", async () => {
    const hook = askBuiltin("human-input", {});
    await postMessage(hook.store, "wf", { content: "once" });
    const first = await hook.ask(asAgent("ada", "e1"));
    expect(await hook.ask(asAgent("ada", "e1"))).toEqual(first);
    expect(await hook.ask(asAgent("ada", "e2"))).toEqual(nothing);
  });
});

describe("runtime-inbox", () => {
  function inbox(files: Readonly<Record<string, string>> | undefined, options = {}) {
    const cwd = freshFolder();
    const folder = join(cwd, ".heddle/inbox");
    const put = (more: Readonly<Record<string, string>>): void => {
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of Object.entries(more)) writeFileSync(join(folder, name), text);
    };
    if (files !== undefined) put(files);
    const hook = askBuiltin("runtime-inbox", options, createMemoryHookStore(), { cwd });
    return { folder, put, ask: hook.ask };
  }
  const letter = (content: string, more: object = {}): string =>
    JSON.stringify({ content, ...more });
  const contents = (reading: unknown) =>
    ((reading as { outcome: { inject?: { content: string }[] } }).outcome.inject ?? []).map(
      (each) => each.content,
    );

  it("D11: takes three files in the order of their names, and removes them and what is malformed", async () => {
    const box = inbox({
      "3.json": letter("c"),
      "1.json": letter("a", { source: "ci" }),
      "2.json": letter("b"),
      "0.json": "{ half",
      "4.json": JSON.stringify({ text: "no content" }),
    });
    expect(contents(await box.ask(asAgent("ada")))).toEqual(["[ci] a", "[parent] b", "[parent] c"]);
    expect(readdirSync(box.folder).filter((name) => name.endsWith(".json"))).toEqual([]);
  });

  it("D11: finds nothing in a folder that is not there", async () => {
    const box = inbox(undefined);
    expect(await box.ask(asAgent("ada"))).toEqual(nothing);
    expect(existsSync(box.folder)).toBe(false);
  });

  it("D11: does not look again within its interval", async () => {
    const box = inbox({ "1.json": letter("a") });
    await box.ask(asAgent("ada", "e1"));
    box.put({ "2.json": letter("b") });
    expect(await box.ask(asAgent("ada", "e2"))).toMatchObject(decided({ outcome: "skipped" }));
    expect(readdirSync(box.folder)).toContain("2.json");
  });

  it("tells an attempt that is tried again the same, and leaves what is for others", async () => {
    const box = inbox(
      { "1.json": letter("a"), "2.json": letter("b", { targets: ["bob"] }) },
      { everyMs: 0 },
    );
    expect(contents(await box.ask(asAgent("ada", "e1")))).toEqual(["[parent] a"]);
    expect(contents(await box.ask(asAgent("ada", "e1")))).toEqual(["[parent] a"]);
    expect(contents(await box.ask(asAgent("ada", "e2")))).toEqual([]);
    expect(contents(await box.ask(asAgent("bob", "e3")))).toEqual(["[parent] b"]);
  });
});

describe("subagent-complete and background-tool-complete", () => {
  const finished = (id: string, more: object = {}) => ({
    id,
    status: "completed",
    result: id,
    ...more,
  });

  it("D16: awaits an async getter and tells a batch of two in one text", async () => {
    const context = await withFunctions(
      defineHandler("finished", {}, async () => Promise.resolve([finished("a"), finished("b")])),
    );
    const hook = askBuiltin("subagent-complete", { from: "finished" }, undefined, context);
    expect(await hook.ask(asAgent("ada"))).toMatchObject(
      injected("Sub-agent a (completed):\na\n\nSub-agent b (completed):\nb", "tool_result"),
    );
  });

  it("D16: shows one that finished after its time as completed_but_timeout", async () => {
    const hook = askBuiltin("subagent-complete", { strategy: "user_message" });
    await postFinished(hook.store, "wf", "subagent", {
      id: "slow",
      status: "completed_but_timeout",
      result: "late",
    });
    expect(await hook.ask(asAgent("ada"))).toMatchObject(
      injected("Sub-agent slow (completed_but_timeout):\nlate"),
    );
  });

  it("D16: goes on when the getter fails", async () => {
    const context = await withFunctions(
      defineHandler("finished", {}, () => {
        throw new Error("gone");
      }),
    );
    const hook = askBuiltin("subagent-complete", { from: "finished" }, undefined, context);
    expect(await hook.ask(asAgent("ada"))).toEqual(
      decided({ outcome: "continue", message: "injection_skipped: gone" }),
    );
  });

  it("cuts the result of a background tool, and tells only the agent that began it, once", async () => {
    const hook = askBuiltin("background-tool-complete", {});
    const result = "x".repeat(700);
    await postFinished(hook.store, "wf", "background-tool", {
      id: "t",
      status: "failed",
      result,
      agent: "ada",
    });
    expect(await hook.ask(asAgent("bob"))).toEqual(nothing);
    const expected = injected(
      `Background tool t (failed):\n${"x".repeat(600)}... (truncated)`,
      "tool_result",
    );
    expect(await hook.ask(asAgent("ada", "e1"))).toMatchObject(expected);
    expect(await hook.ask(asAgent("ada", "e1"))).toMatchObject(expected);
    expect(await hook.ask(asAgent("ada", "e2"))).toEqual(nothing);
  });
});

describe("media-ledger", () => {
  it("notes once where media came from, by digests, and leaves other tools alone", async () => {
    const cwd = freshFolder();
    const hook = askBuiltin("media-ledger", {}, createMemoryHookStore(), { cwd });
    const made = {
      id: "e1",
      point: "step.after",
      step: stepOf({
        tool: "mcp__art__make_image",
        input: { prompt: "secret plan" },
        output: "png",
      }),
    };
    await hook.ask(made);
    expect(await hook.ask(made)).toMatchObject(
      decided({ message: "noted in .heddle/media-ledger.jsonl" }),
    );
    await hook.ask({ point: "step.after", step: stepOf() });
    const text = readFileSync(join(cwd, ".heddle/media-ledger.jsonl"), "utf8");
    expect(text.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(text)).toMatchObject({ tool: "mcp__art__make_image", pattern: "p@1.0.0" });
    expect(text).not.toContain("secret plan");
  });

  it("lets the work go on when the ledger cannot be written", async () => {
    const cwd = freshFolder();
    writeFileSync(join(cwd, "blocked"), "");
    const hook = askBuiltin("media-ledger", { file: "blocked/ledger" }, undefined, { cwd });
    expect(
      await hook.ask({ point: "step.after", step: stepOf({ tool: "make_image" }) }),
    ).toMatchObject(decided({ outcome: "continue", message: containing("not noted: ") }));
  });
});
