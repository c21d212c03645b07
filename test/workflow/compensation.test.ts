/** What was done is undone exactly once, whatever ended the run, and whatever happens to the worker between the two. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import { finish, startDocument, untilStep, untilWaiting } from "../support/documents.ts";
import { appendLine, countLines, linesIn } from "../support/effects-file.ts";
import { startEngine, type Engine } from "../support/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "compensation" });
});
afterAll(() => engine.stop());

const once = { retry: { maximumAttempts: 1 } };

/** Two actions, then a step that decides how the run ends. */
function saga(file: string, last: JsonObject): JsonObject {
  return {
    a: { run: appendLine(file, "a"), compensate: { run: appendLine(file, "undo a") } },
    b: {
      run: appendLine(file, "b"),
      needs: ["a"],
      compensate: { run: appendLine(file, "undo b") },
    },
    last: { needs: ["b"], ...last },
  };
}

const UNDONE = { a: 1, b: 1, "undo a": 1, "undo b": 1 };

describe("compensation, exactly once and in reverse,", () => {
  it("after a failure", async () => {
    const file = join(engine.dataDir, "failure");
    const ran = await finish(
      await startDocument(engine, { steps: saga(file, { run: ["false"], ...once }) }),
    );

    expect(ran.status).toBe("failed");
    expect(linesIn(file)).toEqual(["a", "b", "undo b", "undo a"]);
  });

  it("after the run's own time is over", async () => {
    const file = join(engine.dataDir, "timeout");
    const ran = await finish(
      await startDocument(engine, {
        // Both actions have to be done by then, on a busy machine too.
        coordination: { timeout: "15s" },
        steps: saga(file, { waitFor: { event: "never" } }),
      }),
    );

    expect(ran.error?.type).toBe("RunTimedOut");
    expect(linesIn(file)).toEqual(["a", "b", "undo b", "undo a"]);
  });

  it("after a cancellation, asked for twice", async () => {
    const file = join(engine.dataDir, "cancellation");
    const handle = await startDocument(engine, {
      steps: saga(file, { waitFor: { event: "never" } }),
    });
    await untilWaiting(handle, "last");
    await Promise.all([handle.cancel(), handle.cancel()]);

    expect((await finish(handle)).status).toBe("cancelled");
    expect(linesIn(file)).toEqual(["a", "b", "undo b", "undo a"]);
  });

  it("when the worker is replaced between the actions and their undo", async () => {
    const file = join(engine.dataDir, "between");
    const handle = await startDocument(engine, {
      steps: {
        ...saga(file, { waitFor: { event: "go" } }),
        bad: { needs: ["last"], run: ["false"], ...once },
      },
    });
    await untilWaiting(handle, "last");
    await engine.restart();
    await handle.signal("event", { type: "go" });

    expect((await finish(handle)).status).toBe("failed");
    expect(countLines(file)).toEqual(UNDONE);
  });

  it("when the worker is replaced between two undos", async () => {
    const file = join(engine.dataDir, "midway");
    const steps = saga(file, { run: ["false"], ...once });
    const gate = `${file}.gate`;
    const slow = `until test -e ${gate}; do sleep 0.05; done; echo "undo a" >> ${file}`;
    const handle = await startDocument(engine, {
      steps: {
        ...steps,
        a: {
          run: appendLine(file, "a"),
          compensate: { run: slow, retry: { maximumAttempts: 5, initialInterval: "50ms" } },
        },
      },
    });
    // Its line alone would not do: an undo that is stopped before its end is told is tried again.
    await untilStep(handle, "b:compensate", ({ status }) => status === "compensated");
    await engine.restart();
    await writeFile(gate, "");

    expect((await finish(handle)).status).toBe("failed");
    expect(countLines(file)).toEqual(UNDONE);
  });
});
