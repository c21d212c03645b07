/** Every outcome at every point that allows it has its effect there; everywhere else it is a clear error. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonObject } from "../../../src/core/index.ts";
import { hasEffect, POINTS } from "../../../src/hooks/index.ts";
import { OUTCOME_KINDS } from "../../../src/hooks/outcome.ts";
import { runDocument } from "../../support/documents.ts";
import { startEngine, type Engine } from "../../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  const firing = join(import.meta.dirname, "../../fixtures/functions/firing.ts");
  engine = await startEngine({
    name: "outcomes",
    functions: [firing],
  });
});
afterAll(() => engine.stop());

type Ends = "succeeded" | "failed" | "skipped";

interface Case {
  readonly point: string;
  readonly outcome: JsonObject;
  readonly steps: JsonObject;
  /** How the step `it` ends, or the run for points of a run. */
  readonly status: Ends;
  readonly error?: string;
  readonly output?: unknown;
}

const say: JsonObject = { run: ["echo", "1"], output: "${{ output.json }}" };
const broken: JsonObject = { run: ["false"], retry: { maximumAttempts: 1 } };
const late: JsonObject = { wait: "1h", timeout: 20 };
const spare: JsonObject = {
  run: ["echo", "7"],
  output: "${{ output.json }}",
  needs: ["it"],
  join: "done",
  if: "${{ 1 == 2 }}",
};
const loop: JsonObject = {
  loop: { until: "${{ 1 == 1 }}", max: 2, steps: { inner: { set: { n: 1 } } } },
};
const fork: JsonObject = { foreach: { items: [1, 2] }, set: { n: "${{ item }}" } };
const choice: JsonObject = {
  switch: { cases: [{ when: "${{ 1 == 1 }}", steps: { inner: { set: { n: 1 } } } }] },
};
const emit: JsonObject = { emit: { type: "a.b", data: { n: 1 } } };
const asking: JsonObject = { approval: { prompt: "?", timeout: "1m" } };
const agent: JsonObject = { agent: "one", with: 1 };

const REASON = { outcome: "cancel", reason: "not today" };
const nine = { outcome: "replace", output: 9 };
const ask = { outcome: "ask", prompt: "?", timeout: 20, default: "deny" };

function cancels(point: string, it: JsonObject): Case {
  return { point, outcome: REASON, steps: { it }, status: "failed", error: "HookCancelled" };
}
function replaces(point: string, it: JsonObject, output: unknown = 9): Case {
  return { point, outcome: nine, steps: { it }, status: "succeeded", output };
}
function asksAt(point: string, it: JsonObject): Case {
  return { point, outcome: ask, steps: { it }, status: "failed", error: "ApprovalDenied" };
}
function modifies(
  point: string,
  it: JsonObject,
  input: JsonObject | number,
  output: unknown,
): Case {
  const outcome: JsonObject = { outcome: "modify", input };
  return { point, outcome, steps: { it }, status: "succeeded", output };
}
/** What means the same at every point of a step, before it and after it. */
function jumps(point: string, it: JsonObject): readonly Case[] {
  const steps = { it, spare };
  return [
    {
      point,
      outcome: { outcome: "redirect", step: "spare" },
      steps,
      status: "succeeded",
      output: 7,
    },
    { point, outcome: { outcome: "skipTo", step: "spare" }, steps, status: "skipped" },
    {
      point,
      outcome: { outcome: "retry", delay: 1, maxAttempts: 2 },
      steps: { it },
      status: it === say && !BEFORE.includes(point) ? "succeeded" : "failed",
    },
  ];
}

const BEFORE = ["step.validate", "step.authorize", "step.allocate", "step.before"];
const AFTER: readonly (readonly [string, JsonObject])[] = [
  ["step.after", say],
  ["step.error", broken],
  ["step.timeout", late],
];
const shell = { command: ["echo", "5"] };

const CASES: readonly Case[] = [
  ...BEFORE.flatMap((point) => [
    cancels(point, say),
    replaces(point, say),
    asksAt(point, say),
    modifies(point, say, shell, 5),
    ...jumps(point, say),
  ]),
  ...AFTER.flatMap(([point, it]) => [
    cancels(point, it),
    replaces(point, it),
    asksAt(point, it),
    ...jumps(point, it),
  ]),
  cancels("branch.evaluated", { ...say, if: "${{ 1 == 1 }}" }),
  {
    point: "branch.evaluated",
    outcome: { outcome: "replace", output: false },
    steps: { it: { ...say, if: "${{ 1 == 1 }}" } },
    status: "skipped",
  },
  cancels("branch.selected", choice),
  cancels("loop.iterationStart", loop),
  cancels("loop.iterationEnd", loop),
  cancels("loop.end", loop),
  replaces("loop.end", loop),
  cancels("fork.start", fork),
  asksAt("fork.start", fork),
  {
    point: "fork.start",
    outcome: { outcome: "modify", input: [5] },
    steps: { it: fork },
    status: "succeeded",
    output: [{ n: 5 }],
  },
  cancels("fork.join", fork),
  asksAt("fork.join", fork),
  replaces("fork.join", fork),
  cancels("state.beforeRead", { set: { n: "${{ state.n }}" } }),
  {
    point: "state.afterRead",
    outcome: { outcome: "replace", output: { n: 3 } },
    steps: { it: { set: { n: "${{ state.n }}" } } },
    status: "succeeded",
    output: { n: 3 },
  },
  cancels("agent.assign", agent),
  asksAt("agent.assign", agent),
  modifies("agent.assign", agent, 2, "worked"),
  cancels("agent.enter", agent),
  cancels("agent.exit", agent),
  cancels("event.beforeEmit", emit),
  {
    point: "event.beforeEmit",
    outcome: { outcome: "modify", input: { type: "c.d", data: 2 } },
    steps: { it: { ...emit, output: "${{ output.type }}" } },
    status: "succeeded",
    output: "c.d",
  },
  { ...cancels("approval.requested", asking), error: "ApprovalDenied" },
  {
    point: "approval.requested",
    outcome: { outcome: "replace", output: { decision: "approve" } },
    steps: { it: { ...asking, output: "${{ output.decision }}" } },
    status: "succeeded",
    output: "approve",
  },
  cancels("custom:thing", { emit: { type: "custom.thing", data: 1 } }),
  replaces("custom:thing", { emit: { type: "custom.thing", data: 1 } }),
  {
    point: "custom:thing",
    outcome: { outcome: "modify", input: 4 },
    steps: { it: { emit: { type: "custom.thing", data: 1 }, output: "${{ output.data }}" } },
    status: "succeeded",
    output: 4,
  },
  cancels("notification", { emit: { type: "notification.done", data: {} } }),
];

describe("an outcome", () => {
  it.concurrent.each(CASES.map((each) => [each.outcome["outcome"], each.point, each] as const))(
    "%s has its effect at %s",
    async (_outcome, point, { outcome, steps, status, error, output }) => {
      const answer = `cat > /dev/null; echo '${JSON.stringify(outcome)}'`;
      const isOfStep = POINTS.find(({ name }) => name === point)?.subject === "step";
      const ran = await runDocument(engine, {
        agents: { one: { handler: { function: "worker" } } },
        steps,
        output: "${{ steps.it.output }}",
        hooks: [
          {
            name: "steering",
            on: point,
            handler: { command: ["sh", "-c", answer] },
            ...(isOfStep ? { match: { step: "it" } } : {}),
          },
        ],
      });
      expect(ran.statuses["it"]).toBe(status);
      if (error !== undefined) expect(ran.error?.type).toBe(error);
      if (output !== undefined) expect(ran.output).toEqual(output);
    },
  );

  it("that has no effect at a point is a clear error there, and the hook's onError decides", async () => {
    const refused = POINTS.flatMap(({ name }) =>
      OUTCOME_KINDS.filter((kind) => !hasEffect(name, kind)).map((kind) => ({ name, kind })),
    );
    expect(refused.length).toBeGreaterThan(300);
    const ran = await runDocument(engine, {
      steps: { it: say },
      hooks: [
        {
          name: "misplaced",
          on: "step.after",
          onError: "closed",
          handler: {
            command: ["sh", "-c", `cat > /dev/null; echo '{"outcome":"cache","key":"k"}'`],
          },
        },
      ],
    });
    expect(ran.error).toMatchObject({ type: "HookCancelled" });
    expect(ran.error?.message).toContain(
      '"cache" has no effect at step.after; there it may be continue, replace',
    );
  });
});
