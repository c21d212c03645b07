/** Steps that react to events: one instance per event. */
import { describe, expect, it } from "vitest";

import type { Plan, PlanReaction, PlanStep } from "../../../src/patterns/plan.ts";
import type { EventSignal } from "../../../src/workflows/messages.ts";
import { planOf, settle, startWorld, stepsOf, type World } from "./harness.ts";

const reacting = (reacts: PlanReaction, more: Partial<PlanStep> = {}, top = {}): Plan =>
  planOf([{ id: "on", reacts, ...more }], { model: "hybrid", revision: 1, ...top });

async function tell(world: World, ...events: readonly EventSignal[]): Promise<void> {
  for (const event of events) world.ctx.mailbox.deliver(event);
  await settle();
}

describe("a step that reacts", () => {
  it("runs once per event that fits, in order of arrival, and sees it", async () => {
    const world = await startWorld(
      reacting(
        { event: "a.*", match: { expr: "event.data > 0" }, max: 2 },
        { body: { kind: "set", values: { expr: "event" } } },
      ),
    );

    await tell(world, { type: "a.x", data: 0 }, { type: "b.x", data: 1 }, { type: "a.y", data: 2 });
    expect(world.status("on")).toBe("running");
    await tell(world, { type: "a.z", data: 3, correlation: "c" });

    expect(await world.outcome).toMatchObject({
      output: {
        on: [
          { type: "a.y", data: 2 },
          { type: "a.z", data: 3, correlation: "c" },
        ],
      },
    });
  });

  it("handles no more events at a time than its concurrency, the rest in order", async () => {
    const world = await startWorld(reacting({ event: "e", max: 3, concurrency: 1 }));
    await tell(world, { type: "e" }, { type: "e" }, { type: "e" });
    expect(world.open()).toEqual(["on[0]"]);

    await world.succeed("on[0]", 0);
    await world.succeed("on[1]", 1);
    await world.succeed("on[2]", 2);

    expect(await world.outcome).toMatchObject({ output: { on: [0, 1, 2] } });
  });

  it("ends when its time is over, with what is under way, or skipped when nothing came", async () => {
    const world = await startWorld(reacting({ event: "e", forMs: 1000 }));
    await tell(world, { type: "e" });
    await world.advance(1000);
    await tell(world, { type: "e" });
    expect(world.begun).toEqual(["on[0]"]);
    await world.succeed("on[0]", "late");
    expect(await world.outcome).toMatchObject({ output: { on: ["late"] } });

    const quiet = await startWorld(reacting({ event: "e", forMs: 1000 }));
    await quiet.advance(1000);
    await quiet.outcome;
    expect(quiet.ctx.report.steps.get("on|")).toMatchObject({
      status: "skipped",
      reason: "no event e came in time",
    });
  });

  it("asks its condition for each event", async () => {
    const world = await startWorld(
      reacting({ event: "e", max: 2 }, { if: { expr: "event.data == 1" } }),
    );
    await tell(world, { type: "e", data: 0 }, { type: "e", data: 1 });
    await world.succeed("on[1]", "ran");

    expect(await world.outcome).toMatchObject({ output: { on: [null, "ran"] } });
    expect(world.ctx.report.steps.get("on|0")?.status).toBe("skipped");
  });

  it("fails with the event that failed, and goes on listening with onError: continue", async () => {
    const world = await startWorld(reacting({ event: "e", max: 2 }));
    await tell(world, { type: "e" });
    await world.fail("on[0]", { message: "broke" });
    expect(await world.outcome).toMatchObject({
      kind: "failed",
      error: { message: "step on: event 0: broke" },
    });

    const patient = await startWorld(reacting({ event: "e", max: 2 }, { onError: "continue" }));
    await tell(patient, { type: "e" });
    await patient.fail("on[0]");
    await tell(patient, { type: "e" });
    await patient.succeed("on[1]", 1);
    expect(await patient.outcome).toMatchObject({ output: { on: [null, 1] } });
  });

  it("stops the run with a stop step, and is ended by a step that cancels it", async () => {
    const stopping = await startWorld(
      planOf(
        [
          { id: "work", reacts: { event: "e" } },
          { id: "end", reacts: { event: "enough" }, body: { kind: "stop", output: { lit: 7 } } },
        ],
        { revision: 1 },
      ),
    );
    await tell(stopping, { type: "e" }, { type: "enough" });
    expect(await stopping.outcome).toEqual({ kind: "succeeded", output: 7 });

    const cancelled = await startWorld(
      planOf(
        [
          { id: "work", reacts: { event: "e" } },
          { id: "end", reacts: { event: "enough", max: 1 }, cancels: ["work"] },
        ],
        { revision: 1 },
      ),
    );
    await tell(cancelled, { type: "enough" });
    await cancelled.succeed("end[0]");
    expect((await cancelled.outcome).kind).toBe("succeeded");
    expect(cancelled.status("work")).toBe("cancelled");
  });

  it("may be a scope: its nested steps see the event", async () => {
    const steps = stepsOf([{ id: "x", body: { kind: "set", values: { expr: "event.data" } } }]);
    const world = await startWorld(
      reacting(
        { event: "e", max: 2 },
        { body: { kind: "group", interleaved: false, scope: { steps } } },
      ),
    );
    await tell(world, { type: "e", data: 1 }, { type: "e", data: 2 });

    expect(await world.outcome).toMatchObject({ output: { on: [{ x: 1 }, { x: 2 }] } });
  });

  it("takes no event while the run drains, and goes on where it was", async () => {
    const top = { steps: {} };
    const plan = reacting({ event: "e", max: 3 });
    const world = await startWorld(plan, { top });
    await tell(world, { type: "e", data: 1 }, { type: "e", data: 2 });
    world.grow();
    await world.succeed("on[0]", 0);
    await tell(world, { type: "e", data: 3 });
    await world.succeed("on[1]", 1);
    expect(await world.outcome).toEqual({ kind: "continue" });

    const next = await startWorld(plan, { top, resumed: true });
    await tell(next, { type: "e", data: 3 });
    await next.succeed("on[2]", 2);

    expect(await next.outcome).toMatchObject({ output: { on: [0, 1, 2] } });
  });

  it("does not wait, while the run drains, for instances that nobody gives a slot any more", async () => {
    const top = { steps: {} };
    const plan = reacting({ event: "e", max: 3 }, {}, { maxConcurrency: 1 });
    const world = await startWorld(plan, { top });
    await tell(world, { type: "e" }, { type: "e" }, { type: "e" });
    expect(world.begun).toEqual(["on[0]"]);
    world.grow();
    await world.succeed("on[0]", 0);
    // Its slot was free before anybody asked whether the history is long.
    await world.succeed("on[1]", 1);
    expect(await world.outcome).toEqual({ kind: "continue" });

    const next = await startWorld(plan, { top, resumed: true });
    await next.succeed("on[2]", 2);

    expect(await next.outcome).toMatchObject({ output: { on: [0, 1, 2] } });
  });
});
