/** Questions that stay open: reminders, deadlines and what a continued run goes on with. */
import { describe, expect, it } from "vitest";

import type { JsonValue } from "../../../src/core/index.ts";
import type { Plan } from "../../../src/patterns/plan.ts";
import { hookOf, planOf, settle, startWorld, tableOf, type World } from "./harness.ts";

const plan = (more: object, top: Partial<Plan> = { revision: 1 }): Plan =>
  planOf([{ id: "ask", body: { kind: "approval", prompt: { lit: "Go?" }, ...more } }], top);

const reminders = (world: World): number | undefined =>
  world.ctx.report.approvals.get("ask")?.reminders;

const attemptOf = (world: World, id: string): JsonValue => {
  const input = world.call(id).input as { readonly event: { readonly data: JsonValue } };
  return input.event.data;
};

describe("an approval with reminders", () => {
  it("fires approval.requested again each time, and counts", async () => {
    const hooks = tableOf([hookOf("tell", "approval.requested")], []);
    const world = await startWorld(plan({ remindMs: 1000 }), { hooks });
    const [first = ""] = world.open();
    await world.answer(first, { outcome: "continue" });
    expect(reminders(world)).toBeUndefined();

    await world.advance(1000);
    const [second = ""] = world.open();
    expect(attemptOf(world, second)).toMatchObject({ reminder: 1 });
    await world.answer(second, { outcome: "continue" });
    await world.advance(1000);

    expect(reminders(world)).toBe(2);
    const [third = ""] = world.open();
    await world.answer(third, { outcome: "continue" });
    world.ctx.mailbox.decide({ id: "ask", decision: "approve" });
    await settle();
    expect(await world.outcome).toMatchObject({ kind: "succeeded" });
    expect(world.timers()).toEqual([]);
  });

  it("goes on counting, and does not ask anew, when the run continues as new", async () => {
    const hooks = tableOf([hookOf("tell", "approval.requested")], []);
    const top = { steps: {} };
    const world = await startWorld(plan({ remindMs: 1000, timeoutMs: 5000 }), { hooks, top });
    await world.answer(world.open()[0] ?? "", { outcome: "continue" });
    world.grow();
    await world.advance(1000);
    await world.answer(world.open()[0] ?? "", { outcome: "continue" });
    expect(await world.outcome).toEqual({ kind: "continue" });

    const next = await startWorld(plan({ remindMs: 1000, timeoutMs: 5000 }), {
      hooks,
      top,
      resumed: true,
      asked: world.ctx.asked,
    });

    expect(next.open()).toEqual([]);
    expect(reminders(next)).toBe(1);
    expect(next.timers()).toEqual(["ask reminder", "ask approval deadline"]);
  });

  it("stays as it was in a plan of the first reading", async () => {
    const world = await startWorld(plan({ remindMs: 1000 }, {}));

    expect(world.timers()).toEqual([]);
  });
});

describe("an approval that a hook asks for", () => {
  it("shows who answers for people the call that it is about", async () => {
    const body = { kind: "call", function: "work", with: { lit: { n: 1 } } } as const;
    const hooks = tableOf(
      [hookOf("ask", "step.before"), hookOf("tell", "approval.requested")],
      ["s"],
    );
    const world = await startWorld(planOf([{ id: "s", body }], { revision: 1 }), { hooks });
    await world.answer("s:step.before:ask", { outcome: "ask", prompt: "good?" });
    const [told = ""] = world.open();

    expect(attemptOf(world, told)).toMatchObject({
      step: "s",
      prompt: "good?",
      call: { id: "s", kind: "call", tool: "call", input: { n: 1 } },
    });
  });
});
