// Persistent commands: one program answers many calls, and whatever one of them does, the next call is served.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it, onTestFinished } from "vitest";

import type { JsonObject, JsonValue } from "../../../src/core/index.ts";
import {
  createWarmPool,
  executeHandler,
  readHookReply,
  type HandlerReply,
} from "../../../src/hooks/executors/index.ts";
import { freshFolder, handlerContext, isAlive, until } from "./fixtures.ts";

const PROGRAM = fileURLToPath(new URL("programs/warm.mjs", import.meta.url));

type Options = Parameters<typeof createWarmPool>[0];

/** A pool and a way to ask it; the pool is closed with the test. */
function openPool(options: Options = {}) {
  const pool = createWarmPool(options);
  onTestFinished(() => pool.close());
  const folder = freshFolder();
  const pids = join(folder, "pids");
  const ask = async (
    input: JsonObject,
    more: Parameters<typeof handlerContext>[0] = {},
  ): Promise<HandlerReply> =>
    executeHandler(
      {
        command: [process.execPath, PROGRAM],
        env: { PIDS: pids, WORD: "given" },
        persistent: true,
      },
      input,
      await handlerContext({ patternDir: folder, services: { pool }, killGraceMs: 200, ...more }),
    );
  const started = (): readonly number[] =>
    readFileSync(pids, "utf8").trim().split("\n").map(Number);
  return { pool, ask, started };
}

function answerOf(reply: HandlerReply): JsonObject {
  if (reply.kind !== "answered" || !("json" in reply.answer))
    throw new Error(JSON.stringify(reply));
  return reply.answer.json as JsonObject; // as: the program answers with objects
}

describe("a persistent command", () => {
  it("is started once and answers call after call", async () => {
    const { ask, started } = openPool();

    const counts: (JsonValue | undefined)[] = [];
    for (let call = 0; call < 50; call += 1) counts.push(answerOf(await ask({ call }))["served"]);

    expect(counts).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
    expect(started()).toHaveLength(1);
  });

  it("gets the payload, the folder and the variables of each call, and its own environment once", async () => {
    const { ask } = openPool();
    const cwd = freshFolder();

    const answer = answerOf(
      await ask(
        { a: "b\nc" },
        { cwd, env: { PATH: process.env["PATH"] ?? "", HEDDLE_RUN_ID: "r1" } },
      ),
    );

    expect(answer).toMatchObject({
      echo: { a: "b\nc" },
      cwd,
      env: { HEDDLE_RUN_ID: "r1" },
      word: "given",
    });
  });

  it("serves calls at once in at most so many processes; the others wait for their turn", async () => {
    const { ask, started } = openPool({ perCommand: 3 });

    const answers = await Promise.all(Array.from({ length: 20 }, (_, call) => ask({ call })));

    expect(answers.every(({ kind }) => kind === "answered")).toBe(true);
    expect(started()).toHaveLength(3);
  });

  it("may print for its author between answers", async () => {
    const { ask } = openPool();

    expect(answerOf(await ask({ do: "chatter" }))).toHaveProperty("pid");
  });

  it("may answer with an error of its own and goes on", async () => {
    const { ask, started } = openPool();

    expect(await ask({ do: "error" })).toMatchObject({
      kind: "failed",
      error: { type: "Mine", message: "not today" },
    });
    expect(answerOf(await ask({}))["served"]).toBe(2);
    expect(started()).toHaveLength(1);
  });

  it("is read like any other hook: what it returns must be an outcome", async () => {
    const { ask } = openPool();
    const reply = await ask({});

    expect(readHookReply(reply)).toMatchObject({
      kind: "failed",
      error: { type: "HookOutcomeInvalid" },
    });
  });

  it("that is killed by its timeout is replaced; the next call is served by another process", async () => {
    const { ask, started } = openPool();
    await ask({});

    expect(await ask({ do: "hang" }, { timeoutMs: 150 })).toMatchObject({
      kind: "failed",
      timedOut: true,
      error: { type: "TimedOut", message: expect.stringContaining("150ms") as string },
    });
    expect(isAlive(started()[0] ?? 0)).toBe(false);
    expect(answerOf(await ask({}))["served"]).toBe(1);
    expect(started()).toHaveLength(2);
  });

  it("that crashes in the middle of a call fails that call only, with its exit code and stderr", async () => {
    const { ask } = openPool({ perCommand: 2 });

    const [crashed, other] = await Promise.all([ask({ do: "crash" }), ask({})]);

    expect(crashed).toMatchObject({
      error: {
        type: "CommandFailed",
        message: expect.stringContaining("exit code 3") as string,
        details: { stderr: "about to fall over" },
      },
    });
    expect(other.kind).toBe("answered");
    expect(answerOf(await ask({}))).toHaveProperty("pid");
  });

  it.each([
    ["writes half a JSON", "half", "HandlerOutputInvalid", "broken JSON"],
    ["answers somebody else's id", "stranger", "HandlerOutputInvalid", '"somebody else"'],
    ["writes without end", "flood", "OutputTooLarge", "1048576 bytes"],
    ["returns 10 MB", "large", "OutputTooLarge", "1048576 bytes"],
  ])("that %s is told so by name, and replaced", async (_, what, type, text) => {
    const { ask, started } = openPool();

    expect(await ask({ do: what })).toMatchObject({
      kind: "failed",
      error: { type, message: expect.stringContaining(text) as string },
    });
    expect(answerOf(await ask({}))["served"]).toBe(1);
    expect(isAlive(started()[0] ?? 0)).toBe(false);
  });

  it("takes the dozens of processes it started with it when its time is over", async () => {
    const { ask, started } = openPool();
    // So that its time is for what it starts, not for its own start.
    await ask({});

    await ask({ do: "children" }, { timeoutMs: 4000 });

    expect(started().length).toBeGreaterThan(20);
    await until(() => started().every((pid) => !isAlive(pid)));
  });

  it("that waits for its turn longer than its timeout fails as a timeout, and leaves the queue", async () => {
    const { ask } = openPool({ perCommand: 1 });
    const first = ask({ do: "hang" }, { timeoutMs: 1500 });

    expect(await ask({}, { timeoutMs: 50 })).toMatchObject({ timedOut: true });
    await first;
    expect((await ask({})).kind).toBe("answered");
  });

  it("is cancelled by the signal, and its process is gone", async () => {
    const { ask, started } = openPool();
    const stop = new AbortController();
    const asked = ask({ do: "hang" }, { signal: stop.signal });
    await until(() => {
      try {
        return started().length === 1;
      } catch {
        return false;
      }
    });
    stop.abort();

    expect((await asked).kind).toBe("cancelled");
    expect(isAlive(started()[0] ?? 0)).toBe(false);
  });

  it("ends when it has nothing to do for a while", async () => {
    const { ask, started } = openPool({ idleMs: 30 });
    await ask({});

    await until(() => !isAlive(started()[0] ?? 0));
    expect(answerOf(await ask({}))["served"]).toBe(1);
  });

  it("leaves no process behind when the pool closes, whatever it is doing, and serves nobody afterwards", async () => {
    const { pool, ask, started } = openPool({ perCommand: 2 });
    await Promise.all([ask({}), ask({})]);
    const hanging = ask({ do: "hang" });
    const waiting = [ask({ do: "hang" }), ask({})];
    await pool.close();

    expect((await hanging).kind).toBe("failed");
    for (const reply of await Promise.all(waiting)) expect(reply.kind).toBe("failed");
    expect(started().every((pid) => !isAlive(pid))).toBe(true);
    expect(await ask({})).toMatchObject({ error: { type: "CommandNotStarted" } });
  });

  it("that is not there is a launch failure", async () => {
    const { pool } = openPool();
    const reply = await executeHandler(
      { command: ["no-such-program-here"], persistent: true },
      {},
      await handlerContext({ services: { pool } }),
    );

    expect(reply).toMatchObject({ error: { type: "CommandNotFound" } });
  });

  it("works without a pool too, for one call", async () => {
    const folder = freshFolder();
    const pids = join(folder, "pids");
    const reply = await executeHandler(
      { command: [process.execPath, PROGRAM], env: { PIDS: pids }, persistent: true },
      {},
      await handlerContext(),
    );

    expect(reply.kind).toBe("answered");
    await until(() => !isAlive(Number(readFileSync(pids, "utf8"))));
  });
});
