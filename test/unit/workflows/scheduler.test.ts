/** The scheduler alone: which step begins when, and how every join is decided. No Temporal, no time. */
import { describe, expect, it } from "vitest";

import { planOf, settle, startWorld, stepsOf } from "./harness.ts";

describe("a graph of steps", () => {
  it("begins a step the moment its needs succeeded, without waiting for its siblings", async () => {
    const world = await startWorld(
      planOf([
        { id: "a" },
        { id: "b" },
        { id: "after-a", needs: ["a"] },
        { id: "end", needs: ["after-a", "b"] },
      ]),
    );
    expect(world.open()).toEqual(["a", "b"]);

    await world.succeed("a");
    expect(world.open()).toEqual(["b", "after-a"]);

    await world.succeed("after-a");
    expect(world.open()).toEqual(["b"]);

    await world.succeed("b");
    await world.succeed("end", "done");
    expect(await world.outcome).toEqual({ kind: "succeeded", output: { end: "done" } });
  });

  it("keeps to maxConcurrency and serves ties in declaration order", async () => {
    const world = await startWorld(
      planOf([{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }], { maxConcurrency: 2 }),
    );
    expect(world.open()).toEqual(["a", "b"]);

    await world.succeed("b");
    expect(world.open()).toEqual(["a", "c"]);

    await world.succeed("a");
    await world.succeed("c");
    await world.succeed("d");
    expect((await world.outcome).kind).toBe("succeeded");
  });

  it("cancels what runs when a step fails, and names the step in the run's failure", async () => {
    const world = await startWorld(
      planOf([{ id: "bad" }, { id: "long" }, { id: "later", needs: ["long"] }]),
    );

    await world.fail("bad", { message: "exit code 3", details: { exitCode: 3 } });

    expect(await world.outcome).toEqual({
      kind: "failed",
      error: {
        type: "StepFailed",
        message: "step bad: exit code 3",
        details: {
          exitCode: 3,
          step: "bad",
          error: { type: "CommandFailed", message: "exit code 3", details: { exitCode: 3 } },
        },
      },
    });
    expect(world.status("long")).toBe("cancelled");
    expect(world.status("later")).toBe("cancelled");
  });

  it("lets other branches finish first where failFast is off", async () => {
    const world = await startWorld(
      planOf([{ id: "bad" }, { id: "long" }, { id: "later", needs: ["long"] }], {
        failFast: false,
      }),
    );

    await world.fail("bad");
    expect(world.open()).toEqual(["long"]);
    await world.succeed("long");
    await world.succeed("later");

    expect(await world.outcome).toMatchObject({ kind: "failed" });
    expect(world.status("later")).toBe("succeeded");
  });

  it("goes on after a failure that its step allows; the step stays failed for joins", async () => {
    const world = await startWorld(
      planOf([
        { id: "bad", onError: "continue" },
        { id: "all", needs: ["bad"] },
        { id: "done", needs: ["bad"], join: "done" },
        { id: "none", needs: ["bad"], join: "noneFailed" },
        { id: "some", needs: ["bad"], join: "anyFailed" },
      ]),
    );

    await world.fail("bad");
    expect(world.open()).toEqual(["done", "some"]);
    await world.succeed("done");
    await world.succeed("some");

    expect((await world.outcome).kind).toBe("succeeded");
    expect(world.status("all")).toBe("skipped");
    expect(world.status("none")).toBe("skipped");
    expect(world.ctx.report.steps.get("all|")?.reason).toBe("a needed step failed");
  });

  it("skips along a chain of any length without growing the stack", async () => {
    const chain = Array.from({ length: 20_000 }, (_none, index) => ({
      id: `n${String(index)}`,
      needs: index === 0 ? [] : [`n${String(index - 1)}`],
      ...(index === 0 ? { if: { lit: false } } : {}),
    }));
    const world = await startWorld(planOf(chain));
    await settle();

    expect(await world.outcome).toMatchObject({ kind: "succeeded" });
    expect(world.begun).toEqual([]);
    expect(world.status("n19999")).toBe("skipped");
  });

  it("runs a step whose join asks for any success at the first, and cancels the rest when told", async () => {
    const world = await startWorld(
      planOf([
        { id: "a" },
        { id: "b" },
        { id: "first", needs: ["a", "b"], join: { atLeast: 1, cancelRest: true } },
      ]),
    );

    await world.succeed("b");
    expect(world.open()).toEqual(["first"]);
    await world.succeed("first");

    expect((await world.outcome).kind).toBe("succeeded");
    expect(world.status("a")).toBe("cancelled");
  });

  it("decides a quorum that can no longer be met at once", async () => {
    const world = await startWorld(
      planOf([
        { id: "a", onError: "continue" },
        { id: "b", onError: "continue" },
        { id: "slow", onError: "continue" },
        { id: "two", needs: ["a", "b", "slow"], join: { atLeast: 2 } },
      ]),
    );

    await world.fail("a");
    await world.fail("b");

    expect(world.status("two")).toBe("skipped");
    await world.succeed("slow");
    expect((await world.outcome).kind).toBe("succeeded");
  });

  it("skips a partial join whose deadline passed", async () => {
    const world = await startWorld(
      planOf([
        { id: "a" },
        { id: "b" },
        { id: "q", needs: ["a", "b"], join: { atLeast: 2, deadlineMs: 500 } },
      ]),
    );

    await world.succeed("a");
    await world.advance(500);

    expect(world.status("q")).toBe("skipped");
    await world.succeed("b");
    expect((await world.outcome).kind).toBe("succeeded");
  });

  it("runs nested steps as one step and gives their outputs by id", async () => {
    const nested = stepsOf([{ id: "x" }, { id: "y", needs: ["x"] }]);
    const world = await startWorld(
      planOf([
        { id: "g", body: { kind: "group", interleaved: false, scope: { steps: nested } } },
        { id: "after", needs: ["g"] },
      ]),
    );
    expect(world.open()).toEqual(["x"]);

    await world.succeed("x", 1);
    await world.succeed("y", 2);
    await world.succeed("after");

    expect((await world.outcome).kind).toBe("succeeded");
  });

  it("runs the steps of an interleaved group one at a time", async () => {
    const nested = stepsOf([{ id: "x" }, { id: "y" }, { id: "z" }]);
    const world = await startWorld(
      planOf([{ id: "g", body: { kind: "group", interleaved: true, scope: { steps: nested } } }]),
    );

    for (const id of ["x", "y", "z"]) {
      expect(world.open()).toEqual([id]);
      await world.succeed(id);
    }

    expect((await world.outcome).kind).toBe("succeeded");
  });
});

describe("cancelling a run", () => {
  it("cancels every open activity and leaves nothing undecided", async () => {
    const world = await startWorld(planOf([{ id: "a" }, { id: "b", needs: ["a"] }]));

    await world.cancel();

    expect(await world.outcome).toEqual({ kind: "cancelled", reason: "cancelled by request" });
    expect([world.status("a"), world.status("b")]).toEqual(["cancelled", "cancelled"]);
  });
});

describe("continuing as new", () => {
  it("starts nothing new, waits for what runs, and resumes without repeating anything", async () => {
    const plan = planOf([{ id: "a" }, { id: "b", needs: ["a"] }, { id: "c" }]);
    const top = { steps: {} };
    const world = await startWorld(plan, { top });
    world.grow();
    await world.succeed("a", 1);
    expect(world.open()).toEqual(["c"]);
    await world.succeed("c", 3);
    expect(await world.outcome).toEqual({ kind: "continue" });

    const again = await startWorld(plan, { top: structuredClone(top), resumed: true });
    expect(again.begun).toEqual(["b"]);
    await again.succeed("b", 2);
    expect(await again.outcome).toEqual({ kind: "succeeded", output: { b: 2, c: 3 } });
  });

  it("lets a wait go and takes it up again with the time that was left", async () => {
    const plan = planOf([
      { id: "w", body: { kind: "wait", for: { lit: "10s" }, until: false } },
      { id: "a" },
    ]);
    const top = { steps: {} };
    const world = await startWorld(plan, { top });
    await world.advance(4000);
    world.grow();
    await world.succeed("a");
    expect(await world.outcome).toEqual({ kind: "continue" });

    const again = await startWorld(plan, { top: structuredClone(top), resumed: true });
    expect(again.begun).toEqual([]);
    await again.advance(9999);
    await again.advance(1);
    expect((await again.outcome).kind).toBe("succeeded");
  });
});
