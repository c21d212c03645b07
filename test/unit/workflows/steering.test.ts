/** Operators take steps into their own hands: retry, skip, complete. */
import { describe, expect, it } from "vitest";

import type { JsonValue } from "../../../src/core/index.ts";
import type { StepOrder, StepOrderAnswer } from "../../../src/workflows/messages.ts";
import {
  carryOut,
  findTarget,
  type OrderKind,
} from "../../../src/workflows/interpreter/steering.ts";
import { hookOf, planOf, settle, startWorld, stepsOf, tableOf, type World } from "./harness.ts";

async function order(
  world: World,
  kind: OrderKind,
  step: string,
  more: Omit<StepOrder, "step"> = {},
): Promise<StepOrderAnswer> {
  const given = { step, ...more };
  const target = findTarget(world.ctx, kind, given);
  if (typeof target === "string") throw new Error(target);
  const answer = carryOut(world.ctx, kind, given, target);
  await settle();
  return answer;
}

const refusal = (world: World, kind: OrderKind, step: string): unknown =>
  findTarget(world.ctx, kind, { step });

const output = async (world: World): Promise<JsonValue | undefined> => {
  const outcome = await world.outcome;
  return outcome.kind === "succeeded" ? outcome.output : undefined;
};

describe("skipStep", () => {
  it("skips a step that has not begun; joins decide accordingly", async () => {
    const world = await startWorld(
      planOf([
        { id: "a" },
        { id: "b", needs: ["a"] },
        { id: "c", needs: ["b"] },
        { id: "d", needs: ["b"], join: "noneFailed" },
      ]),
    );

    const answer = await order(world, "skip", "b", { reason: "not today", by: "ann" });

    expect(answer).toEqual({ step: "b", was: "pending", now: "skipped" });
    expect(world.begun).toEqual(["a", "d"]);
    expect(world.status("c")).toBe("skipped");
    expect(world.ctx.report.steps.get("b|")).toMatchObject({
      reason: "not today",
      operator: [{ action: "skip", by: "ann", reason: "not today" }],
    });
  });

  it("cancels the work of a step that runs, and skips it once that is over", async () => {
    const world = await startWorld(planOf([{ id: "a" }, { id: "b", needs: ["a"], join: "done" }]));

    await order(world, "skip", "a");

    expect(world.status("a")).toBe("skipped");
    expect(world.begun).toEqual(["a", "b"]);
  });

  it("skips a step that waits for its turn, which then never comes", async () => {
    const world = await startWorld(planOf([{ id: "a" }, { id: "b" }], { maxConcurrency: 1 }));

    await order(world, "skip", "b");
    await world.succeed("a");

    expect(world.begun).toEqual(["a"]);
    expect((await world.outcome).kind).toBe("succeeded");
  });

  it("tells the hooks of step.skipped", async () => {
    const hooks = tableOf([hookOf("told", "step.skipped")], ["a"]);
    const world = await startWorld(planOf([{ id: "a" }]), { hooks });

    await order(world, "skip", "a");

    expect(world.open()).toEqual(["a:step.skipped:told"]);
    await world.answer("a:step.skipped:told", { outcome: "continue" });
    expect((await world.outcome).kind).toBe("succeeded");
  });
});

describe("completeStep", () => {
  it("gives a step that runs its output, and cancels its work", async () => {
    const world = await startWorld(planOf([{ id: "a" }]));

    const answer = await order(world, "complete", "a", { output: { n: 1 } });

    expect(answer.was).toBe("running");
    expect(world.open()).toEqual([]);
    expect(await output(world)).toEqual({ a: { n: 1 } });
  });

  it("ends a wait, and a whole group with what is inside it", async () => {
    const inner = stepsOf([{ id: "x" }, { id: "y", needs: ["x"] }]);
    const world = await startWorld(
      planOf([
        { id: "w", body: { kind: "waitFor", event: "e", onTimeout: "fail" } },
        { id: "g", body: { kind: "group", interleaved: false, scope: { steps: inner } } },
      ]),
    );

    await order(world, "complete", "w", { output: 1 });
    await order(world, "complete", "g", { output: 2 });

    expect(await output(world)).toEqual({ w: 1, g: 2 });
    expect(world.begun).toEqual(["x"]);
  });
});

describe("retryStep", () => {
  it("runs a failed step again while other branches run, and opens what its failure had skipped", async () => {
    const world = await startWorld(
      planOf([{ id: "a" }, { id: "b", needs: ["a"] }, { id: "c", needs: ["b"] }, { id: "other" }], {
        failFast: false,
      }),
    );
    await world.fail("a");
    expect([world.status("b"), world.status("c")]).toEqual(["skipped", "skipped"]);

    const answer = await order(world, "retry", "a", { by: "ann" });
    expect(answer).toEqual({ step: "a", was: "failed", now: "running" });
    await world.succeed("a");
    await world.succeed("b");
    await world.succeed("c", 3);
    await world.succeed("other");

    expect(await output(world)).toEqual({ c: 3, other: null });
    expect(world.ctx.report.steps.get("a|")).toMatchObject({
      attempts: 2,
      operator: [{ action: "retry", by: "ann" }],
    });
  });

  it("leaves alone what ran because of the failure", async () => {
    const world = await startWorld(
      planOf([
        { id: "a", onError: "continue" },
        { id: "rescue", needs: ["a"], join: "anyFailed" },
        { id: "next", needs: ["a"] },
      ]),
    );
    await world.fail("a");

    await order(world, "retry", "a");
    await world.succeed("a");
    await world.succeed("rescue");
    await world.succeed("next");

    expect(world.begun).toEqual(["a", "rescue", "a", "next"]);
    expect((await world.outcome).kind).toBe("succeeded");
  });

  it("does the work of a step that runs, or waits between attempts, anew", async () => {
    const world = await startWorld(planOf([{ id: "a" }]));

    await order(world, "retry", "a");

    expect(world.begun).toEqual(["a", "a"]);
    await world.succeed("a", "second");
    expect(await output(world)).toEqual({ a: "second" });
  });

  it("keeps what succeeded inside a failed group", async () => {
    const inner = stepsOf([{ id: "x" }, { id: "y", needs: ["x"] }]);
    const world = await startWorld(
      planOf(
        [
          { id: "g", body: { kind: "group", interleaved: false, scope: { steps: inner } } },
          { id: "other" },
        ],
        { failFast: false },
      ),
    );
    await world.succeed("x", 1);
    await world.fail("y");

    await order(world, "retry", "g");
    await world.succeed("y", 2);
    await world.succeed("other");

    expect(world.begun).toEqual(["x", "other", "y", "y"]);
    expect(await output(world)).toEqual({ g: { x: 1, y: 2 }, other: null });
  });

  it("asks the hooks again: what they decided about the work before does not count", async () => {
    const hooks = tableOf([hookOf("guard", "step.before")], ["a"]);
    const world = await startWorld(planOf([{ id: "a" }, { id: "b" }], { failFast: false }), {
      hooks,
    });
    const idOf = (id: string): unknown => {
      const input = world.call(id).input as { readonly event: { readonly id: string } };
      return input.event.id;
    };
    const first = idOf("a:step.before:guard");
    await world.answer("a:step.before:guard", { outcome: "continue" });
    await world.fail("a");

    await order(world, "retry", "a");

    expect(idOf("a:step.before:guard")).not.toBe(first);
  });
});

describe("an item of a foreach", () => {
  const plan = planOf(
    [
      {
        id: "each",
        foreach: { items: { lit: [0, 1, 2] }, concurrency: 2, complete: "done" },
      },
    ],
    { failFast: false },
  );

  it("can be skipped, completed and retried by its number", async () => {
    const world = await startWorld(plan);
    await order(world, "skip", "each[2]", { reason: "no need" });
    await order(world, "complete", "each[0]", { output: "mine" });
    await world.fail("each[1]");

    expect(await output(world)).toEqual({ each: ["mine", null, null] });
    expect(world.begun).toEqual(["each[0]", "each[1]"]);
  });

  it("runs again when it failed and others are still at work", async () => {
    const world = await startWorld(plan);
    await world.fail("each[0]");

    await order(world, "retry", "each[0]");
    await world.succeed("each[1]", 1);
    await world.succeed("each[0]", 0);
    await world.succeed("each[2]", 2);

    expect(await output(world)).toEqual({ each: [0, 1, 2] });
  });
});

describe("an order that makes no sense", () => {
  it("is refused with the step and the states that would do", async () => {
    const world = await startWorld(planOf([{ id: "build" }, { id: "b" }], { failFast: true }));
    await world.succeed("build");

    expect(refusal(world, "retry", "build")).toBe(
      "retryStep build: the step is succeeded; retryStep takes one that is failed or running",
    );
    expect(refusal(world, "skip", "build")).toContain(
      "takes one that is pending or ready or running",
    );
    expect(refusal(world, "skip", "biuld")).toBe(
      "skipStep biuld: the pattern has no such step; is it build?",
    );
    expect(refusal(world, "complete", "b[1]")).toContain("it is not at work");
    expect(refusal(world, "complete", "b[x]")).toContain("no such step");
  });

  it("is refused when the step's failure ends everything, and when the run is ending", async () => {
    const world = await startWorld(planOf([{ id: "a" }, { id: "b" }]));
    await world.succeed("b");
    await world.cancel();

    expect(refusal(world, "skip", "a")).toContain("the run is ending");
  });

  it("asks for an instance where several are at work", async () => {
    const inner = stepsOf([{ id: "x" }]);
    const world = await startWorld(
      planOf([
        {
          id: "g",
          foreach: { items: { lit: [0, 1] } },
          body: { kind: "group", interleaved: false, scope: { steps: inner } },
        },
      ]),
    );

    expect(refusal(world, "skip", "x")).toBe(
      "skipStep x: several instances are at work; name one of x[0], x[1]",
    );
    await order(world, "complete", "x[1]", { output: 1 });
    await order(world, "complete", "x", { output: 0 });
    expect(await output(world)).toEqual({ g: [{ x: 0 }, { x: 1 }] });
  });
});
