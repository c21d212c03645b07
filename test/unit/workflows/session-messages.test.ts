/** What a session is started with, by people and by itself. */
import { describe, expect, it } from "vitest";

import type { JsonObject, JsonValue } from "../../../src/core/index.ts";
import { readArguments } from "../../../src/workflows/session-messages.ts";

const carry: JsonObject = {
  session: "s",
  startedAt: 1,
  status: "active",
  state: {},
  stateVersion: 0,
  checkpoints: [],
  runs: [],
  notes: [],
};

describe("a session's arguments", () => {
  it("are its id, and what its execution before handed over", () => {
    expect(readArguments({ session: "s" }, false)).toEqual({ session: "s" });
    expect(readArguments({ session: "s", carry: null }, false)).toEqual({ session: "s" });
    expect(readArguments({ session: "s", carry }, true)).toEqual({ session: "s", carry });
  });

  it.each<[string, JsonValue, string]>([
    ["of another session", { ...carry, session: "t" }, "written by another session"],
    ["that is no object", [1], "it is [1], not an object"],
    ["without its runs", { ...carry, runs: null }, "parts of it are missing"],
    ["whose state is text", { ...carry, state: "all" }, "parts of it are missing"],
  ])("refuse a memory %s", (_what, given, problem) => {
    expect(() => readArguments({ session: "s", carry: given }, true)).toThrow(
      expect.objectContaining({
        type: "CarryInvalid",
        message: expect.stringContaining(problem) as string,
      }) as Error,
    );
  });

  it("refuse a memory that somebody else gives, however well made", () => {
    expect(() => readArguments({ session: "s", carry }, false)).toThrow(
      "this session does not continue another one",
    );
  });
});
