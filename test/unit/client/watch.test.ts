import { describe, expect, it } from "vitest";

import { watchProgress } from "../../../src/client/watch.ts";
import { HeddleError } from "../../../src/core/index.ts";
import type { ProgressReport } from "../../../src/workflows/messages.ts";

const at = (status: string): ProgressReport => ({ status }) as unknown as ProgressReport;

/** A run whose looks are scripted; it ends when the script is used up. */
function createRun(looks: readonly (ProgressReport | Error)[]) {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let asked = 0;
  return {
    outcome: () => ended,
    progress: async () => {
      const look = looks[Math.min(asked, looks.length - 1)];
      asked += 1;
      if (asked >= looks.length) end();
      if (look === undefined || look instanceof Error) throw look ?? new Error("empty script");
      return look;
    },
  };
}

async function collect(
  run: ReturnType<typeof createRun>,
  onSilence?: (error: HeddleError) => void,
) {
  const seen: string[] = [];
  const options = { intervalMs: 1, ...(onSilence === undefined ? {} : { onSilence }) };
  for await (const progress of watchProgress(run, options)) seen.push(progress.status);
  return seen;
}

describe("watching a run", () => {
  it("yields each change once and the last state after the end", async () => {
    const run = createRun([at("running"), at("running"), at("paused"), at("succeeded")]);

    expect(await collect(run)).toEqual(["running", "paused", "succeeded"]);
  });

  it("goes on while nobody can answer, and says so", async () => {
    const silence = new HeddleError("NO_ANSWER", "no worker");
    const heard: string[] = [];

    const seen = await collect(createRun([silence, silence, at("succeeded")]), (error) => {
      heard.push(error.code);
    });

    expect(seen).toEqual(["succeeded"]);
    expect(heard).toEqual(["NO_ANSWER", "NO_ANSWER"]);
  });

  it("does not hide any other trouble", async () => {
    const run = createRun([new HeddleError("RUN_NOT_FOUND", "gone"), at("never")]);

    await expect(collect(run)).rejects.toThrow("gone");
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const run = {
      progress: async () => at("running"),
      outcome: () => new Promise(() => undefined),
    };

    const seen: string[] = [];
    for await (const { status } of watchProgress(run, {
      signal: stop.signal,
      intervalMs: 60_000,
    })) {
      seen.push(status);
      stop.abort();
    }

    expect(seen).toEqual(["running"]);
  });
});
