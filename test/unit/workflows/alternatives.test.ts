/** What replaces a step's work, or does it again: nothing of the work before gets into it. */
import { describe, expect, it } from "vitest";

import type { Alternative, Plan, PlanStep } from "../../../src/patterns/plan.ts";
import type { ScopeRecord } from "../../../src/workflows/interpreter/state.ts";
import { hookOf, planOf, settle, startWorld, stepsOf, tableOf, type World } from "./harness.ts";

type Body = PlanStep["body"];

const work: Body = { kind: "call", function: "work", with: { lit: null } };
const wait = (ms: number): Body => ({ kind: "wait", for: { lit: ms }, until: false });
const waitFor = (timeoutMs: number): Body => ({
  kind: "waitFor",
  event: "e",
  timeoutMs,
  onTimeout: "fail",
});
const group = (...steps: readonly Partial<PlanStep>[]): Body => ({
  kind: "group",
  interleaved: false,
  scope: { steps: stepsOf(steps) },
});
const loop = (max: number, id: string): Body => ({
  kind: "loop",
  max,
  onMax: "fail",
  until: { expr: `iteration == 1 && ${String(max)} == 3` },
  scope: { steps: stepsOf([{ id, body: { kind: "set", values: { expr: "iteration" } } }]) },
});
const pick = (first: boolean, ...ids: readonly string[]): Body => ({
  kind: "switch",
  cases: ids.map((id, index) => ({
    when: { lit: (index === 0) === first },
    scope: { steps: stepsOf([{ id, body: { kind: "set", values: { lit: id } } }]) },
  })),
});
const instead = (body: Body, more: Partial<Alternative> = {}): Alternative => ({
  body,
  policy: 0,
  tool: "call",
  ...more,
});
const fails: Partial<PlanStep> = {
  body: { kind: "fail", type: "Broken", message: { lit: "it broke" } },
};

function plan(steps: readonly Partial<PlanStep>[], more: Partial<Plan> = {}): Plan {
  return planOf(steps, { revision: 3, ...more });
}

/** The run as it goes on after a continue-as-new, which some other step's end has set off. */
async function continued(world: World, top: ScopeRecord): Promise<World> {
  world.grow();
  await world.succeed("other");
  expect(await world.outcome).toEqual({ kind: "continue" });
  const { plan: same, hooks, asked } = world.ctx;
  const carried = JSON.parse(JSON.stringify(top)) as ScopeRecord; // as: a copy of one
  return startWorld(same, { top: carried, resumed: true, hooks, asked });
}

describe("a fallback", () => {
  it("waits as long as it says, however long the work before it waited", async () => {
    const world = await startWorld(
      plan([{ id: "s", body: waitFor(1000), fallback: instead(wait(3000)) }]),
    );
    await world.advance(1000);
    await world.advance(2999);
    expect(world.status("s")).toBe("running");
    await world.advance(1);
    expect(world.status("s")).toBe("succeeded");
  });

  it("chooses its own case, and counts its own iterations", async () => {
    const broken = {
      ...pick(true, "a"),
      cases: [{ when: { lit: true }, scope: { steps: stepsOf([{ id: "a", ...fails }]) } }],
    } as Body; // as: a switch, still
    const world = await startWorld(
      plan([
        { id: "s", body: broken, fallback: instead(pick(false, "wrong", "right")) },
        { id: "l", body: loop(2, "x"), fallback: instead(loop(3, "y")) },
      ]),
    );
    expect(await world.outcome).toEqual({
      kind: "succeeded",
      output: { s: { right: "right" }, l: { y: 1 } },
    });
  });

  it("has the time limit it names, and not that of the work before it", async () => {
    const world = await startWorld(
      plan([
        { id: "long", timeoutMs: 1000, body: wait(9000), fallback: instead(wait(5000)) },
        {
          id: "short",
          body: work,
          onError: "continue",
          fallback: instead(wait(5000), { timeoutMs: 2000 }),
        },
      ]),
    );
    await world.fail("short");
    await world.advance(2000);
    expect(world.status("short")).toBe("failed");
    expect(world.status("long")).toBe("running");
    await world.advance(5000);
    expect(world.status("long")).toBe("succeeded");
  });

  it("maps what its own steps gave, not the steps of the work it replaces", async () => {
    const theirs = instead(group({ id: "b", body: { kind: "set", values: { lit: 2 } } }), {
      output: { expr: "steps.b.output", steps: ["b"] },
    });
    const world = await startWorld(
      plan([
        {
          id: "s",
          body: group({ id: "a", ...fails }),
          output: { expr: "steps.a.output", steps: ["a"] },
          fallback: theirs,
        },
      ]),
    );
    expect(await world.outcome).toEqual({ kind: "succeeded", output: { s: 2 } });
  });

  it("goes on after a continue-as-new, without the work that failed being done again", async () => {
    const top: ScopeRecord = { steps: {} };
    const steps = [
      {
        id: "s",
        body: work,
        fallback: instead(
          group({ id: "first" }, { id: "then", needs: ["first"], body: wait(1000) }),
        ),
      },
      { id: "other" },
    ];
    const world = await startWorld(plan(steps), { top });
    await world.fail("s", { message: "no" });
    await world.succeed("first", 1);

    const next = await continued(world, top);
    expect(next.open()).toEqual([]);
    await next.advance(1000);

    expect(await next.outcome).toMatchObject({ kind: "succeeded", output: { s: { first: 1 } } });
    expect(next.begun).toEqual([]);
  });

  it("counts its attempts as the step's", async () => {
    const top: ScopeRecord = { steps: {} };
    const world = await startWorld(plan([{ id: "s", body: work, fallback: instead(work) }]), {
      top,
    });
    await world.fail("s");
    await world.succeed("s:fallback", null, 2);
    expect(top.steps["s"]?.attempts).toBe(3);
    expect(top.steps["s"]?.fallback).toBeUndefined();
  });
});

describe("a step that a hook runs again", () => {
  const retry = { outcome: "retry", delayMs: 10, maxAttempts: 2 };

  it("waits its whole time again", async () => {
    const hooks = tableOf([hookOf("again", "step.error")], ["s"]);
    const world = await startWorld(plan([{ id: "s", body: waitFor(1000) }]), { hooks });
    await world.advance(1000);
    await world.answer("s:step.error:again", retry);
    await world.advance(10);
    await world.advance(999);
    expect(world.status("s")).toBe("running");
    expect(world.open()).toEqual([]);
  });

  it("runs the steps inside it that did not succeed", async () => {
    const hooks = tableOf([hookOf("again", "step.error")], ["g"]);
    const body = group({ id: "a" }, { id: "b", needs: ["a"] });
    const world = await startWorld(plan([{ id: "g", body, timeoutMs: 1000 }]), { hooks });
    await world.succeed("a", 1);
    await world.advance(900);
    await world.fail("b");
    await world.answer("g:step.error:again", retry);
    await world.advance(10);

    expect(world.begun).toEqual(["a", "b", "g:step.error:again", "b"]);
    await world.advance(900);
    await world.succeed("b", 2);
    expect(await world.outcome).toEqual({ kind: "succeeded", output: { g: { a: 1, b: 2 } } });
  });
});

describe("a redirected step", () => {
  it("does the other's work from its beginning", async () => {
    const hooks = tableOf([hookOf("there", "step.error")], ["s"]);
    const world = await startWorld(
      plan([
        { id: "s", body: waitFor(1000) },
        { id: "w", body: wait(3000) },
      ]),
      { hooks },
    );
    await world.advance(1000);
    await world.answer("s:step.error:there", { outcome: "redirect", step: "w" });
    await world.advance(2999);
    expect(world.status("s")).toBe("running");
    await world.advance(1);
    expect((await world.outcome).kind).toBe("succeeded");
  });
});

describe("work whose hooks ask a person", () => {
  it.each([
    ["step.after", async (world: World) => world.succeed("s", "done")],
    ["step.error", async (world: World) => world.fail("s")],
  ])(
    "is not done again when the run continues as new before the answer: %s",
    async (point, end) => {
      const top: ScopeRecord = { steps: {} };
      const hooks = tableOf([hookOf("ask", point)], ["s"]);
      const world = await startWorld(
        plan([{ id: "s", body: work, onError: "continue" }, { id: "other" }]),
        { hooks, top },
      );
      await end(world);
      await world.answer(`s:${point}:ask`, { outcome: "ask", prompt: "good?" });

      const next = await continued(world, top);
      expect(next.open()).toEqual([`s:${point}:ask`]);
      await next.answer(`s:${point}:ask`, { outcome: "ask", prompt: "good?" });
      next.ctx.mailbox.decide({ id: `s:${point}`, decision: "approve" });
      await settle();

      expect(next.begun).not.toContain("s");
      expect(next.status("s")).toBe(point === "step.after" ? "succeeded" : "failed");
    },
  );
});

describe("an undo", () => {
  const undo = (expr: string): NonNullable<PlanStep["compensate"]> => ({
    ...instead({ kind: "call", function: "undo", with: { expr, steps: ["s"] } }),
    when: "started",
  });

  it("fails where it reads what the step did not give, and never does the step's own work again", async () => {
    const world = await startWorld(plan([{ id: "s", compensate: undo("steps.s.output.id") }]));
    await world.fail("s");
    expect(world.begun).toEqual(["s"]);
    expect(await world.outcome).toMatchObject({
      error: { details: { compensationProblems: [expect.stringMatching(/^s: compensate: .*id/)] } },
    });
  });

  it("can tell by the step's status whether there is an output", async () => {
    const compensate = undo("steps.s.status == 'succeeded' ? steps.s.output.id : 'none'");
    const world = await startWorld(
      plan([
        { id: "s", compensate },
        { id: "b", needs: ["s"] },
      ]),
    );
    await world.succeed("s", { id: 7 });
    await world.fail("b");
    expect(world.call("s:compensate").input).toMatchObject({ input: 7 });
    await world.succeed("s:compensate");
  });

  it("of one item reads that item's output, as a fallback reads that item's error", async () => {
    const foreach = { items: { lit: [1, 2] } };
    const fallback = instead({
      kind: "set",
      values: { expr: "steps.s.error.message", steps: ["s"] },
    });
    const steps = [
      { id: "s", foreach, fallback, compensate: undo("steps.s.output") },
      { id: "b", needs: ["s"] },
    ];
    const world = await startWorld(plan(steps));
    await world.succeed("s[0]", "first");
    await world.fail("s[1]", { message: "no second" });
    expect(world.status("s")).toBe("succeeded");
    await world.fail("b");
    await world.succeed("s[1]:compensate");
    expect(world.call("s[0]:compensate").input).toMatchObject({ input: "first" });
    await world.succeed("s[0]:compensate");
    expect((await world.outcome).kind).toBe("failed");
  });
});

describe("an undo with steps of its own", () => {
  it("sees the item, the output and the steps around as they were when its step ended", async () => {
    const seen = {
      expr: "[steps.s.output, steps.s.status, item, steps.a.output]",
      steps: ["s", "a"],
    };
    const body = group({ id: "u", body: { kind: "call", function: "undo", with: seen } });
    const foreach = { items: { lit: ["x", "y"] } };
    const compensate = { ...instead(body), when: "started" } as const;
    const world = await startWorld(
      plan([
        { id: "a" },
        { id: "s", needs: ["a"], foreach, compensate },
        { id: "b", needs: ["s"] },
      ]),
    );
    await world.succeed("a", 0);
    await world.succeed("s[0]", 1);
    await world.succeed("s[1]", 2);
    await world.fail("b");

    expect(world.call("u[1]").input).toMatchObject({ input: [2, "succeeded", "y", 0] });
    await world.succeed("u[1]");
    expect(world.call("u[0]").input).toMatchObject({ input: [1, "succeeded", "x", 0] });
    await world.succeed("u[0]");
    expect((await world.outcome).kind).toBe("failed");
  });
});

describe("a lock", () => {
  it("is kept when the run continues as new in the middle of the work", async () => {
    const top: ScopeRecord = { steps: {} };
    const steps = [
      { id: "s", lock: { lit: "k" }, timeoutMs: 1000, body: group({ id: "w", body: wait(500) }) },
      { id: "other" },
    ];
    const world = await startWorld(plan(steps), { top });
    const { input } = world.call("lock:acquire:2");
    await world.resolve("lock:acquire:2", null);
    await world.advance(5000);
    world.ctx.mailbox.grant((input as { readonly token: string }).token); // as: what a lock is asked with
    await settle();
    expect(world.timers()).toEqual(["s timeout", "w wait"]);

    const next = await continued(world, top);
    expect(world.begun.filter((id) => id.startsWith("lock:release"))).toEqual([]);
    const [again = ""] = next.open();
    expect(next.call(again).input).toEqual(input);
  });
});

describe("the deadline of a join", () => {
  it("has no effect on how long the step itself waits", async () => {
    const join = { atLeast: 1, deadlineMs: 2000 };
    const world = await startWorld(
      plan([{ id: "a" }, { id: "b" }, { id: "w", needs: ["a", "b"], join, body: wait(3000) }]),
    );
    await world.succeed("a");
    await world.advance(2999);
    expect(world.status("w")).toBe("running");
    await world.advance(1);
    expect(world.status("w")).toBe("succeeded");
  });
});

describe("the deadline of a foreach", () => {
  const foreach = {
    items: { lit: [1, 2, 3] },
    complete: { atLeast: 2, deadlineMs: 1000 },
  };

  it("fails the step when too few items have succeeded by then, and cancels the others", async () => {
    const world = await startWorld(plan([{ id: "s", foreach }]));
    await world.succeed("s[0]");
    await world.advance(1000);
    expect(world.open()).toEqual([]);
    expect(await world.outcome).toMatchObject({
      kind: "failed",
      error: { message: "step s: the deadline passed when 1 of 3 items had succeeded" },
    });
  });

  it("does nothing once enough items have succeeded", async () => {
    const world = await startWorld(plan([{ id: "s", foreach }]));
    await world.succeed("s[0]");
    await world.succeed("s[1]");
    expect(world.timers()).toEqual([]);
    await world.advance(1000);
    await world.succeed("s[2]");
    expect((await world.outcome).kind).toBe("succeeded");
  });

  it("is not granted anew when the run continues as new", async () => {
    const top: ScopeRecord = { steps: {} };
    const world = await startWorld(
      plan([{ id: "a" }, { id: "s", needs: ["a"], foreach, body: waitFor(9000) }, { id: "other" }]),
      { top },
    );
    await world.advance(500);
    await world.succeed("a");
    // The clock of the next world begins where that of this one did.
    const next = await continued(world, top);
    await next.advance(1499);
    expect(next.status("s")).toBe("running");
    await next.advance(1);
    expect(next.status("s")).toBe("failed");
  });

  it("was not known to plans of earlier revisions: their runs go on without", async () => {
    const world = await startWorld(planOf([{ id: "s", foreach }], { revision: 2 }));
    expect(world.timers()).toEqual([]);
    await world.advance(1000);
    expect(world.open()).toEqual(["s[0]", "s[1]", "s[2]"]);
  });
});
