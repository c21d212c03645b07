import { describe, expect, it } from "vitest";

import { matchesEvent, matchesFields } from "../../../src/hooks/index.ts";
import { makeEvent, makeHook } from "./make-hook.ts";

const STEP = {
  id: "build",
  kind: "agent",
  tool: "Agent",
  role: "tester",
  attempt: 1,
  input: { file: "a.ts" },
} as const;

describe("matchesFields", () => {
  it("A2: no fields match everything, a nested path is compared, a missing path reads as null", () => {
    const event = makeEvent({
      data: { task: { status: "completed" }, status: "failed", list: [{ a: 1 }] },
    });

    expect(matchesFields({}, event)).toBe(true);
    expect(matchesFields({ fields: { status: "completed" } }, event)).toBe(false);
    expect(matchesFields({ fields: { "task.status": "completed" } }, event)).toBe(true);
    expect(matchesFields({ fields: { "data.task.status": "completed" } }, event)).toBe(true);
    expect(matchesFields({ fields: { "list.0.a": 1 } }, event)).toBe(true);
    expect(matchesFields({ fields: { "list.x.a": 1 } }, event)).toBe(false);
    expect(matchesFields({ fields: { "task.owner": null } }, event)).toBe(true);
    expect(matchesFields({ fields: { "no.way": null } }, makeEvent())).toBe(true);
  });

  it("A3: all fields must be equal, objects whatever the order of their keys", () => {
    const event = makeEvent({ data: { status: "success", priority: "high", o: { a: 1, b: 2 } } });

    expect(matchesFields({ fields: { status: "success", priority: "high" } }, event)).toBe(true);
    expect(matchesFields({ fields: { status: "success", priority: "low" } }, event)).toBe(false);
    expect(matchesFields({ fields: { o: { b: 2, a: 1 } } }, event)).toBe(true);
  });

  it("does not find what every object inherits", () => {
    expect(matchesFields({ fields: { constructor: null } }, makeEvent())).toBe(true);
  });
});

describe("matchesEvent", () => {
  it("tests what only the run knows, and what an alias implies as well", () => {
    const event = makeEvent({ step: STEP, data: { status: "running", source: "handoff" } });

    expect(matchesEvent(makeHook(), event)).toBe(true);
    expect(matchesEvent(makeHook({ match: { role: "tester|x", status: "run*" } }), event)).toBe(
      true,
    );
    expect(matchesEvent(makeHook({ match: { status: "ready" } }), event)).toBe(false);
    expect(matchesEvent(makeHook({ implied: { source: "handoff" } }), event)).toBe(true);
    expect(matchesEvent(makeHook({ implied: { source: "plan" } }), event)).toBe(false);
    expect(matchesEvent(makeHook({ match: { step: "b*", kind: "agent" } }), event)).toBe(true);
  });

  it("does not match a fact that the event does not have", () => {
    expect(matchesEvent(makeHook({ match: { status: "*" } }), makeEvent())).toBe(false);
    expect(matchesEvent(makeHook({ match: { type: "x" } }), makeEvent({ step: STEP }))).toBe(false);
    expect(matchesEvent(makeHook({ match: { step: "x" } }), makeEvent())).toBe(false);
    expect(
      matchesEvent(
        makeHook({ match: { type: "x".repeat(2000) } }),
        makeEvent({ data: { type: "x" } }),
      ),
    ).toBe(false);
  });
});
