/** Operators on a real server, through the client: orders, refusals, running a closed run again, who may approve. */
import type { WorkflowHandle } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createHeddleClient, type HeddleClient } from "../../src/client/index.ts";
import { finish, planOf, startDocument, untilStep, untilWaiting } from "../support/documents.ts";
import { countLines, appendLine } from "../support/effects-file.ts";
import { join } from "node:path";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
let client: HeddleClient;
beforeAll(async () => {
  engine = await startEngine({ name: "operators" });
  const { connection } = engine.client;
  client = await createHeddleClient({ connection, taskQueue: engine.taskQueue });
});
afterAll(() => engine.stop());

const once = { retry: { maximumAttempts: 1 } };

/** The table that the Web UI shows. */
async function detailsOf(handle: WorkflowHandle): Promise<string> {
  const { currentDetails } = await handle.query<{ readonly currentDetails: string }>(
    "__temporal_workflow_metadata",
  );
  return currentDetails;
}

describe("an operator", () => {
  it("skips and completes steps; the report says who did it, after a restart of the worker too", async () => {
    const handle = await startDocument(engine, {
      steps: {
        slow: { run: ["sleep", "60"] },
        idle: { waitFor: { event: "never" } },
        after: {
          needs: ["slow", "idle"],
          join: "noneFailed",
          set: { n: "${{ steps.slow.output }}" },
        },
      },
    });
    await untilStep(handle, "slow");
    const run = client.run(handle.workflowId);

    await run.skipStep({ step: "idle", reason: "nobody will tell", by: "ann" });
    await engine.restart();
    expect(await run.completeStep({ step: "slow", output: 7, by: "bob" })).toMatchObject({
      step: "slow",
      was: "running",
    });
    expect(await detailsOf(handle)).toContain("skip by ann");

    const ran = await finish(handle);
    expect(ran.output).toEqual({ after: { n: 7 } });
    expect(ran.steps["idle"]).toMatchObject({
      status: "skipped",
      reason: "nobody will tell",
      operator: [{ action: "skip", by: "ann" }],
    });
    expect(ran.steps["slow"]?.operator).toMatchObject([{ action: "complete", by: "bob" }]);
  });

  it("is refused with UPDATE_REFUSED, the step and the states that would do", async () => {
    const handle = await startDocument(engine, { steps: { hold: { waitFor: { event: "go" } } } });
    await untilWaiting(handle, "hold");
    const run = client.run(handle.workflowId);

    await expect(run.skipStep({ step: "hodl" })).rejects.toMatchObject({
      code: "UPDATE_REFUSED",
      message: "skipStep hodl: the pattern has no such step; is it hold?",
    });
    await run.completeStep({ step: "hold" });
    await handle.result();
    await expect(run.retryStep({ step: "hold" })).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
  });
});

describe("what an operator gives as a step's output", () => {
  it("has to fit the step's outputSchema, item or list, and is refused with the schema's problems", async () => {
    const outputSchema = {
      type: "object",
      required: ["n"],
      properties: { n: { type: "integer" }, unit: { default: "kg" } },
    };
    const handle = await startDocument(engine, {
      steps: {
        slow: { run: ["sleep", "60"], outputSchema },
        each: { foreach: { items: [1, 2] }, run: ["sleep", "60"], outputSchema },
        list: { foreach: { items: [1, 2] }, run: ["sleep", "60"], outputSchema },
      },
    });
    await untilStep(handle, "each[1]");
    await untilStep(handle, "list[1]");
    const run = client.run(handle.workflowId);

    await expect(run.completeStep({ step: "slow", output: { n: "7" } })).rejects.toMatchObject({
      code: "UPDATE_REFUSED",
      message: expect.stringMatching(
        /completeStep: .*"slow" does not fit.*n must be integer/,
      ) as string,
    });
    await expect(run.completeStep({ step: "each[0]", output: {} })).rejects.toMatchObject({
      message: expect.stringContaining("must have required property 'n'") as string,
    });
    await expect(run.completeStep({ step: "list", output: { n: 1 } })).rejects.toMatchObject({
      message: expect.stringContaining("must be array") as string,
    });
    await run.completeStep({ step: "slow", output: { n: 7 } });
    await run.completeStep({ step: "each[0]", output: { n: 1 } });
    await run.completeStep({ step: "each[1]", output: { n: 2, unit: "t" } });
    await run.completeStep({ step: "list", output: [{ n: 3 }] });

    expect((await finish(handle)).output).toEqual({
      slow: { n: 7, unit: "kg" },
      each: [
        { n: 1, unit: "kg" },
        { n: 2, unit: "t" },
      ],
      list: [{ n: 3, unit: "kg" }],
    });
  });
});

describe("a closed run that is run again", () => {
  it("goes back to the failed step; what had succeeded is not done twice", async () => {
    const file = join(engine.dataDir, "again");
    const handle = await startDocument(engine, {
      steps: {
        first: { run: [...appendLine(file, "first")] },
        second: { needs: ["first"], run: "test -e mended || { touch mended; exit 1; }", ...once },
      },
    });
    expect(await finish(handle)).toMatchObject({ status: "failed" });

    const again = await client.run(handle.workflowId).again();

    expect(again).toMatchObject({ how: "reset", step: "second" });
    expect(await client.run(handle.workflowId).outcome()).toMatchObject({ status: "succeeded" });
    expect(countLines(file)).toEqual({ first: 1 });
  });

  it("starts from its beginning when it has undone its work", async () => {
    const file = join(engine.dataDir, "undone");
    const handle = await startDocument(engine, {
      steps: {
        first: {
          run: [...appendLine(file, "first")],
          compensate: { run: [...appendLine(file, "undo")] },
        },
        second: { needs: ["first"], run: ["false"], ...once },
      },
    });
    await finish(handle);

    expect(await client.run(handle.workflowId).again()).toMatchObject({ how: "restart" });
    expect(await client.run(handle.workflowId).outcome()).toMatchObject({ status: "failed" });
    expect(countLines(file)).toEqual({ first: 2, undo: 2 });
  });
});

describe("an approval with approvers", () => {
  it("is decided by one of them only", async () => {
    const handle = await startDocument(engine, {
      steps: { ask: { approval: { prompt: "?", approvers: ["ann", "bob"] } } },
    });
    await untilWaiting(handle, "ask");
    const run = client.run(handle.workflowId);

    await expect(run.approve({ id: "ask", decision: "approve", by: "eve" })).rejects.toMatchObject({
      code: "UPDATE_REFUSED",
      message: 'the approval "ask" is decided by ann, bob; "eve" is not one of them',
    });
    await expect(run.approve({ id: "ask", decision: "approve" })).rejects.toMatchObject({
      code: "UPDATE_REFUSED",
    });
    await engine.restart();
    await run.approve({ id: "ask", decision: "approve", by: "bob", input: { n: 1 } });

    expect((await finish(handle)).output).toMatchObject({ ask: { by: "bob", input: { n: 1 } } });
  });
});

describe("a forged third argument", () => {
  it("fails the run with CarryInvalid: its input would never be checked", async () => {
    const plan = planOf({ input: { type: "string" }, steps: { a: { set: { n: 1 } } } });
    await engine.register(plan);
    const handle = await engine.client.workflow.start(plan.name, {
      taskQueue: engine.taskQueue,
      workflowId: `${plan.name}-forged`,
      args: [{ no: "text" }, null, { format: 1 }],
    });

    await expect(handle.result()).rejects.toMatchObject({ cause: { type: "CarryInvalid" } });
  });
});
