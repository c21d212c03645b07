/** Messages that meet a workflow on its way from one execution to the next: each has its effect, once. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { RunHandle, SessionHandle } from "../../src/client/index.ts";
import type { JsonObject } from "../../src/core/index.ts";
import { replayAll, startContinuing, until, type Continuing } from "../support/continuing.ts";
import { planOf } from "../support/documents.ts";
import { countLines } from "../support/effects-file.ts";

let stack: Continuing;
beforeAll(async () => {
  stack = await startContinuing("messages");
});
afterAll(async () => {
  await stack.stop();
});

/** Steps side by side that end together, when the file is there: enough history to continue as new. */
function fanUntil(file: string): JsonObject {
  const command = ["sh", "-c", `until test -e ${file}; do sleep 0.02; done`];
  return Object.fromEntries(
    Array.from({ length: 15 }, (_none, index) => [`f${String(index)}`, { run: command }]),
  );
}

const statusOf = async (run: RunHandle, step: string): Promise<string | undefined> =>
  (await run.progress()).steps.find(({ id }) => id === step)?.status;

const setState = (run: RunHandle, patch: JsonObject): Promise<unknown> =>
  stack.engine.client.workflow
    .getHandle(run.workflowId)
    .executeUpdate("setState", { args: [patch] });

async function executionsOf(run: RunHandle): Promise<number> {
  return (await run.progress()).earlier.length + 1;
}

describe("a run on its way to the next execution", () => {
  it("keeps a decision that comes while its other steps are still at work", async () => {
    const [fan, slow] = [join(stack.engine.dataDir, "fan1"), join(stack.engine.dataDir, "slow1")];
    const { output, executions, histories } = await stack.run(
      {
        steps: {
          ask: { approval: { prompt: "Ship it?" } },
          ...fanUntil(fan),
          slow: { run: ["sh", "-c", `until test -e ${slow}; do sleep 0.02; done`] },
        },
        output: "${{ steps.ask.output }}",
      },
      null,
      async (run) => {
        await until(
          () => run.progress(),
          ({ pendingApprovals }) => pendingApprovals.length === 1,
        );
        await writeFile(fan, "");
        for (let n = 0; n < 15; n += 1)
          await until(
            () => statusOf(run, `f${String(n)}`),
            (status) => status === "succeeded",
          );
        // It waits for `slow` alone, and for nobody's decision any more.
        expect((await run.progress()).pendingApprovals).toHaveLength(1);
        await run.approve({ id: "ask", decision: "approve", by: "ann" });
        expect((await run.progress()).pendingApprovals).toEqual([]);
        await writeFile(slow, "");
      },
    );

    expect(output).toMatchObject({ decision: "approve", by: "ann" });
    expect(executions).toBeGreaterThan(1);
    await replayAll(histories);
  });

  it("stays paused until somebody resumes it", async () => {
    const fan = join(stack.engine.dataDir, "fan2");
    const after = join(stack.engine.dataDir, "after2");
    const { executions, histories } = await stack.run(
      {
        steps: {
          ...fanUntil(fan),
          after: { needs: Object.keys(fanUntil(fan)), run: ["sh", "-c", `echo x >> ${after}`] },
        },
      },
      null,
      async (run) => {
        await until(
          () => statusOf(run, "f14"),
          (status) => status === "running",
        );
        await run.signal("pause");
        await writeFile(fan, "");
        await until(
          () => executionsOf(run),
          (count) => count > 1,
        );
        expect((await run.progress()).status).toBe("paused");
        expect(existsSync(after)).toBe(false);
        await run.signal("resume");
      },
    );

    expect(countLines(after)).toEqual({ x: 1 });
    expect(executions).toBeGreaterThan(1);
    await replayAll(histories);
  });

  it("takes in every event and every change of its state while people look at it", async () => {
    const file = join(stack.engine.dataDir, "events3");
    const count = 120;
    let state: JsonObject = {};
    const { executions, histories } = await stack.run(
      {
        coordination: { model: "event_driven" },
        steps: {
          paid: {
            on: { event: "paid", max: count, concurrency: 4 },
            dispatch: "local",
            run: ["sh", "-c", `echo "$1" >> ${file}`, "sh", "${{ string(event.data) }}"],
          },
        },
        output: "${{ state }}",
      },
      null,
      async (run) => {
        for (let n = 0; n < count; n += 1) {
          await run.sendEvent({ type: "paid", data: n });
          await Promise.all([
            run.progress(),
            n % 4 === 0 ? setState(run, { [`n${String(n)}`]: n }) : 0,
          ]);
          state = (await run.progress()).state;
        }
      },
    );

    const numbers = Array.from({ length: count }, (_none, index) => index);
    expect(countLines(file)).toEqual(Object.fromEntries(numbers.map((n) => [String(n), 1])));
    const changes = numbers.filter((n) => n % 4 === 0);
    expect(state).toEqual(Object.fromEntries(changes.map((n) => [`n${String(n)}`, n])));
    expect(executions).toBeGreaterThan(3);
    await replayAll(histories);
  });
});

describe("a session that continues as new", () => {
  it("keeps its state, its checkpoints' numbers and its runs, and replays in each execution", async () => {
    const hold = planOf({ steps: { hold: { waitFor: { event: "go" } } } });
    const handle = await stack.engine.start(hold, null, { session: "with-run" });
    const session = stack.client.session("with-run");
    await until(session.show, ({ runs }) => runs.length === 1);
    // Side by side, so that a message often meets a session that is about to continue.
    const others = ["second", "third", "fourth"].map((id) => stack.client.session(id));
    await Promise.all([session, ...others].map((each) => startOver(each, 25)));

    expect(await session.show()).toMatchObject({
      runs: [{ workflowId: handle.workflowId, status: "running" }],
      notes: [],
    });
    await handle.signal("event", { type: "go" });
    await Promise.all([session, ...others].map((each) => each.end()));
    for (const each of [session, ...others]) {
      const result: unknown = await stack.engine.client.workflow
        .getHandle(each.workflowId)
        .result();
      expect(result).toMatchObject({ status: "ended", state: { n: 25 } });
      const histories = await stack.historiesOf(each.workflowId);
      expect(histories.length).toBeGreaterThan(2);
      await replayAll(histories, each.workflowId);
    }
    expect(await stack.engine.client.workflow.getHandle(session.workflowId).result()).toMatchObject(
      { runs: [{ status: "succeeded" }] },
    );
  });
});

/** One message at a time: signals that arrive together are one workflow task, and make little history. */
async function startOver(session: SessionHandle, times: number): Promise<void> {
  await session.start({ state: { n: 0 } });
  const { checkpoints } = await until(session.show, ({ state }) => state["n"] === 0);
  const before = checkpoints.at(-1)?.number ?? 0;
  for (let n = 1; n <= times; n += 1) {
    await session.start({ state: { n } });
    await until(session.show, (shown) => shown.checkpoints.at(-1)?.number === before + n);
  }
}
