/** What ran must replay: the workflow code is deterministic whatever came back in which order. */
import { Worker } from "@temporalio/worker";
import { afterAll, beforeAll, expect, inject, it } from "vitest";

import { readPattern } from "../../src/patterns/index.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "replay-after-run" });
});
afterAll(() => engine.stop());

const hook = (name: string, on: string, dispatch: string): object => ({
  name,
  on,
  dispatch,
  handler: { command: ["sh", "-c", 'cat > /dev/null; echo \'{"outcome":"continue"}\''] },
});

it("replays a run with parallel steps and local hooks around each", async () => {
  const read = readPattern({
    heddle: "v1",
    name: "parallel-local",
    version: "1.0.0",
    hooks: [hook("before", "step.before", "local"), hook("after", "step.after", "local")],
    steps: Object.fromEntries(
      Array.from({ length: 6 }, (_none, index) => [`s${String(index)}`, { run: ["echo", "x"] }]),
    ),
  });
  if (read.accepted === undefined) throw new Error(JSON.stringify(read.issues));
  const handle = await engine.start(read.accepted.plan);
  await handle.result();

  const history = await engine.history(handle);
  await expect(
    Worker.runReplayHistory(
      { workflowBundle: { codePath: inject("workflowBundlePath") } },
      history,
      handle.workflowId,
    ),
  ).resolves.not.toThrow();
});
