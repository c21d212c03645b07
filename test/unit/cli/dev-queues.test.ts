import { describe, expect, it } from "vitest";

import { queuesOf } from "../../../src/cli/dev/plan-queues.ts";
import { watchQueues } from "../../../src/cli/dev/queue-watch.ts";
import type { Plan } from "../../../src/patterns/plan.ts";
import type { AuditEntry, Registry } from "../../../src/registry/index.ts";

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

    expect([...queuesOf(plan)].sort()).toEqual([
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

describe("the watch for new queues", () => {
  it("reports the queues of what is registered and of what is registered later, and survives trouble", async () => {
    const plans = new Map([["a@1.0.0", planWith([step("first")])]]);
    const audit: AuditEntry[] = [];
    let isDown = false;
    const registry = {
      listPatterns: async () => [{ name: "a" }],
      listVersions: async () => [{ version: "1.0.0" }],
      getPattern: async (name: string, version: string) => ({
        plan: plans.get(`${name}@${version}`),
      }),
      listAudit: async () => {
        if (isDown) {
          isDown = false;
          throw new Error("database is down");
        }
        return [...audit];
      },
    } as unknown as Registry;
    const stop = new AbortController();
    const trouble: string[] = [];
    const reported: string[][] = [];

    await watchQueues({
      registry,
      intervalMs: 1,
      signal: stop.signal,
      onQueues: async (queues) => {
        reported.push([...queues]);
        if (reported.length === 2) stop.abort();
        plans.set("b@2.0.0", planWith([step("second")]));
        audit.push({ at: new Date(0), subject: "b@2.0.0" } as AuditEntry);
        isDown = true;
      },
      onTrouble: (message) => void trouble.push(message),
    });

    expect(reported).toEqual([["first"], ["second"]]);
    expect(trouble).toEqual(["database is down"]);
  });
});
