/** What a continue-as-new interrupts goes on in the next execution: nothing is lost, begun anew or done twice. */
import { describe, expect, it } from "vitest";

import type { Template } from "../../../src/expressions/index.ts";
import type { HookTable } from "../../../src/hooks/index.ts";
import type { Plan } from "../../../src/patterns/plan.ts";
import { createScopeRecord, type ScopeRecord } from "../../../src/workflows/interpreter/state.ts";
import { hookOf, planOf, startWorld, stepsOf, tableOf, type World } from "./harness.ts";

const NEWEST: Pick<HookTable, "format"> = { format: 4 };
const NO_HOOKS: HookTable = { ...NEWEST, hooks: [], run: {}, steps: {} };

function hooksAt(point: string, ...steps: string[]): HookTable {
  return { ...NEWEST, ...tableOf([hookOf("h", point)], steps) };
}

/** Starts a run whose history is long as soon as its first step settles. */
async function startLong(plan: Plan, hooks: HookTable = NO_HOOKS) {
  const top = createScopeRecord();
  const world = await startWorld(plan, { hooks, top });
  world.grow();
  return { world, top };
}

/** The next execution, made of what the one before handed over. */
async function continueRun(
  plan: Plan,
  { world, top }: Awaited<ReturnType<typeof startLong>>,
  hooks: HookTable = NO_HOOKS,
): Promise<World> {
  expect(await world.outcome).toEqual({ kind: "continue" });
  // as: what it was before it was made JSON
  const next = JSON.parse(JSON.stringify(top)) as ScopeRecord;
  const { asked } = world.ctx;
  return startWorld(plan, { hooks, top: next, resumed: true, asked });
}

const LOOP = planOf([
  {
    id: "loop",
    body: {
      kind: "loop",
      until: { expr: "iteration >= 2" },
      max: 9,
      onMax: "fail",
      scope: { steps: stepsOf([{ id: "work" }]) },
    },
  },
]);

describe("a scope that begins while the run drains", () => {
  it("leaves its steps to the next execution: a loop misses no iteration", async () => {
    const first = await startLong(LOOP);
    await first.world.succeed("work[0]");
    const world = await continueRun(LOOP, first);

    expect(world.open()).toEqual(["work[1]"]);
    await world.succeed("work[1]");
    await world.succeed("work[2]", "last");
    expect(await world.outcome).toEqual({
      kind: "succeeded",
      output: { loop: { work: "last" } },
    });
  });

  it("runs a group whose hook answered only then", async () => {
    const plan = planOf([
      {
        id: "group",
        body: { kind: "group", scope: { steps: stepsOf([{ id: "in" }]) }, interleaved: false },
      },
      { id: "other" },
    ]);
    const hooks = hooksAt("step.before", "group");
    const first = await startLong(plan, hooks);
    await first.world.succeed("other");
    await first.world.answer("group:step.before:h", { outcome: "continue" });
    const world = await continueRun(plan, first, hooks);

    expect(world.open()).toEqual(["in"]);
    await world.succeed("in", 7);
    expect(await world.outcome).toMatchObject({ kind: "succeeded", output: { group: { in: 7 } } });
  });
});

describe("a jump of a hook", () => {
  const plan = planOf([
    { id: "a" },
    { id: "slow" },
    { id: "between", needs: ["a"] },
    { id: "target", needs: ["between"] },
  ]);
  const hooks = hooksAt("step.after", "a");

  it("reaches its target in the next execution, though the target's join is not met", async () => {
    const first = await startLong(plan, hooks);
    await first.world.succeed("a");
    await first.world.succeed("slow");
    await first.world.answer("a:step.after:h", { outcome: "skipTo", step: "target" });
    const world = await continueRun(plan, first, hooks);

    expect(world.open()).toEqual(["target"]);
  });
});

describe("the end of a run whose history is long", () => {
  it("undoes what was done with waits and scopes, too", async () => {
    const undo = { tool: "group", policy: 0 } as const;
    const plan = planOf([
      {
        id: "done",
        compensate: {
          ...undo,
          when: "started",
          body: {
            kind: "group",
            scope: { steps: stepsOf([{ id: "u1" }, { id: "u2", needs: ["u1"] }]) },
            interleaved: false,
          },
        },
      },
      { id: "broken", needs: ["done"] },
    ]);
    const world = await startWorld(plan, { hooks: NO_HOOKS });
    await world.succeed("done");
    world.grow();
    await world.fail("broken");

    expect(world.open()).toEqual(["u1"]);
    await world.succeed("u1");
    await world.succeed("u2");
    expect(await world.outcome).toMatchObject({ kind: "failed", error: { type: "StepFailed" } });
  });

  it("waits for the person whom a hook of the ending asks", async () => {
    const plan = planOf([{ id: "a" }]);
    const world = await startWorld(plan, { hooks: hooksAt("run.succeeded") });
    world.grow();
    await world.succeed("a");
    await world.answer("run.succeeded:h", { outcome: "ask", prompt: "Sure?" });

    expect(world.ctx.mailbox.decide({ id: "run.succeeded", decision: "deny" })).toBe(true);
    expect(await world.outcome).toMatchObject({
      kind: "failed",
      error: { type: "ApprovalDenied" },
    });
  });
});

describe("a question that is asked while the run drains", () => {
  it("takes no answer that would be lost", async () => {
    const plan = planOf([
      { id: "ask", body: { kind: "approval", prompt: { lit: "Sure?" } } },
      { id: "other" },
    ]);
    const first = await startLong(plan, hooksAt("approval.requested"));
    await first.world.succeed("other");
    await first.world.answer("ask:approval.requested:h", { outcome: "continue" });

    expect(await first.world.outcome).toEqual({ kind: "continue" });
    expect(first.world.ctx.mailbox.waitsFor("ask")).toBe(false);
  });
});

describe("a foreach", () => {
  const over = (items: Template): Plan =>
    planOf(
      [
        { id: "first" },
        {
          id: "each",
          needs: ["first"],
          foreach: { items, concurrency: 1, complete: "all" },
          body: { kind: "call", function: "work", with: { expr: "item" } },
        },
      ],
      { revision: 2 },
    );

  it("goes on with the items it began with, though the state they came from changed", async () => {
    const plan = over({ expr: "state.list" });
    const top = createScopeRecord();
    const world = await startWorld(plan, { hooks: NO_HOOKS, top });
    world.ctx.state = { list: ["a", "b"] };
    await world.succeed("first");
    world.grow();
    await world.succeed("each[0]");
    const next = await continueRun(plan, { world, top });

    expect(next.call("each[1]").input).toMatchObject({ input: "b" });
  });

  it("goes on with the items that a hook made of them", async () => {
    const plan = over({ lit: ["a", "b"] });
    const hooks = { ...hooksAt("x"), steps: { each: { "fork.start": [0] } } };
    const top = createScopeRecord();
    const world = await startWorld(plan, { hooks, top });
    await world.succeed("first");
    await world.answer("each:fork.start:h", { outcome: "modify", input: ["x", "y"] });
    world.grow();
    await world.succeed("each[0]");
    const next = await continueRun(plan, { world, top }, hooks);

    expect(next.call("each[1]").input).toMatchObject({ input: "y" });
  });
});

describe("the deadline of a join", () => {
  it("is kept by the next execution, whether or not another of its needs begins there", async () => {
    const plan = planOf([
      { id: "a" },
      { id: "slow", body: { kind: "wait", for: { lit: "1h" }, until: false } },
      { id: "c", needs: ["slow"] },
      { id: "late", needs: ["a", "c"], join: { atLeast: 2, deadlineMs: 60_000 } },
    ]);
    const first = await startLong(plan);
    await first.world.succeed("a");
    const world = await continueRun(plan, first);

    expect(world.timers()).toContain("late join deadline");
    await world.advance(60_000);
    expect(world.status("late")).toBe("skipped");
  });
});
