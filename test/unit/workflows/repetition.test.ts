/** foreach, loop, switch, undo and asking people, on hand-resolved effects. */
import { describe, expect, it } from "vitest";

import type { PlanForeach, PlanStep } from "../../../src/patterns/plan.ts";
import { planOf, startWorld, stepsOf } from "./harness.ts";

const LIST = { lit: ["a", "b", "c", "d"] };

function eachOf(foreach: Partial<PlanForeach>, more: Partial<PlanStep> = {}): Partial<PlanStep> {
  return {
    id: "f",
    foreach: { items: LIST, ...foreach },
    body: { kind: "call", function: "work", with: { expr: "item" } },
    ...more,
  };
}

describe("foreach", () => {
  it("runs one instance per item, at most `concurrency` at once, and keeps item order", async () => {
    const world = await startWorld(planOf([eachOf({ concurrency: 2 })]));
    expect(world.open()).toEqual(["f[0]", "f[1]"]);
    expect(world.call("f[1]").input).toMatchObject({ input: "b", instance: "1" });

    await world.succeed("f[1]", "B");
    expect(world.open()).toEqual(["f[0]", "f[2]"]);
    await world.succeed("f[2]", "C");
    await world.succeed("f[3]", "D");
    await world.succeed("f[0]", "A");

    expect(await world.outcome).toEqual({
      kind: "succeeded",
      output: { f: ["A", "B", "C", "D"] },
    });
  });

  it("begins no item once the history is long, and the run continues as new when those at work are over", async () => {
    const world = await startWorld(planOf([eachOf({ concurrency: 2 })], { revision: 2 }));
    world.grow();

    await world.succeed("f[0]", "A");
    expect(world.open()).toEqual(["f[1]"]);
    await world.succeed("f[1]", "B");

    expect(await world.outcome).toEqual({ kind: "continue" });
  });

  it("goes on to its end in one history where the plan is of an earlier revision", async () => {
    const world = await startWorld(planOf([eachOf({ concurrency: 2 })], { revision: 1 }));
    world.grow();

    for (const at of [0, 1, 2, 3]) await world.succeed(`f[${String(at)}]`, at);

    expect(await world.outcome).toEqual({ kind: "succeeded", output: { f: [0, 1, 2, 3] } });
  });

  it("fails with the first failed item's error and cancels the rest", async () => {
    const world = await startWorld(planOf([eachOf({})]));

    await world.fail("f[1]", { message: "bad item" });

    expect(await world.outcome).toMatchObject({
      kind: "failed",
      error: { type: "StepFailed", message: "step f: item 1: bad item" },
    });
    expect(world.ctx.report.steps.get("f|0")?.status).toBe("cancelled");
  });

  it("tolerates as many failures as it says, and gives null for them", async () => {
    const world = await startWorld(planOf([eachOf({ tolerate: { failures: 1 } })]));

    await world.fail("f[0]");
    for (const id of ["f[1]", "f[2]", "f[3]"]) await world.succeed(id, id);

    expect(await world.outcome).toEqual({
      kind: "succeeded",
      output: { f: [null, "f[1]", "f[2]", "f[3]"] },
    });
  });

  it("is complete at a quorum and lets the rest finish without effect, unless told to cancel it", async () => {
    const world = await startWorld(
      planOf([eachOf({ complete: { atLeast: 1 } }), { id: "after", needs: ["f"] }]),
    );
    await world.succeed("f[2]", "C");
    expect(world.open()).toEqual(["f[0]", "f[1]", "f[3]", "after"]);
    for (const id of ["after", "f[0]", "f[1]", "f[3]"]) await world.succeed(id, id);
    expect((await world.outcome).kind).toBe("succeeded");

    const strict = await startWorld(
      planOf([eachOf({ complete: { atLeast: 1, cancelRest: true } })]),
    );
    await strict.succeed("f[2]", "C");
    expect(await strict.outcome).toEqual({
      kind: "succeeded",
      output: { f: [null, null, "C", null] },
    });
  });

  it("filters items by `when`, and an empty list succeeds with an empty list", async () => {
    const some = await startWorld(planOf([eachOf({ when: { expr: "item == 'b'" } })]));
    expect(some.open()).toEqual(["f[1]"]);
    await some.succeed("f[1]", "B");
    expect(await some.outcome).toEqual({
      kind: "succeeded",
      output: { f: [null, "B", null, null] },
    });

    const none = await startWorld(planOf([eachOf({ items: { lit: [] } })]));
    expect(await none.outcome).toEqual({ kind: "succeeded", output: { f: [] } });
  });

  it("fails for what is no list", async () => {
    const world = await startWorld(planOf([eachOf({ items: { lit: null } })]));

    expect(await world.outcome).toMatchObject({
      kind: "failed",
      error: { details: { error: { type: "ForeachInvalid" } } },
    });
  });

  it("resumes after continue-as-new with only the items that are left", async () => {
    const plan = planOf([eachOf({ concurrency: 1 })]);
    const top = { steps: {} };
    const world = await startWorld(plan, { top });
    await world.succeed("f[0]", "A");
    world.grow();
    await world.succeed("f[1]", "B");
    const first = await Promise.race([world.outcome, Promise.resolve("open")]);
    if (first === "open") await world.succeed("f[2]", "C");
    const again = await startWorld(plan, { top: structuredClone(top), resumed: true });

    expect(again.begun).not.toContain("f[0]");
    expect(again.begun).not.toContain("f[1]");
  });
});

describe("loops and cases", () => {
  it("repeats until its condition holds, seeing that iteration's steps", async () => {
    const body = {
      kind: "loop",
      until: { expr: "steps.x.output == 'stop'", steps: ["x"] },
      max: 5,
      onMax: "fail",
      scope: { steps: stepsOf([{ id: "x" }]) },
    } as const;
    const world = await startWorld(planOf([{ id: "l", body }]));

    await world.succeed("x[0]", "go");
    expect(world.open()).toEqual(["x[1]"]);
    await world.succeed("x[1]", "stop");

    expect(await world.outcome).toEqual({ kind: "succeeded", output: { l: { x: "stop" } } });
  });

  it("fails with LoopLimit when it would go on, unless onMax allows it", async () => {
    for (const onMax of ["fail", "continue"] as const) {
      const body = {
        kind: "loop",
        until: { lit: false },
        max: 1,
        onMax,
        scope: { steps: stepsOf([{ id: "x" }]) },
      } as const;
      const world = await startWorld(planOf([{ id: "l", body }]));
      await world.succeed("x[0]");
      const outcome = await world.outcome;
      if (onMax === "fail") expect(outcome).toMatchObject({ error: { type: "LoopLimit" } });
      else expect(outcome.kind).toBe("succeeded");
    }
  });

  it("runs the first case that holds, and gives null where none does", async () => {
    const scope = { steps: stepsOf([{ id: "x" }]) };
    const cases = [{ when: { expr: "input == 1" }, scope }];
    const body = { kind: "switch", cases } as const;

    const hit = await startWorld(planOf([{ id: "w", body }]), { input: 1 });
    await hit.succeed("x", "yes");
    expect(await hit.outcome).toEqual({ kind: "succeeded", output: { w: { x: "yes" } } });

    const miss = await startWorld(planOf([{ id: "w", body }]), { input: 2 });
    expect(await miss.outcome).toEqual({ kind: "succeeded", output: { w: null } });
  });
});

describe("undo", () => {
  const undo = (name: string): NonNullable<PlanStep["compensate"]> => ({
    when: "started",
    body: { kind: "call", function: name, with: { lit: null } },
    policy: 0,
    tool: "call",
  });

  it("runs in reverse order of completion, first what never completed, past one that fails", async () => {
    const plan = planOf([
      { id: "a", compensate: undo("undo-a") },
      { id: "b", needs: ["a"], compensate: undo("undo-b") },
      { id: "c", needs: ["b"], compensate: undo("undo-c") },
    ]);
    const world = await startWorld(plan);
    await world.succeed("a");
    await world.succeed("b");
    await world.fail("c");

    expect(world.open()).toEqual(["c:compensate"]);
    await world.succeed("c:compensate");
    await world.fail("b:compensate", { message: "cannot" });
    await world.succeed("a:compensate");

    expect(await world.outcome).toMatchObject({
      kind: "failed",
      error: { details: { compensationProblems: ["b: cannot"] } },
    });
  });
});

describe("approvals", () => {
  it("hold the run until a person decides, or the deadline decides for them", async () => {
    const body = {
      kind: "approval",
      prompt: { lit: "Ship it?" },
      timeoutMs: 1000,
      default: "deny",
    } as const;
    const world = await startWorld(planOf([{ id: "ok", body }]));
    expect([...world.ctx.report.approvals.values()]).toMatchObject([
      { id: "ok", prompt: "Ship it?" },
    ]);
    world.ctx.mailbox.decide({ id: "ok", decision: "approve", comment: "fine", by: "ann" });
    expect(await world.outcome).toMatchObject({
      kind: "succeeded",
      output: { ok: { decision: "approve", comment: "fine", by: "ann" } },
    });

    const late = await startWorld(planOf([{ id: "ok", body }]));
    await late.advance(1000);
    expect(await late.outcome).toMatchObject({ kind: "failed", error: { type: "ApprovalDenied" } });
  });
});
