/** Policies of hooks as whole runs: who waits for whom, what is undone, what nobody waits for, what ends a loop. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import { normalizeHook } from "../../src/hooks/index.ts";
import type { HookReport } from "../../src/workflows/messages.ts";
import {
  finish,
  planOf,
  runDocument,
  startDocument,
  untilStep,
  type Ran,
} from "../support/documents.ts";
import { linesIn } from "../support/effects-file.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "hook-policies" });
});
afterAll(() => engine.stop());

/** The seconds before each attempt. */
const PAUSES: Readonly<Record<number, number>> = { 2: 1, 3: 2, 4: 4 };

const work = { work: { run: ["echo", "worked"] } };
const file = (name: string): string => join(engine.dataDir, name);
const sh = (script: string): JsonObject => ({ command: ["sh", "-c", script] });
const once = { retry: { maximumAttempts: 1 } };

/** A hook that leaves its name in a file, and decides nothing. */
const mark = (name: string, log: string, more: JsonObject = {}): JsonObject => ({
  name,
  on: "step.before",
  handler: sh(`echo ${name} >> ${log}`),
  ...more,
});

const reportOf = async ({ handle }: Pick<Ran, "handle">): Promise<readonly HookReport[]> =>
  handle.query<readonly HookReport[]>("hooks");
const executionsOf = (workflowId: string) => engine.registry.listHookExecutions({ workflowId });

/** Registers a hook for every run. */
async function register(registration: JsonObject): Promise<void> {
  const read = normalizeHook(registration, "registry", () => ({ ok: true, value: { lit: true } }));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  for (const hook of read.value) await engine.registry.addHook(hook);
}

describe("hooks that depend on each other", () => {
  it("B14: run after what they need, and count what ran at an earlier point as met", async () => {
    const log = file("b14");
    await runDocument(engine, {
      steps: work,
      hooks: [
        mark("deploy", log, { dependsOn: ["setup", "check"] }),
        mark("check", log),
        mark("setup", log, { on: "run.before" }),
        mark("after", log, { on: "step.after", dependsOn: "deploy" }),
      ],
    });

    expect(linesIn(log)).toEqual(["setup", "check", "deploy", "after"]);
  });

  it("B14: a missing dependency is a named error; an open hook is skipped, a closed one refuses", async () => {
    const log = file("b14-missing");
    const open = await runDocument(engine, {
      steps: work,
      hooks: [mark("deploy", log, { dependsOn: "nobody" })],
    });
    const closed = await runDocument(engine, {
      steps: work,
      hooks: [mark("deploy", log, { dependsOn: "nobody", onError: "closed" })],
    });

    expect(open.status).toBe("succeeded");
    expect(await reportOf(open)).toMatchObject([
      { name: "deploy", outcome: "skipped", error: { type: "HookDependencyMissing" } },
    ]);
    expect(closed.error?.message).toContain('depends on "nobody"');
    expect(linesIn(log)).toEqual([]);
  });

  it("do not run where what they need has failed", async () => {
    const log = file("b14-unmet");
    const ran = await runDocument(engine, {
      steps: work,
      hooks: [
        { name: "setup", on: "step.before", handler: sh("exit 1"), ...once },
        mark("deploy", log, { dependsOn: "setup" }),
      ],
    });

    expect(linesIn(log)).toEqual([]);
    expect((await reportOf(ran)).find(({ name }) => name === "deploy")).toMatchObject({
      outcome: "skipped",
      error: { type: "HookDependencyUnmet" },
    });
  });
});

describe("hooks that undo what they did", () => {
  it("B15: only completed ones, in reverse order of completion, going on past one that fails, once each", async () => {
    const log = file("b15");
    const undo = (name: string, more = "true"): JsonObject => ({
      rollback: sh(`echo undo ${name} >> ${log}; ${more}`),
      ...once,
    });
    const { status, error } = await runDocument(engine, {
      steps: {
        good: { run: ["true"] },
        bad: { needs: ["good"], run: ["false"], ...once },
      },
      hooks: [
        mark("first", log, { on: "run.before", ...undo("first") }),
        mark("second", log, { match: { step: "good" }, ...undo("second", "exit 3") }),
        mark("third", log, { on: "step.after", match: { step: "good" }, ...undo("third") }),
        {
          name: "failed",
          on: "step.before",
          match: { step: "bad" },
          handler: sh("exit 1"),
          ...undo("failed"),
        },
        mark("fourth", log, { match: { step: "bad" }, ...undo("fourth") }),
      ],
    });

    expect(status).toBe("failed");
    expect(linesIn(log)).toEqual([
      ...["first", "second", "third", "fourth"],
      ...["undo fourth", "undo third", "undo second", "undo first"],
    ]);
    expect(error?.details["rollbackProblems"]).toEqual([
      expect.stringMatching(/^second:rollback: /) as string,
    ]);
  });

  it("B15: undo nothing in a run that succeeds, and everything in one that is cancelled", async () => {
    const log = file("b15-cancelled");
    const hooks = [mark("setup", log, { on: "run.before", rollback: sh(`echo undo >> ${log}`) })];
    await runDocument(engine, { steps: work, hooks });
    expect(linesIn(log)).toEqual(["setup"]);

    const handle = await startDocument(engine, { steps: { wait: { wait: "1h" } }, hooks });
    // Its line is there before its end is: what counts as done is in the history once the next step runs.
    await untilStep(handle, "wait");
    await handle.cancel();
    const { status } = await finish(handle);

    expect(status).toBe("cancelled");
    expect(linesIn(log)).toEqual(["setup", "setup", "undo"]);
  });
});

describe("hooks that nobody waits for", () => {
  it("A21: a slow one is queued and the run goes on; it is drained before the run closes, and visible", async () => {
    const log = file("a21-async");
    const ran = await runDocument(engine, {
      steps: { work: { run: ["sh", "-c", `echo worked >> ${log}; touch ${file("a21-go")}`] } },
      hooks: [
        {
          name: "slow",
          on: "step.before",
          mode: "async",
          handler: sh(`while [ ! -e ${file("a21-go")} ]; do sleep 0.05; done; echo slow >> ${log}`),
        },
        mark("end", log, { on: "run.succeeded", mode: "async" }),
      ],
    });

    expect(ran.status).toBe("succeeded");
    expect(linesIn(log)).toEqual(["worked", "slow", "end"]);
    expect((await reportOf(ran)).map(({ name }) => name)).toEqual(["slow", "end"]);
  });

  it("A21: a hook that always fails waits 1 s, 2 s and 4 s between its attempts, as the server was told", async () => {
    const handle = await startDocument(engine, {
      steps: { work: { run: ["true"] } },
      hooks: [
        {
          name: "failing",
          on: "step.before",
          retry: { maximumAttempts: 4, initialInterval: "1s", backoffCoefficient: 2 },
          handler: sh("exit 1"),
        },
      ],
    });
    const waits = new Map<number, number>();
    await untilSo(async () => {
      const { raw, status } = await handle.describe();
      for (const each of raw.pendingActivities ?? [])
        // Once the pause is over, the interval is that of the pause after the attempt.
        if (each.nextAttemptScheduleTime != null)
          waits.set(Number(each.attempt), Number(each.currentRetryInterval?.seconds));
      return status.name !== "RUNNING";
    });
    const { events } = await engine.history(handle);
    const [told] = (events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.retryPolicy ?? [],
    );

    expect(told).toMatchObject({ backoffCoefficient: 2, maximumAttempts: 4 });
    expect(Number(told?.initialInterval?.seconds)).toBe(1);
    expect(Number(told?.maximumInterval?.seconds)).toBeGreaterThanOrEqual(4);
    expect(await reportOf({ handle })).toMatchObject([{ name: "failing", attempts: 4 }]);
    // A busy machine may be asked too late to see a pause; those that were seen are as long as they should be.
    for (const [attempt, seconds] of waits) expect(seconds, String(attempt)).toBe(PAUSES[attempt]);
  });

  it("F45: get their firings as lists: one activity for many, one record each", async () => {
    const log = file("batch");
    const ran = await runDocument(engine, {
      steps: { each: { foreach: { items: [1, 2, 3, 4, 5] }, run: ["true"] } },
      hooks: [
        {
          name: "audit",
          on: "step.after",
          mode: "async",
          batch: { size: 3, wait: "1h" },
          handler: sh(`cat >> ${log}`),
        },
      ],
    });

    const { events = [] } = await engine.history(ran.handle);
    const asked = (events ?? []).filter(
      ({ activityTaskScheduledEventAttributes: scheduled }) =>
        scheduled?.activityType?.name === "hookBatch",
    );
    expect(asked).toHaveLength(2);
    // as: what the hook wrote are the lists of events that it got
    const lists = linesIn(log).map((line) => JSON.parse(line) as readonly JsonObject[]);
    // The rest is sent when the last step has ended, which the first list may not have by then.
    expect(lists.map(({ length }) => length).sort()).toEqual([2, 3]);
    expect(await executionsOf(ran.handle.workflowId)).toHaveLength(5);
    expect(await reportOf(ran)).toHaveLength(5);
  });

  it("fire and forget does not hold the run, and its record follows", async () => {
    const go = file("forget-go");
    const ran = await runDocument(engine, {
      steps: work,
      hooks: [
        {
          name: "forgotten",
          on: "step.before",
          mode: "fire_and_forget",
          handler: sh(`while [ ! -e ${go} ]; do sleep 0.05; done`),
        },
      ],
    });
    expect(ran.status).toBe("succeeded");
    expect(await executionsOf(ran.handle.workflowId)).toEqual([]);

    await runDocument(engine, { steps: { go: { run: ["touch", go] } } });
    await untilSo(async () => (await executionsOf(ran.handle.workflowId)).length === 1);
  });
});

describe("a breaker", () => {
  it("C5: is shared by runs: after two errors the third one's hook does not run", async () => {
    const log = file("c5");
    const document = {
      steps: work,
      hooks: [
        {
          name: "c5-guard",
          on: "step.before",
          breaker: { failures: 2, slow: "1h" },
          handler: sh(`echo asked >> ${log}; exit 1`),
          ...once,
        },
      ],
    };
    const outcomes = [];
    for (let time = 0; time < 3; time += 1)
      outcomes.push(...(await reportOf(await runDocument(engine, document))));

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["continue", "continue", "skipped"]);
    expect(outcomes[2]?.message).toContain("circuit breaker");
    expect(linesIn(log)).toEqual(["asked", "asked"]);
  });
});

describe("hooks that are there or not", () => {
  it("C26: a hook whose feature is off is hidden; a run may switch it on", async () => {
    const log = file("c26");
    const plan = planOf({ steps: work, hooks: [mark("beta", log, { flag: "beta" })] });
    await engine.run(plan);
    expect(linesIn(log)).toEqual([]);

    await engine.run(plan, null, { flags: ["beta"] });
    expect(linesIn(log)).toEqual(["beta"]);
  });

  it("A11: a registered one that is switched off at run time stays out of new runs, and comes back", async () => {
    const log = file("enabled");
    await register(mark("switched", log));

    for (const enabled of [true, false, true]) {
      await engine.registry.setHookEnabled("switched", enabled);
      await runDocument(engine, { steps: work });
    }
    await engine.registry.removeHook("switched");

    expect(linesIn(log)).toEqual(["switched", "switched"]);
  });
});

describe("a hook that starts the pattern that triggers it", () => {
  it("is stopped with HookLoop when the pattern is its handler", async () => {
    const log = file("loop");
    await register({
      name: "again",
      on: "run.before",
      match: { fields: { "run.pattern": "loopy" } },
      handler: { pattern: "loopy" },
      ...once,
    });
    const { status } = await runDocument(engine, {
      name: "loopy",
      steps: { work: { run: ["sh", "-c", `echo ran >> ${log}`] } },
    });
    await engine.registry.removeHook("again");

    expect(status).toBe("succeeded");
    expect(linesIn(log)).toHaveLength(4);
    const failed = await engine.registry.listHookExecutions({ hook: "again", status: "failed" });
    expect(JSON.stringify(failed)).toContain("HookLoop");
  });

  it("is stopped with HookLoop when it forks", async () => {
    const log = file("loop-fork");
    const operations = [{ id: "more", pattern: "forky" }];
    const { status } = await runDocument(engine, {
      name: "forky",
      steps: { work: { run: ["sh", "-c", `echo ran >> ${log}`] } },
      hooks: [
        {
          name: "again",
          on: "step.after",
          handler: { command: ["echo", JSON.stringify({ outcome: "fork", operations })] },
        },
      ],
    });

    expect(status).toBe("succeeded");
    expect(linesIn(log)).toHaveLength(4);
  });
});

/** Waits until an asked condition holds; the test's own timeout ends a wait that is in vain. */
async function untilSo(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
