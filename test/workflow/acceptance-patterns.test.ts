/** Acceptance cases of patterns as whole runs: what a refusal at their start, or at one of their steps, stops. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import { runDocument } from "../support/documents.ts";
import { linesIn } from "../support/effects-file.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "acceptance-patterns" });
});
afterAll(() => engine.stop());

const file = (name: string): string => join(engine.dataDir, name);

const answer = (on: string, outcome: JsonObject, more: JsonObject = {}): JsonObject => ({
  name: "guard",
  on,
  handler: { command: ["echo", JSON.stringify(outcome)] },
  ...more,
});

/** Steps that each leave their name in a file, in the four shapes of the framework that the case comes from. */
const shapes = (log: string): Readonly<Record<string, JsonObject>> => {
  const trace = (name: string): JsonObject => ({ run: ["sh", "-c", `echo ${name} >> ${log}`] });
  return {
    sequential: { first: trace("first"), second: { ...trace("second"), needs: ["first"] } },
    parallel: { left: trace("left"), right: trace("right") },
    loop: {
      again: {
        loop: { max: 3, until: "false", onMax: "continue", steps: { turn: trace("turn") } },
      },
    },
    conditional: {
      choose: { switch: { cases: [{ when: true, steps: { taken: trace("taken") } }] } },
    },
  };
};

const SHAPES = ["sequential", "parallel", "loop", "conditional"] as const;

describe("a hook that cancels", () => {
  it.each(SHAPES)("C29: at the start of a %s workflow stops all of it", async (shape) => {
    const log = file(`c29-start-${shape}`);

    const { status, error } = await runDocument(engine, {
      steps: shapes(log)[shape] ?? {},
      hooks: [answer("run.before", { outcome: "cancel", reason: "not on my watch" })],
    });

    expect(status).not.toBe("succeeded");
    expect(error?.message).toContain("not on my watch");
    expect(existsSync(log)).toBe(false);
  });

  it.each(SHAPES)("C29: lets a %s workflow run when it does not cancel", async (shape) => {
    const log = file(`c29-control-${shape}`);

    const { status } = await runDocument(engine, {
      steps: shapes(log)[shape] ?? {},
      hooks: [answer("run.before", { outcome: "continue" })],
    });

    expect(status).toBe("succeeded");
    expect(linesIn(log).length).toBeGreaterThan(0);
  });

  it("C29: at a step stops that step, and what is beside it runs", async () => {
    const log = file("c29-step");
    const { left = {}, right = {} } = shapes(log)["parallel"] as Record<string, JsonObject>;

    const { statuses } = await runDocument(engine, {
      coordination: { failFast: false },
      steps: { left, right },
      hooks: [
        answer(
          "step.before",
          { outcome: "cancel", reason: "this one not" },
          { match: { step: "left" } },
        ),
      ],
    });

    expect(statuses).toMatchObject({ left: "failed", right: "succeeded" });
    expect(linesIn(log)).toEqual(["right"]);
  });
});

describe("an error hook that jumps", () => {
  it("C28: goes on at the step's own fallback step after a rate limit, and what lies between is passed over", async () => {
    const log = file("c28-redirect");
    const trace = (name: string): JsonObject => ({ run: ["sh", "-c", `echo ${name} >> ${log}`] });

    const { statuses } = await runDocument(engine, {
      steps: {
        ask: { run: ["sh", "-c", "echo rate limit >&2; exit 1"], retry: { maximumAttempts: 1 } },
        use: { ...trace("use"), needs: ["ask"] },
        ask_fallback: { ...trace("fallback"), needs: ["use"], join: "done" },
      },
      hooks: [
        answer(
          "step.error",
          { outcome: "skipTo", step: "ask_fallback" },
          { match: { step: "ask" } },
        ),
      ],
    });

    expect(linesIn(log)).toEqual(["fallback"]);
    expect(statuses).toMatchObject({ use: "skipped", ask_fallback: "succeeded" });
  });
});
