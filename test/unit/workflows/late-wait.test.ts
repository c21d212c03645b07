/** Two waits that are woken at once: only the first may win. */
import { describe, expect, it } from "vitest";

import type { PlanStep } from "../../../src/patterns/plan.ts";
import { planOf, settle, startWorld, stepsOf } from "./harness.ts";

const waitFor = (id: string, more: Partial<PlanStep> = {}): Partial<PlanStep> => ({
  id,
  body: { kind: "waitFor", event: id, onTimeout: "fail" },
  ...more,
});

describe("waits that cancel each other", () => {
  it("go one way only when both events arrive at the same time", async () => {
    const world = await startWorld(
      planOf([
        waitFor("a", { cancels: ["b"] }),
        waitFor("b", { cancels: ["a"] }),
        { id: "after-a", needs: ["a"] },
        { id: "after-b", needs: ["b"] },
      ]),
    );

    world.ctx.mailbox.deliver({ type: "b" });
    world.ctx.mailbox.deliver({ type: "a" });
    await settle();

    expect(world.begun).toEqual(["after-b"]);
    expect(world.status("a")).toBe("cancelled");
  });

  it("go one way only when the event comes as the time runs out", async () => {
    const world = await startWorld(
      planOf([
        waitFor("a", { cancels: ["late"] }),
        {
          id: "late",
          body: { kind: "wait", for: { lit: "10s" }, until: false },
          cancels: ["a"],
        },
        { id: "after-a", needs: ["a"] },
        { id: "after-late", needs: ["late"] },
      ]),
    );

    const advanced = world.advance(10_000);
    world.ctx.mailbox.deliver({ type: "a" });
    await advanced;

    expect(world.begun).toHaveLength(1);
    expect([world.status("a"), world.status("late")].sort()).toEqual(["cancelled", "succeeded"]);
  });

  it("let a cancelling discriminator keep one of them", async () => {
    const world = await startWorld(
      planOf([
        waitFor("a"),
        waitFor("b"),
        { id: "end", needs: ["a", "b"], join: { atLeast: 1, cancelRest: true } },
      ]),
    );

    world.ctx.mailbox.deliver({ type: "a" });
    world.ctx.mailbox.deliver({ type: "b" });
    await settle();

    expect([world.status("a"), world.status("b")]).toEqual(["succeeded", "cancelled"]);
    expect(world.begun).toEqual(["end"]);
  });

  it("leave a step that did work as it ended, though it was cancelled too late", async () => {
    const world = await startWorld(
      planOf([waitFor("a", { cancels: ["work"] }), { id: "work" }, { id: "end", needs: ["work"] }]),
    );

    const worked = world.resolve("work", { output: 1, attempts: 1 });
    world.ctx.mailbox.deliver({ type: "a" });
    await worked;

    expect(world.status("work")).toBe("succeeded");
    expect(world.begun).toEqual(["work", "end"]);
  });
});

describe("groups that cancel each other", () => {
  const group = (id: string, other: string): Partial<PlanStep> => ({
    id,
    cancels: [other],
    body: {
      kind: "group",
      interleaved: false,
      scope: { steps: stepsOf([waitFor(`${id}-event`)]) },
    },
  });
  const steps = [
    group("a", "b"),
    group("b", "a"),
    { id: "after-a", needs: ["a"] },
    { id: "after-b", needs: ["b"] },
  ];

  it("go one way only when both are over at the same time", async () => {
    const world = await startWorld(planOf(steps, { revision: 1 }));

    world.ctx.mailbox.deliver({ type: "b-event" });
    world.ctx.mailbox.deliver({ type: "a-event" });
    await settle();

    expect(world.begun).toEqual(["after-b"]);
    expect([world.status("a"), world.status("b")]).toEqual(["cancelled", "succeeded"]);
  });

  it("go both ways in a plan of the first reading, whose runs replay as they went", async () => {
    const world = await startWorld(planOf(steps));

    world.ctx.mailbox.deliver({ type: "b-event" });
    world.ctx.mailbox.deliver({ type: "a-event" });
    await settle();

    expect(world.begun).toEqual(["after-b", "after-a"]);
  });
});

describe("a waitFor that is repeated", () => {
  it("gives an event to the instance that has waited longest and whose match holds", async () => {
    const world = await startWorld(
      planOf(
        [
          {
            id: "each",
            foreach: { items: { lit: ["x", "y", "x"] } },
            body: {
              kind: "waitFor",
              event: "part",
              match: { expr: "event.data == item" },
              onTimeout: "fail",
            },
          },
        ],
        { revision: 1 },
      ),
    );

    world.ctx.mailbox.deliver({ type: "part", id: "1", data: "x" });
    world.ctx.mailbox.deliver({ type: "part", id: "2", data: "x" });
    world.ctx.mailbox.deliver({ type: "part", id: "3", data: "y" });
    await settle();

    expect(await world.outcome).toMatchObject({
      output: { each: [{ id: "1" }, { id: "3" }, { id: "2" }] },
    });
  });
});
