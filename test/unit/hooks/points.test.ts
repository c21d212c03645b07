import { describe, expect, it } from "vitest";

import {
  ALIASES,
  findPoint,
  hasEffect,
  namesOf,
  POINTS,
  resolvePoint,
} from "../../../src/hooks/index.ts";

const count = (vocabulary: string): number =>
  ALIASES.filter((alias) => alias.vocabulary === vocabulary).length;

describe("the table of points", () => {
  it("C1: resolves every name of every vocabulary, and custom names to themselves", () => {
    for (const alias of ALIASES) {
      const resolved = resolvePoint(alias.name);
      expect(resolved.ok && findPoint(resolved.value.point), alias.name).toBeTruthy();
    }
    expect(resolvePoint("custom:test")).toEqual({ ok: true, value: { point: "custom:test" } });
    for (const point of POINTS)
      expect(resolvePoint(point.name)).toEqual({ ok: true, value: { point: point.name } });
  });

  it("has the eleven triggers, Claude Code's 33 events, 43 points in two spellings, phases and states", () => {
    expect(count("agentcore")).toBe(11);
    expect(count("orchestrator")).toBe(12 + 3);
    expect(count("claude")).toBe(33);
    expect(count("framework")).toBe(43 * 2);
    expect(count("tool-phase")).toBe(8);
    expect(count("agent-state")).toBe(9 * 2);
  });

  it("means one point by one name, whichever vocabulary it was taken from", () => {
    const points = new Map<string, Set<string>>();
    for (const alias of ALIASES)
      points.set(alias.name, (points.get(alias.name) ?? new Set()).add(alias.point));
    expect([...points].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  it.each([
    ["pre_command", { point: "step.before", implied: { kind: "run" } }],
    ["pre_edit", { point: "step.before", implied: { type: "edit" } }],
    ["session_start", { point: "session.start" }],
    ["SessionStart", { point: "session.start" }],
    ["TaskPlan", { point: "run.before" }],
    ["UserPromptSubmit", { point: "run.before" }],
    ["before_agent_init", { point: "agent.enter", implied: { status: "initializing" } }],
    ["agent:exit:recovering", { point: "agent.exit", implied: { status: "recovering" } }],
    ["tool:security_check", { point: "step.authorize", implied: { kind: "run|http|call" } }],
    ["workflow:loop_termination", { point: "loop.end" }],
    ["workflow:before_step", { point: "step.before" }],
    ["artifact:after_create", { point: "custom:artifact:after_create" }],
  ])("resolves %s", (name, expected) => {
    expect(resolvePoint(name)).toEqual({ ok: true, value: { alias: name, ...expected } });
  });

  it("lets one name stand for two points where its original fired for both", () => {
    expect(resolvePoint("post_task")).toMatchObject({
      value: { point: "step.after", also: ["step.error"] },
    });
  });

  it("says why an event of the model's own client cannot occur here", () => {
    expect(resolvePoint("MessageDisplay")).toMatchObject({
      ok: true,
      value: { point: "custom:MessageDisplay", never: expect.stringContaining("client") as string },
    });
  });

  it.each([
    ["PretoolUse", "did you mean PreToolUse?"],
    ["step.befor", "did you mean step.before?"],
    ["utterly-else", "use a name such as step.before"],
    ["custom:", "is not a valid custom point"],
    [`x${"y".repeat(300)}`, "Unknown hook point"],
  ])("refuses %s with a way out", (name, sentence) => {
    const resolved = resolvePoint(name);
    expect(resolved.ok ? "" : resolved.error).toContain(sentence);
  });

  it("says which outcomes steer where", () => {
    expect(hasEffect("step.before", "cancel")).toBe(true);
    expect(hasEffect("step.skipped", "cancel")).toBe(false);
    expect(hasEffect("step.skipped", "continue")).toBe(true);
    expect(hasEffect("custom:x", "replace")).toBe(true);
    expect(hasEffect("nowhere", "cancel")).toBe(false);
  });

  it("lists every name of a point", () => {
    expect(namesOf("step.error")).toEqual(
      expect.arrayContaining(["step.error", "post_task", "PostToolUseFailure", "ToolError"]),
    );
  });
});
