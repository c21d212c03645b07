// A question to a role: its handler answers { ok, reason }, and a no is a refusal.
import { describe, expect, it } from "vitest";

import type { JsonValue } from "../../../src/core/index.ts";
import {
  defineHandler,
  executeHook,
  type HookReading,
} from "../../../src/hooks/executors/index.ts";
import { answerPrompts, type Handler, type HookEvent } from "../../../src/hooks/index.ts";
import { makeHook } from "../hooks/make-hook.ts";
import { handlerContext } from "./fixtures.ts";

const EVENT: HookEvent = {
  id: "w/r/step.before/a",
  point: "step.before",
  hook: "q",
  run: { id: "r", workflowId: "w", pattern: "p", version: "1.0.0" },
  step: { id: "a", kind: "run", tool: "Bash", attempt: 1, input: { command: "ls" } },
  state: {},
  workspace: "/w",
};

/** Asks a question of a role that answers so, and gives what was decided and what the role was asked. */
async function ask(
  answer: JsonValue,
  more: { readonly prompt?: string; readonly role?: string } = {},
): Promise<{ readonly reading: HookReading; readonly asked: JsonValue | undefined }> {
  let asked: JsonValue | undefined;
  const judge = defineHandler("judge", {}, (input) => {
    asked = input as JsonValue; // as: handlers get JSON
    return answer;
  });
  const question: Handler = { prompt: "Is $ARGUMENTS fine?", role: "judge", ...more };
  const handler = answerPrompts(question, { judge: { handler: { function: "judge" } } });
  const reading = await executeHook(
    makeHook({ name: "q", on: "step.before", handler }),
    EVENT,
    await handlerContext({}, [judge]),
  );
  return { reading, asked };
}

describe("a question to a role", () => {
  it("lets pass what it finds ok", async () => {
    expect((await ask({ ok: true })).reading).toEqual({
      kind: "decided",
      outcome: { outcome: "continue" },
    });
  });

  it("refuses with the reason of a no", async () => {
    expect((await ask({ ok: false, reason: "too risky" })).reading).toEqual({
      kind: "decided",
      outcome: { outcome: "cancel", reason: "too risky" },
    });
  });

  it("is asked with the event in the place of $ARGUMENTS", async () => {
    const { asked } = await ask({ ok: true });

    expect(asked).toMatchObject({
      role: "judge",
      prompt: `Is ${JSON.stringify(EVENT)} fine?`,
      event: EVENT,
    });
  });

  it.each([["yes"], [{ ok: "yes" }], [null], [{ reason: "none" }]])(
    "answered with %j is a failure, never a yes",
    async (answer) => {
      expect((await ask(answer)).reading).toMatchObject({
        kind: "failed",
        error: {
          type: "HandlerOutputInvalid",
          message: expect.stringContaining("{ ok, reason }") as string,
        },
      });
    },
  );

  it("whose role the pattern does not have fails by its name", async () => {
    expect((await ask({ ok: true }, { role: "jury" })).reading).toMatchObject({
      kind: "failed",
      error: { type: "HandlerNotFound", message: expect.stringContaining('"jury"') as string },
    });
  });

  it("may stand inside a composite: the role is found there too", () => {
    const roles = { judge: { handler: { command: ["judge"] } } };
    const question = { prompt: "?", role: "judge" };

    expect(answerPrompts({ all: [question, { vote: [question], threshold: 1 }] }, roles)).toEqual({
      all: [
        { ...question, answeredBy: { command: ["judge"] } },
        { vote: [{ ...question, answeredBy: { command: ["judge"] } }], threshold: 1 },
      ],
    });
  });
});
