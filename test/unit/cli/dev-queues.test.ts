import { describe, expect, it } from "vitest";

import { readQueues } from "../../../src/cli/dev/registered-queues.ts";
import { taskQueuesOf, type Plan } from "../../../src/patterns/index.ts";
import type { Registry } from "../../../src/registry/index.ts";

const step = (taskQueue: string | undefined, body: unknown = { kind: "stop" }) => ({
  taskQueue,
  body,
});

function planWith(steps: readonly unknown[], roles: object = {}): Plan {
  return { steps, roles } as unknown as Plan;
}

describe("the queues of a plan", () => {
  it("are those of roles, steps, alternatives and nested scopes", () => {
    const plan = planWith(
      [
        step("direct"),
        step(undefined, { kind: "group", scope: { steps: [step("in-group")] } }),
        step(undefined, {
          kind: "switch",
          cases: [{ scope: { steps: [step("in-case")] } }],
          default: { steps: [step("in-default")] },
        }),
        {
          ...step(undefined),
          fallback: { taskQueue: "in-fallback", body: { kind: "stop" } },
          compensate: {
            body: { kind: "loop", scope: { steps: [step("in-compensate")] } },
          },
        },
      ],
      { reviewer: { taskQueue: "role" }, other: {} },
    );

    expect(taskQueuesOf(plan)).toEqual([
      "direct",
      "in-case",
      "in-compensate",
      "in-default",
      "in-fallback",
      "in-group",
      "role",
    ]);
  });
});

describe("the queues of the registry", () => {
  it("are those of every version of every pattern", async () => {
    const plans = new Map([
      ["a@1.0.0", planWith([step("old")])],
      ["a@2.0.0", planWith([step("new")])],
      ["b@1.0.0", planWith([step("old")])],
    ]);
    const registry = {
      listPatterns: async () => [{ name: "a" }, { name: "b" }, { name: "gone" }],
      listVersions: async (name: string) =>
        ["1.0.0", "2.0.0"]
          .map((version) => ({ version }))
          .filter(({ version }) => plans.has(`${name}@${version}`) || name === "gone"),
      getPattern: async (name: string, version: string) => {
        const plan = plans.get(`${name}@${version}`);
        return plan === undefined ? undefined : { plan };
      },
    } as unknown as Registry;

    expect([...(await readQueues(registry))].sort()).toEqual(["new", "old"]);
  });
});
