/** Hooks around steps and runs, as the interpreter fires them: order, effects of every outcome, cost of none. */
import { describe, expect, it } from "vitest";

import type { Hook, HookTable } from "../../../src/hooks/index.ts";
import { hookOf, planOf, startWorld, tableOf } from "./harness.ts";

const STEP = ["s"];

describe("hooks around a step", () => {
  it("A11: a point without hooks costs no activity", async () => {
    const world = await startWorld(planOf([{ id: "s" }]));

    await world.succeed("s");

    expect(world.begun).toEqual(["s"]);
  });

  it("A12: run by priority, low first, each seeing what the one before changed", async () => {
    const hooks = [
      hookOf("ten", "step.before", { priority: 10 }),
      hookOf("fifty", "step.before", { priority: 50 }),
      hookOf("hundred", "step.before"),
    ];
    const world = await startWorld(planOf([{ id: "s" }]), { hooks: tableOf(hooks, STEP) });

    expect(world.open()).toEqual(["s:step.before:ten"]);
    await world.answer("s:step.before:ten", { outcome: "modify", input: { n: 1 } });
    expect(world.call("s:step.before:fifty").input).toMatchObject({
      event: { step: { input: { n: 1 } } },
    });
    await world.answer("s:step.before:fifty", { outcome: "modify", input: { n: 2 } });
    await world.answer("s:step.before:hundred", { outcome: "continue" });

    expect(world.call("s").input).toMatchObject({ input: { n: 2 } });
    await world.succeed("s");
    expect((await world.outcome).kind).toBe("succeeded");
  });

  it("D5: a cancel ends the chain, keeps its reason word by word, and the step never runs", async () => {
    const hooks = [hookOf("guard", "step.before"), hookOf("later", "step.before")];
    const world = await startWorld(planOf([{ id: "s" }]), { hooks: tableOf(hooks, STEP) });

    await world.answer("s:step.before:guard", { outcome: "cancel", reason: "not on Fridays" });

    expect(await world.outcome).toMatchObject({
      kind: "failed",
      error: {
        type: "HookCancelled",
        message: "step s: not on Fridays",
        details: { hook: "guard", point: "step.before", step: "s" },
      },
    });
    expect(world.begun).toEqual(["s:step.before:guard"]);
  });

  it("C4: replace gives the output without running the step, and ends the chain", async () => {
    const hooks = [hookOf("stub", "step.before"), hookOf("later", "step.before")];
    const world = await startWorld(planOf([{ id: "s" }]), { hooks: tableOf(hooks, STEP) });

    await world.answer("s:step.before:stub", { outcome: "replace", output: "canned" });

    expect(await world.outcome).toEqual({ kind: "succeeded", output: { s: "canned" } });
    expect(world.begun).toEqual(["s:step.before:stub"]);
  });

  it("runs alwaysRun hooks after the chain ended, without letting them change what was decided", async () => {
    const hooks = [
      hookOf("guard", "step.before"),
      hookOf("audit", "step.before", { alwaysRun: true }),
    ];
    const world = await startWorld(planOf([{ id: "s" }]), { hooks: tableOf(hooks, STEP) });

    await world.answer("s:step.before:guard", { outcome: "cancel", reason: "no" });
    await world.answer("s:step.before:audit", { outcome: "replace", output: 1 });

    expect(await world.outcome).toMatchObject({ kind: "failed", error: { type: "HookCancelled" } });
  });

  it("replaces the output after the step", async () => {
    const world = await startWorld(planOf([{ id: "s" }]), {
      hooks: tableOf([hookOf("mask", "step.after")], STEP),
    });

    await world.succeed("s", "secret");
    expect(world.call("s:step.after:mask").input).toMatchObject({
      event: { step: { output: "secret" } },
    });
    await world.answer("s:step.after:mask", { outcome: "replace", output: "***" });

    expect(await world.outcome).toEqual({ kind: "succeeded", output: { s: "***" } });
  });

  it("turns a failure into a success where an error hook replaces it", async () => {
    const world = await startWorld(planOf([{ id: "s" }]), {
      hooks: tableOf([hookOf("soften", "step.error")], STEP),
    });

    await world.fail("s", { message: "exit code 1" });
    await world.answer("s:step.error:soften", { outcome: "replace", output: { warning: true } });

    expect(await world.outcome).toEqual({ kind: "succeeded", output: { s: { warning: true } } });
  });

  it("C28: retries the same step where an error hook says so, after its delay, and counts the tries", async () => {
    const world = await startWorld(planOf([{ id: "s" }]), {
      hooks: tableOf([hookOf("again", "step.error")], STEP),
    });

    await world.fail("s", { type: "NetworkError" });
    await world.answer("s:step.error:again", { outcome: "retry", delayMs: 500, maxAttempts: 2 });
    expect(world.open()).toEqual([]);
    await world.advance(500);
    expect(world.open()).toEqual(["s#2"]);
    await world.fail("s#2", { type: "NetworkError" });
    await world.answer("s:step.error:again#2", { outcome: "retry", delayMs: 500, maxAttempts: 2 });

    expect(await world.outcome).toMatchObject({ kind: "failed", error: { type: "StepFailed" } });
  });

  it("C28: state that a hook sets is visible in the next step", async () => {
    const plan = planOf([
      { id: "s" },
      {
        id: "next",
        needs: ["s"],
        body: { kind: "call", function: "work", with: { expr: "state.flag" } },
      },
    ]);
    const world = await startWorld(plan, { hooks: tableOf([hookOf("mark", "step.after")], STEP) });

    await world.succeed("s");
    await world.answer("s:step.after:mark", { outcome: "continue", state: { flag: "on" } });

    expect(world.call("next").input).toMatchObject({ input: "on" });
    await world.succeed("next");
  });

  it("D4: a hook that fails lets the step run when open, and denies it when closed", async () => {
    for (const [onError, kind] of [
      ["open", "succeeded"],
      ["closed", "failed"],
    ] as const) {
      const world = await startWorld(planOf([{ id: "s" }]), {
        hooks: tableOf([hookOf("broken", "step.before", { onError })], STEP),
      });
      await world.fail("s:step.before:broken", { type: "HookFailed", message: "exit code 1" });
      if (onError === "open") await world.succeed("s");

      const outcome = await world.outcome;
      expect(outcome.kind).toBe(kind);
      if (outcome.kind === "failed") expect(outcome.error.message).toContain("failed");
    }
  });

  it("stops the whole run where a hook says stop", async () => {
    const world = await startWorld(planOf([{ id: "s" }, { id: "other" }]), {
      hooks: tableOf([hookOf("brake", "step.before")], STEP),
    });

    await world.answer("s:step.before:brake", { outcome: "continue", stop: { reason: "enough" } });

    expect(await world.outcome).toMatchObject({
      kind: "failed",
      error: { type: "HookStopped", message: "enough" },
    });
    expect(world.status("other")).toBe("cancelled");
  });

  it("tells hooks of a skipped and of a cancelled step", async () => {
    const hooks = [hookOf("seen", "step.skipped"), hookOf("ended", "step.cancelled")];
    const plan = planOf([{ id: "s", if: { lit: false } }, { id: "c" }, { id: "bad" }]);
    const world = await startWorld(plan, { hooks: tableOf(hooks, ["s", "c"]) });

    expect(world.open()).toContain("s:step.skipped:seen");
    await world.answer("s:step.skipped:seen", { outcome: "continue" });
    await world.fail("bad");
    expect(world.open()).toEqual(["c:step.cancelled:ended"]);
    await world.answer("c:step.cancelled:ended", { outcome: "continue" });

    expect((await world.outcome).kind).toBe("failed");
  });
});

describe("hooks around a run", () => {
  it("let run.before change the input and cancel the run", async () => {
    const hooks = tableOf([hookOf("gate", "run.before")], []);
    const plan = planOf([
      { id: "s", body: { kind: "call", function: "work", with: { expr: "input.n" } } },
    ]);

    const world = await startWorld(plan, { hooks, input: { n: 1 } });
    await world.answer("run.before:gate", { outcome: "modify", input: { n: 5 } });
    expect(world.call("s").input).toMatchObject({ input: 5 });
    await world.succeed("s");
    expect((await world.outcome).kind).toBe("succeeded");

    const refused = await startWorld(plan, { hooks, input: { n: 1 } });
    await refused.answer("run.before:gate", { outcome: "cancel", reason: "closed" });
    expect(await refused.outcome).toMatchObject({
      kind: "failed",
      error: { type: "HookCancelled", message: "closed" },
    });
    expect(refused.begun).toEqual(["run.before:gate"]);
  });

  it("fire run.succeeded, run.failed and run.cancelled, each only for its ending", async () => {
    const hooks = tableOf(
      [hookOf("ok", "run.succeeded"), hookOf("bad", "run.failed"), hookOf("off", "run.cancelled")],
      [],
    );
    const good = await startWorld(planOf([{ id: "s" }]), { hooks });
    await good.succeed("s");
    expect(good.open()).toEqual(["run.succeeded:ok"]);
    await good.answer("run.succeeded:ok", { outcome: "continue" });
    expect((await good.outcome).kind).toBe("succeeded");

    const bad = await startWorld(planOf([{ id: "s" }]), { hooks });
    await bad.fail("s");
    expect(bad.open()).toEqual(["run.failed:bad"]);
    await bad.answer("run.failed:bad", { outcome: "continue" });
    expect((await bad.outcome).kind).toBe("failed");

    const off = await startWorld(planOf([{ id: "s" }]), { hooks });
    await off.cancel();
    expect(off.open()).toEqual(["run.cancelled:off"]);
    await off.answer("run.cancelled:off", { outcome: "continue" });
    expect((await off.outcome).kind).toBe("cancelled");
  });
});

describe("what is told once", () => {
  const told = (hooks: readonly Hook[], steps: readonly string[]): HookTable => ({
    ...tableOf(hooks, steps),
    format: 3,
  });

  it("two writes that are asked for in the same moment conflict like any others", async () => {
    const hooks = [hookOf("w", "step.before"), hookOf("c", "state.conflict")];
    const numbers = { "step.before": [0], "state.conflict": [1] };
    const world = await startWorld(planOf([{ id: "a" }, { id: "b" }]), {
      hooks: { ...told(hooks, []), steps: { a: numbers, b: numbers } },
    });
    const write = (n: number) => ({ outcome: "continue", state: { n } });
    await Promise.all([
      world.answer("a:step.before:w", write(1)),
      world.answer("b:step.before:w", write(2)),
    ]);
    expect(world.open().toSorted()).toEqual(["a", "b:state.conflict:4:c"]);
    await world.answer("b:state.conflict:4:c", { outcome: "replace", output: 3 });
    expect(world.ctx.state).toEqual({ n: 3 });
  });

  it("a hook that took longer than its breaker or its watcher allows is slow, except one that is told so", async () => {
    const breaker = {
      failures: 1,
      successes: 1,
      windowMs: 1,
      openMs: 1,
      slowCalls: 1,
      slowMs: 10,
    };
    const hooks = [
      hookOf("guarded", "step.before", { breaker }),
      hookOf("plain", "step.before"),
      hookOf("watcher", "system.slow", { metadata: { slowMs: 50 } }),
    ];
    const world = await startWorld(planOf([{ id: "s" }]), { hooks: told(hooks, STEP) });
    const took = (ms: number) => ({ outcome: { outcome: "continue" }, ms, attempts: 1 });

    await world.resolve("s:step.before:guarded", took(11));
    const first = "s:system.slow:step.before:guarded:watcher";
    expect(world.call(first).input).toMatchObject({
      event: { data: { what: "hook", hook: "guarded", point: "step.before", ms: 11, step: "s" } },
    });
    await world.resolve(first, took(999));
    await world.resolve("s:step.before:plain", took(51));
    await world.resolve("s:system.slow:step.before:plain:watcher", took(1));
    await world.succeed("s");

    expect((await world.outcome).kind).toBe("succeeded");
    expect(world.begun).toHaveLength(5);
  });

  it.each([
    [{ outcome: "retry" }, { kind: "continue" }, ["w"]],
    [{ outcome: "cancel", reason: "no" }, { kind: "failed", error: { type: "HookCancelled" } }, []],
  ])(
    "an event that cannot be asked about is settled before the run continues as new: %j",
    async (answer, outcome, takers) => {
      const body = { kind: "waitFor", event: "x", match: { lit: 5 }, onTimeout: "fail" } as const;
      const plan = planOf([{ id: "w", body }, { id: "s" }]);
      const world = await startWorld(plan, {
        hooks: told([hookOf("h", "event.handlerError")], []),
      });
      const event = { type: "x", data: 1 };
      world.ctx.mailbox.deliver(event);
      world.grow();
      await world.succeed("s");
      const [asked = ""] = world.open();
      await world.answer(asked, answer);

      expect(await world.outcome).toMatchObject(outcome);
      expect(world.ctx.mailbox.takersOf(event)).toEqual(takers);
      expect(world.begun).toHaveLength(2);
    },
  );
});
