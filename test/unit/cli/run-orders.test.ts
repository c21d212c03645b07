/** `heddle run retry|skip|complete|pause|resume|fork`: what reaches the client, what is printed, what is refused. */
import { describe, expect, it } from "vitest";

import type { Link } from "../../../src/cli/context.ts";
import { runCli } from "../../../src/cli/program.ts";
import type { HeddleClient, RunHandle } from "../../../src/client/index.ts";
import { HeddleError, type JsonValue } from "../../../src/core/index.ts";
import { createFakeWorld } from "./fake-world.ts";

type Call = readonly [what: string, ...given: readonly unknown[]];

/** A client whose runs note what they are asked, and answer as an open run does. */
function createStack(parts: Partial<RunHandle> = {}) {
  const calls: Call[] = [];
  const order = (what: string, was: string, now: string) => async (given: { step: string }) => {
    calls.push([what, given]);
    return { step: given.step, was, now };
  };
  const runOf = (workflowId: string): RunHandle =>
    ({
      workflowId,
      runId: "r1",
      url: `http://ui/${workflowId}`,
      retryStep: order("retryStep", "failed", "pending"),
      skipStep: order("skipStep", "pending", "skipped"),
      completeStep: order("completeStep", "running", "running"),
      signal: async (name: string) => {
        calls.push(["signal", workflowId, name]);
      },
      again: async (reason?: string) => {
        calls.push(["again", workflowId, reason]);
        return { workflowId, runId: "r2", how: "reset", step: "build" };
      },
      started: async () => ({
        pattern: "release",
        taskQueue: "heddle",
        input: { n: 1 },
        options: { session: "team", workspace: "here", labels: ["x"] },
      }),
      progress: async () => ({ version: "1.2.3" }),
      ...parts,
    }) as unknown as RunHandle;
  const client = {
    run: runOf,
    start: async (name: string, input: JsonValue, options: { workflowId?: string }) => {
      calls.push(["start", name, input, options]);
      return runOf(options.workflowId ?? "release-new");
    },
  } as unknown as HeddleClient;
  const absent = (): never => {
    throw new Error("this test did not expect to need that");
  };
  const link: Link = {
    client: async () => client,
    registry: absent,
    countWorkers: absent,
    serve: absent,
    close: async () => undefined,
  };
  const fake = createFakeWorld({ openLink: () => link, readStdin: async () => '{"n":2}' });
  return { calls, fake, run: (...args: string[]) => runCli(["run", ...args], fake.world) };
}

describe("heddle run retry", () => {
  it("with a step runs that step again, and says who wanted it", async () => {
    const { calls, fake, run } = createStack();

    expect(
      await run("retry", "w1", "build[3]", "--by", "ann", "--reason", "mended", "--json"),
    ).toBe(0);

    expect(calls).toEqual([["retryStep", { step: "build[3]", by: "ann", reason: "mended" }]]);
    expect(JSON.parse(fake.stdout())).toEqual({
      workflowId: "w1",
      step: "build[3]",
      was: "failed",
      now: "pending",
    });
  });

  it("without a step runs the closed run again, and says from where", async () => {
    const { calls, fake, run } = createStack();

    expect(await run("retry", "w1", "--reason", "mended")).toBe(0);

    expect(calls).toEqual([["again", "w1", "mended"]]);
    expect(fake.stdout()).toBe(
      "w1 runs again from build; what had succeeded is kept\nsee http://ui/w1\n",
    );
  });

  it("exits 1 with the hint when the run is still open", async () => {
    const again = () =>
      Promise.reject(
        new HeddleError("RUN_OPEN", 'Run "w1" is still open.', { hint: "Retry a step." }),
      );
    const { fake, run } = createStack({ again });

    expect(await run("retry", "w1", "--json")).toBe(1);

    expect(JSON.parse(fake.stdout())).toMatchObject({
      error: { code: "RUN_OPEN", hint: "Retry a step." },
    });
  });
});

describe("heddle run skip", () => {
  it("skips the step and says how it stood", async () => {
    const { calls, fake, run } = createStack();

    expect(await run("skip", "w1", "lint", "--by", "ann", "--reason", "not today")).toBe(0);

    expect(calls).toEqual([["skipStep", { step: "lint", by: "ann", reason: "not today" }]]);
    expect(fake.stdout()).toBe("lint: pending -> skipped\n");
  });

  it("exits 1 with what the run answered when it refuses", async () => {
    const skipStep = () =>
      Promise.reject(
        new HeddleError("UPDATE_REFUSED", "skipStep lnt: is it lint?", { hint: "Look." }),
      );
    const { fake, run } = createStack({ skipStep });

    expect(await run("skip", "w1", "lnt", "--json")).toBe(1);

    expect(JSON.parse(fake.stdout())).toMatchObject({
      error: { code: "UPDATE_REFUSED", message: "skipStep lnt: is it lint?" },
    });
  });
});

describe("heddle run complete", () => {
  it.each([
    [["--output", '{"n":7}'], { n: 7 }],
    [["--output", "-"], { n: 2 }],
    [[], null],
  ])("gives the step the output of %j", async (flags, output) => {
    const { calls, fake, run } = createStack();

    expect(await run("complete", "w1", "slow", ...flags)).toBe(0);

    expect(calls).toEqual([["completeStep", { step: "slow", output }]]);
    expect(fake.stdout()).toBe("slow: running, its work is being cancelled\n");
  });

  it("asks nobody when the output cannot be read", async () => {
    const { calls, run } = createStack();

    expect(await run("complete", "w1", "slow", "--output", "{no json", "--json")).toBe(2);
    expect(calls).toEqual([]);
  });
});

describe("heddle run pause and resume", () => {
  it.each(["pause", "resume"])("%s sends the signal of that name", async (name) => {
    const { calls, fake, run } = createStack();

    expect(await run(name, "w1", "--json")).toBe(0);

    expect(calls).toEqual([["signal", "w1", name]]);
    expect(JSON.parse(fake.stdout())).toEqual({ workflowId: "w1", signal: name, sent: true });
  });
});

describe("heddle run fork", () => {
  it("starts the same pattern, version, input and options, in a workspace of its own", async () => {
    const { calls, fake, run } = createStack();

    expect(await run("fork", "w1", "--json")).toBe(0);

    const options = { session: "team", labels: ["x"], version: "1.2.3" };
    expect(calls).toEqual([["start", "release", { n: 1 }, options]]);
    expect(JSON.parse(fake.stdout())).toEqual({
      workflowId: "release-new",
      runId: "r1",
      forkOf: "w1",
    });
  });

  it("takes another input and another id", async () => {
    const { calls, fake, run } = createStack();

    expect(await run("fork", "w1", "--input", "-", "--id", "w2")).toBe(0);

    expect(calls).toEqual([
      ["start", "release", { n: 2 }, expect.objectContaining({ workflowId: "w2" })],
    ]);
    expect(fake.stdout()).toBe("started w2, a fork of w1\nsee http://ui/w2\n");
  });
});

describe("heddle session restore", () => {
  it("says what is to become of the runs, and refuses what it does not know", async () => {
    const given: unknown[] = [];
    const session = {
      workflowId: "session/s",
      url: "http://ui/s",
      restore: async (restore: unknown) => given.push(restore),
    };
    const client = { session: () => session } as unknown as HeddleClient;
    const link = { client: async () => client, close: async () => undefined } as unknown as Link;
    const fake = createFakeWorld({ openLink: () => link });

    expect(await runCli(["session", "restore", "s", "--runs", "fork", "--json"], fake.world)).toBe(
      0,
    );
    expect(await runCli(["session", "restore", "s", "--runs", "all"], fake.world)).toBe(2);

    expect(given).toEqual([{ runs: "fork" }]);
  });
});
