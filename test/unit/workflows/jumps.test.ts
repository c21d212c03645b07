/** Outcomes that steer beyond their own step: jumps, redirects, forks, cached results, locks. */
import { describe, expect, it } from "vitest";

import { hookOf, planOf, startWorld, tableOf } from "./harness.ts";

const at = (point: string, steps: readonly string[]): ReturnType<typeof tableOf> =>
  tableOf([hookOf("h", point)], steps);

describe("jumps", () => {
  it("C28: an error hook goes on at the fallback step, and what lies between is passed over", async () => {
    const plan = planOf([
      { id: "a" },
      { id: "between", needs: ["a"] },
      { id: "a_fallback", needs: ["between"] },
      { id: "end", needs: ["a_fallback"] },
    ]);
    const world = await startWorld(plan, { hooks: at("step.error", ["a"]) });

    await world.fail("a", { type: "RateLimited" });
    await world.answer("a:step.error:h", { outcome: "skipTo", step: "a_fallback" });

    expect(world.open()).toEqual(["a_fallback"]);
    expect([world.status("a"), world.status("between")]).toEqual(["skipped", "skipped"]);
    await world.succeed("a_fallback");
    await world.succeed("end", "ok");
    expect(await world.outcome).toEqual({ kind: "succeeded", output: { end: "ok" } });
  });

  it("C28: an unknown target is a clear error, and so is one that has already begun", async () => {
    for (const [target, why] of [
      ["nowhere", "is no step of the same scope"],
      ["b", "has already begun"],
    ] as const) {
      const world = await startWorld(planOf([{ id: "a" }, { id: "b" }]), {
        hooks: at("step.before", ["a"]),
      });
      await world.answer("a:step.before:h", { outcome: "skipTo", step: target });
      expect(await world.outcome).toMatchObject({
        kind: "failed",
        error: { type: "StepFailed", message: expect.stringContaining(why) as unknown },
      });
    }
  });

  it("redirects to another step's body, whose output becomes this step's", async () => {
    const plan = planOf([{ id: "a" }, { id: "b", if: { lit: false } }]);
    const world = await startWorld(plan, { hooks: at("step.before", ["a"]) });

    await world.answer("a:step.before:h", { outcome: "redirect", step: "b" });
    expect(world.open()).toEqual(["a:redirect:b"]);
    await world.succeed("a:redirect:b", 7);

    expect(await world.outcome).toEqual({ kind: "succeeded", output: { a: 7, b: null } });
  });

  it("share a budget: hooks cannot jump for ever", async () => {
    const plan = planOf([{ id: "a" }, { id: "b", needs: ["a"] }], { maxJumps: 0 });
    const world = await startWorld(plan, { hooks: at("step.before", ["a"]) });

    await world.answer("a:step.before:h", { outcome: "skipTo", step: "b" });

    expect(await world.outcome).toMatchObject({ kind: "failed", error: { type: "JumpLimit" } });
  });
});

describe("the budget of jumps", () => {
  it("is one for all kinds of jumps and all steps of the run", async () => {
    const plan = planOf(
      [
        { id: "a" },
        { id: "b", needs: ["a"], join: "done" },
        { id: "c", needs: ["b"], join: "done" },
      ],
      { maxJumps: 1 },
    );
    const world = await startWorld(plan, { hooks: at("step.before", ["a", "b"]) });

    await world.answer("a:step.before:h", { outcome: "redirect", step: "c" });
    await world.succeed("a:redirect:c");
    await world.answer("b:step.before:h", { outcome: "skipTo", step: "c" });

    expect(await world.outcome).toMatchObject({ kind: "failed", error: { type: "JumpLimit" } });
    expect(world.begun).not.toContain("c");
  });
});

describe("handing on", () => {
  it("gives an agent's output to the role that it names, under an id of its own", async () => {
    const role = (id: string): object => ({ id, handler: { function: id }, capabilities: [] });
    const plan = planOf(
      [{ id: "s", body: { kind: "agent", role: { lit: "first" }, with: { lit: { n: 1 } } } }],
      { roles: { first: role("first"), second: role("second") } as never },
    );
    const world = await startWorld(plan);

    await world.resolve("s", { output: { n: 2 }, attempts: 1, handoff: "second" });
    expect(world.open()).toEqual(["s:handoff-1"]);
    expect(world.call("s:handoff-1").input).toMatchObject({ role: "second", input: { n: 2 } });
    await world.succeed("s:handoff-1", "done");

    expect(await world.outcome).toEqual({ kind: "succeeded", output: { s: "done" } });
  });
});

describe("cached results", () => {
  it("C12: a hit skips the operation, a miss keeps what succeeded", async () => {
    const plan = planOf([{ id: "s", cache: { key: { lit: "k" }, ttlMs: 1000 } }]);

    const hit = await startWorld(plan);
    expect(hit.call("cache:read:1").input).toEqual({ key: "test/s/k" });
    await hit.resolve("cache:read:1", { output: "kept" });
    expect(await hit.outcome).toEqual({ kind: "succeeded", output: { s: "kept" } });
    expect(hit.begun).toEqual(["cache:read:1"]);

    const miss = await startWorld(plan);
    await miss.resolve("cache:read:1", null);
    await miss.succeed("s", "fresh");
    expect(miss.call("cache:keep:2").input).toEqual({
      key: "test/s/k",
      keep: { output: "fresh", ttlMs: 1000 },
    });
    await miss.resolve("cache:keep:2", null);
    expect(await miss.outcome).toEqual({ kind: "succeeded", output: { s: "fresh" } });
  });
});

describe("locks", () => {
  it("hold the work until the lock is granted, and are given back however it ends", async () => {
    const world = await startWorld(planOf([{ id: "s", lock: { lit: "deploy" } }]));
    await world.resolve("lock:acquire:2", null);
    expect(world.open()).toEqual([]);

    world.ctx.mailbox.grant("wf/r1/s[]/1");
    await world.advance(0);
    expect(world.open()).toEqual(["s"]);
    await world.fail("s");
    expect(world.open()).toEqual(["lock:release:3"]);
    await world.resolve("lock:release:3", null);

    expect((await world.outcome).kind).toBe("failed");
  });
});
