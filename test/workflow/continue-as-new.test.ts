/** Runs that continue as new, on a server that suggests it after every 40 events: nothing is lost, nothing happens twice. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { RunReport } from "../../src/client/index.ts";
import {
  chainOf,
  replayAll,
  startContinuing,
  until,
  type Continuing,
} from "../support/continuing.ts";
import type { TestDocument } from "../support/documents.ts";
import { appendLine, countLines, linesIn } from "../support/effects-file.ts";

let stack: Continuing;
beforeAll(async () => {
  stack = await startContinuing("continue");
});
afterAll(async () => {
  await stack.stop();
});

const ids = (report: RunReport): readonly string[] =>
  report.steps.map(({ id, instance }) => (instance === undefined ? id : `${id}[${instance}]`));

describe("a run that continues as new", () => {
  it("carries a chain of 60 steps to the right end, each effect exactly once, every step in its report", async () => {
    const file = join(stack.engine.dataDir, "chain");
    const names = Array.from({ length: 60 }, (_none, index) => `s${String(index)}`);
    const steps = Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          run: [
            "sh",
            "-c",
            `echo ${name} >> ${file}; echo $(( $1 + 1 ))`,
            "sh",
            `\${{ string(${index === 0 ? "input.from" : `steps.s${String(index - 1)}.output.json`}) }}`,
          ],
        },
      ]),
    );

    const { output, report, executions } = await stack.run(
      { steps, output: "${{ steps.s59.output.json }}" },
      { from: 100 },
    );

    expect(output).toBe(160);
    expect(executions).toBeGreaterThan(3);
    expect(countLines(file)).toEqual(Object.fromEntries(names.map((name) => [name, 1])));
    expect([...ids(report)].sort()).toEqual([...names].sort());
    expect(new Set(report.steps.map(({ status }) => status))).toEqual(new Set(["succeeded"]));
  });

  it("carries a foreach with waits and hooks, each item exactly once and in item order", async () => {
    const file = join(stack.engine.dataDir, "items");
    const { output, report, executions } = await stack.run({
      steps: {
        each: {
          foreach: { items: Array.from({ length: 30 }, (_none, index) => index), concurrency: 3 },
          group: {
            steps: {
              pause: { wait: "20ms" },
              act: {
                needs: ["pause"],
                run: ["sh", "-c", `echo "$1" >> ${file}; echo "$1"`, "sh", "${{ string(item) }}"],
              },
            },
          },
          output: "${{ output.act.json }}",
        },
        after: { set: { all: "${{ steps.each.output }}" } },
      },
      hooks: [
        {
          name: "seen",
          on: "step.after",
          match: { step: "act" },
          handler: { command: [...appendLine(`${file}.hooks`, "fired")] },
        },
      ],
      output: "${{ steps.after.output.all }}",
    });

    const items = Array.from({ length: 30 }, (_none, index) => index);
    expect(output).toEqual(items);
    expect(executions).toBeGreaterThan(2);
    expect(countLines(file)).toEqual(Object.fromEntries(items.map((item) => [String(item), 1])));
    expect(countLines(`${file}.hooks`)).toEqual({ fired: 30 });
    expect(report.hooks.filter(({ name }) => name === "seen")).toHaveLength(30);
    for (const item of items) expect(ids(report)).toContain(`act[${String(item)}]`);
  });

  it("still undoes, once, what an earlier execution of it did", async () => {
    const file = join(stack.engine.dataDir, "undo");
    const document: TestDocument = {
      steps: {
        reserve: {
          run: [...appendLine(file, "reserve")],
          compensate: { run: [...appendLine(file, "release")] },
        },
        ...chainOf("s", 12, ["reserve"]),
        broken: { needs: ["s11"], fail: { type: "Broken", message: "too late" } },
      },
    };
    await expect(stack.run(document)).rejects.toThrow("too late");

    expect(countLines(file)).toEqual({ reserve: 1, release: 1 });
  });

  it("takes a step that waits for an event along, and replays each of its executions", async () => {
    const { output, executions, histories } = await stack.run({
      steps: {
        hold: { waitFor: { event: "ready", timeout: "10m" } },
        ...chainOf("s", 20),
        tell: { needs: ["s19"], emit: { type: "ready", data: { n: 7 } } },
      },
      output: "${{ steps.hold.output.data.n }}",
    });

    expect(output).toBe(7);
    expect(executions).toBeGreaterThan(2);
    await replayAll(histories);
  });

  it("keeps an open approval: its time is not granted anew, people are reminded on, one decision ends it", async () => {
    let deadlines: readonly (string | undefined)[] = [];
    const { output, executions, histories } = await stack.run(
      {
        steps: {
          ask: { approval: { prompt: "Ship it?", timeout: "1h", remind: "100ms" } },
          ...chainOf("s", 20),
        },
        output: "${{ steps.ask.output }}",
      },
      null,
      async (handle) => {
        const asked = async () => (await handle.progress()).pendingApprovals[0];
        const first = await until(asked, (found) => found !== undefined);
        const later = await until(
          async () => ({ earlier: (await handle.progress()).earlier.length, ...(await asked()) }),
          ({ earlier, reminders = 0 }) => earlier > 2 && reminders > 8,
        );
        deadlines = [first?.deadline, later.deadline];
        await handle.approve({ id: "ask", decision: "approve", by: "ann" });
      },
    );

    expect(output).toMatchObject({ decision: "approve", by: "ann" });
    expect(deadlines[0]).toEqual(expect.any(String));
    expect(deadlines[1]).toBe(deadlines[0]);
    expect(executions).toBeGreaterThan(2);
    await replayAll(histories);
  });

  it("goes on listening: every event is handled once and in order, whichever execution it meets", async () => {
    const file = join(stack.engine.dataDir, "events");
    const { output, executions, histories } = await stack.run(
      {
        coordination: { model: "event_driven" },
        steps: {
          paid: {
            on: { event: "order.*", max: 40, concurrency: 2 },
            run: ["sh", "-c", `echo "$1" >> ${file}; echo "$1"`, "sh", "${{ string(event.data) }}"],
            output: "${{ output.json }}",
          },
        },
        output: "${{ steps.paid.output }}",
      },
      null,
      async (handle) => {
        for (const burst of [0, 5, 10, 15, 20, 25, 30, 35]) {
          for (let n = burst; n < burst + 5; n += 1)
            await handle.sendEvent({ type: "order.paid", data: n });
          await until(
            () => linesIn(file).length,
            (count) => count >= burst + 3,
          );
        }
      },
    );

    const numbers = Array.from({ length: 40 }, (_none, index) => index);
    expect(output).toEqual(numbers);
    expect(countLines(file)).toEqual(Object.fromEntries(numbers.map((n) => [String(n), 1])));
    expect(executions).toBeGreaterThan(2);
    await replayAll(histories);
  });

  it("lets an operator retry what failed in an earlier execution, and remembers who did", async () => {
    const mended = join(stack.engine.dataDir, "mended");
    const { output, report, executions, histories } = await stack.run(
      {
        coordination: { failFast: false },
        steps: {
          broken: {
            run: ["sh", "-c", `test -e ${mended} && echo '{"n":7}'`],
            onError: "continue",
            retry: { maximumAttempts: 1 },
          },
          after: { needs: ["broken"], set: { n: "${{ steps.broken.output.json.n }}" } },
          ...chainOf("a", 20),
          hold: { needs: ["a19"], waitFor: { event: "go" } },
          ...chainOf("b", 20, ["hold"]),
        },
        output: "${{ steps.after.output.n }}",
      },
      null,
      async (handle) => {
        await until(
          async () => (await handle.progress()).steps,
          (steps) => steps.some(({ id, waitingFor }) => id === "hold" && waitingFor !== undefined),
        );
        await writeFile(mended, "");
        await handle.retryStep({ step: "broken", by: "ann", reason: "mended" });
        await until(
          async () => (await handle.progress()).steps,
          (steps) => steps.some(({ id, status }) => id === "after" && status === "succeeded"),
        );
        await handle.sendEvent({ type: "go" });
      },
    );

    expect(output).toBe(7);
    expect(report.steps.find(({ id }) => id === "broken")).toMatchObject({
      status: "succeeded",
      operator: [{ action: "retry", by: "ann", reason: "mended" }],
    });
    expect(executions).toBeGreaterThan(4);
    await replayAll(histories);
  });
});
