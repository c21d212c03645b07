/** Runs that handlers start: they belong to the run which all began with, and cannot start each other for ever. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import { planOf, runDocument } from "../support/documents.ts";
import { linesIn } from "../support/effects-file.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "hook-origins" });
});
afterAll(() => engine.stop());

const once = { retry: { maximumAttempts: 1 } };
const output = { outcome: "continue" };
const marker: JsonObject = { name: "marker", on: "step.before", handler: { command: ["true"] } };

/** The runs of a pattern below a run. The server lists them a moment after they began. */
function startedAs(pattern: string, root: string): Promise<readonly string[]> {
  const query = `WorkflowType = "${pattern}" AND WorkflowId STARTS_WITH "${root}/"`;
  return vi.waitFor(
    async () => {
      const ids: string[] = [];
      for await (const each of engine.client.workflow.list({ query })) ids.push(each.workflowId);
      if (ids.length === 0) throw new Error(`the server lists no run for ${query}`);
      return ids;
    },
    { timeout: 60_000 },
  );
}

describe("a run that a handler started", () => {
  it("C21: writes its hooks' records under the correlation of the run that all began with", async () => {
    await engine.register(
      planOf({ name: "leaf", output, steps: { work: { set: {} } }, hooks: [marker] }),
    );
    await engine.register(
      planOf({
        name: "branch",
        output,
        steps: { below: { pattern: "leaf" } },
        hooks: [
          { name: "starter", on: "run.before", handler: { pattern: "leaf" }, onError: "closed" },
          {
            name: "forker",
            on: "step.after",
            handler: {
              command: [
                "echo",
                JSON.stringify({ outcome: "fork", operations: [{ id: "f", pattern: "leaf" }] }),
              ],
            },
          },
        ],
      }),
    );
    const { error, handle } = await runDocument(engine, {
      steps: { work: { set: {} } },
      hooks: [
        { name: "root", on: "step.before", handler: { pattern: "branch" }, onError: "closed" },
      ],
    });

    expect(error).toBeUndefined();
    const records = await engine.registry.listHookExecutions({ correlation: handle.workflowId });
    const count = (hook: string): number => records.filter((one) => one.hook === hook).length;
    expect([count("root"), count("starter"), count("forker"), count("marker")]).toEqual([
      1, 1, 1, 3,
    ]);
  });

  it("has an id that does not grow with the depth", async () => {
    for (const [name, next] of [
      ["third", undefined],
      ["second", "third"],
      ["first", "second"],
    ] as const)
      await engine.register(
        planOf({
          name,
          output,
          steps: { work: { set: {} } },
          ...(next === undefined
            ? {}
            : { hooks: [{ name: "next", on: "run.before", handler: { pattern: next } }] }),
        }),
      );
    const { handle } = await runDocument(engine, {
      steps: { work: { set: {} } },
      hooks: [{ name: "next", on: "run.before", handler: { pattern: "first" } }],
    });

    const [id] = await startedAs("third", handle.workflowId);
    expect(id).toMatch(new RegExp(`^${handle.workflowId}/hook/third/[0-9a-f]{16}$`));
  });
});

describe("patterns that play each other's roles", () => {
  it("are stopped with HookLoop, and the failure says so all the way up", async () => {
    const log = join(engine.dataDir, "roles");
    // The verifier sees what is registered; what is registered afterwards it cannot.
    const playedBy = (name: string, pattern: string): Parameters<typeof planOf>[0] => ({
      name,
      agents: { other: { handler: { pattern } } },
      steps: {
        mark: { run: ["sh", "-c", `echo ${name} >> ${log}`] },
        play: { agent: "other", needs: ["mark"], ...once },
      },
    });
    await engine.register(planOf(playedBy("pong", "ping")));
    const ran = await runDocument(engine, playedBy("ping", "pong"));

    expect(ran.status).toBe("failed");
    // The role of the first may come back three times.
    expect(linesIn(log)).toEqual(["ping", "pong", "ping", "pong", "ping", "pong", "ping"]);
    expect(JSON.stringify(ran.error)).toContain("HookLoop");
    expect(JSON.stringify(ran.error)).toContain("ping/role:other");
  });
});
