/** What hooks and people inject reaches an agent, once, and waits for one until then. */
import { afterAll, beforeAll, expect, it } from "vitest";

import type { JsonObject, JsonValue } from "../../src/core/index.ts";
import { finish, runDocument, startDocument } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "injections" });
});
afterAll(() => engine.stop());

const agents = {
  echo: { handler: { command: ["cat"] } },
  broken: { handler: { command: ["false"] } },
};

const inject = (name: string, on: string, strategy: string, more: JsonObject = {}): JsonObject => {
  const outcome = { outcome: "continue", inject: [{ content: name, strategy }] };
  return { name, on, handler: { command: ["echo", JSON.stringify(outcome)] }, ...more };
};

const told = (step: string): string =>
  `\${{ steps.${step}.output.?injections.orValue([]).map(i, i.content) }}`;

it("D6: two hooks after a tool tell the next agent both, in order, each with its own strategy", async () => {
  const { output } = await runDocument(engine, {
    agents,
    steps: {
      tool: { run: ["true"] },
      agent: { agent: "echo", needs: ["tool"] },
      later: { agent: "echo", needs: ["agent"] },
    },
    hooks: [
      inject("First", "step.after", "tool_result", { match: { step: "tool" } }),
      inject("Second", "step.after", "user_message", { match: { step: "tool" } }),
    ],
    output: {
      agent: "${{ steps.agent.output.injections }}",
      later: told("later"),
    },
  });

  expect(output).toMatchObject({
    agent: [
      { content: "First", strategy: "tool_result", hook: "First", step: "tool" },
      { content: "Second", strategy: "user_message", hook: "Second", step: "tool" },
    ],
    later: [],
  });
});

it("tells what is injected right before an agent to that agent, whoever starts beside it", async () => {
  const { output } = await runDocument(engine, {
    agents,
    steps: { one: { agent: "echo" }, two: { agent: "echo" }, three: { agent: "echo" } },
    hooks: ["one", "two", "three"].map((step) =>
      inject(`for-${step}`, "step.before", "user_message", { match: { step } }),
    ),
    output: {
      one: told("one"),
      two: told("two"),
      three: told("three"),
      whole: "${{ steps.one.output.injections }}",
    },
  });

  expect(output).toEqual({
    one: ["for-one"],
    two: ["for-two"],
    three: ["for-three"],
    whole: [
      {
        content: "for-one",
        strategy: "user_message",
        hook: "for-one",
        point: "step.before",
        step: "one",
      },
    ],
  });
});

it("keeps what an agent that failed was not told for the next one, and what a person sends by signal", async () => {
  const handle = await startDocument(engine, {
    agents,
    steps: {
      wait: { waitFor: { event: "go" } },
      broken: {
        agent: "broken",
        needs: ["wait"],
        retry: { maximumAttempts: 1 },
        onError: "continue",
      },
      next: { agent: "echo", needs: ["broken"], join: "done" },
    },
    output: "${{ steps.next.output.injections }}",
  });
  const sent: readonly JsonValue[] = ["a text", { content: "a result", strategy: "tool_result" }];
  for (const content of sent) await handle.signal("inject", content);
  await handle.signal("event", { type: "go" });

  expect((await finish(handle)).output).toEqual([
    { content: "a text", strategy: "user_message" },
    { content: "a result", strategy: "tool_result" },
  ]);
});
