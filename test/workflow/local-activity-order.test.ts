/**
 * Local activities that run side by side: a worker hears of their ends one by one, a replay of all at once. Steps that
 * need different numbers of turns to their next command must still give the commands of the history.
 */
import { Worker } from "@temporalio/worker";
import { afterAll, beforeAll, expect, inject, it } from "vitest";

import { readPattern } from "../../src/patterns/index.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "local-activity-order" });
});
afterAll(() => engine.stop());

/** Takes between 0 and 50 ms, so that the ends come in another order than the beginnings. */
const UNEVEN = 'cat > /dev/null; sleep 0.0$(( $$ % 6 )); echo \'{"outcome":"continue"}\'';

const hook = (name: string, on: string, match: object = {}): object => ({
  name,
  on,
  match,
  dispatch: "local",
  handler: { command: ["sh", "-c", UNEVEN] },
});

it("replays runs whose steps go on differently after hooks that ended side by side", async () => {
  const read = readPattern({
    heddle: "v1",
    name: "uneven",
    version: "1.0.0",
    hooks: [
      hook("before", "step.before"),
      hook("again", "step.before", { step: "twice*" }),
      hook("after", "step.after"),
      hook("failed", "step.error"),
    ],
    steps: {
      each: { run: ["echo", "${{ item }}"], foreach: { items: [1, 2, 3, 4, 5], concurrency: 2 } },
      twice1: { run: ["echo", "x"] },
      twice2: { run: ["echo", "x"] },
      fails: { run: ["false"], retry: { maximumAttempts: 1 }, onError: "continue" },
      plain: { run: ["echo", "x"] },
      inner: { group: { steps: { deep: { run: ["echo", "x"] } } } },
      last: { run: ["echo", "x"], needs: ["each", "plain"] },
    },
  });
  if (read.accepted === undefined) throw new Error(JSON.stringify(read.issues));

  for (let round = 0; round < 4; round += 1) {
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
  }
});
