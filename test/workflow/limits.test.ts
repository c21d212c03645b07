/** What a run costs in events and bytes, what it leaves of processes, and how it stands values of several MiB. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonObject } from "../../src/core/index.ts";
import { isReference, REFERENCE_KEY } from "../../src/core/index.ts";
import {
  endingOf,
  finish,
  planOf,
  runDocument,
  startDocument,
  type TestDocument,
} from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { activityIds, eventKinds, largestEvent, summaries } from "../support/history.ts";
import { isAlive, readWhenWritten, until } from "../unit/executors/fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ name: "limits" });
});
afterAll(() => engine.stop());

const kindsOf = async (document: TestDocument): Promise<readonly string[]> => {
  const { status, handle } = await runDocument(engine, document);
  expect(status).toBe("succeeded");
  return eventKinds(await engine.history(handle));
};

const steps = {
  first: { run: ["echo", "one"] },
  second: { run: ["echo", "two"], needs: ["first"] },
};

const pass = { command: ["echo", '{"outcome":"continue"}'] };

describe("the history of a run", () => {
  it("A11: has no event for points without hooks, whatever hooks there are elsewhere", async () => {
    const bare = await kindsOf({ steps });
    const elsewhere = await kindsOf({
      steps,
      hooks: [
        { name: "on-error", on: "step.error", handler: pass },
        { name: "on-skip", on: "step.skipped", handler: pass },
        { name: "on-failed-run", on: "run.failed", handler: pass },
      ],
    });

    expect(elsewhere).toEqual(bare);
  });

  it("has one activity for each hook that fires, and none for the steps that it does not match", async () => {
    const { handle } = await runDocument(engine, {
      steps,
      hooks: [{ name: "guard", on: "step.before", match: { step: "second" }, handler: pass }],
    });

    expect(activityIds(await engine.history(handle))).toEqual([
      "first",
      "second:step.before:guard",
      "second",
    ]);
  });

  it("says in the Web UI what each activity and timer is for", async () => {
    const { handle } = await runDocument(engine, {
      steps: {
        build: { name: "Build it", run: ["true"] },
        rest: { wait: "10ms", needs: ["build"] },
      },
      hooks: [{ name: "guard", on: "step.before", match: { step: "build" }, handler: pass }],
    });

    const shown = summaries(await engine.history(handle)).join("\n");
    for (const part of ["guard", "build", "rest"]) expect(shown.toLowerCase()).toContain(part);
  });

  it("carries the pattern, version, status and labels as typed search attributes", async () => {
    const plan = planOf({ name: "searchable", steps: { only: { set: { x: 1 } } } });
    const handle = await engine.start(plan, null, { labels: ["nightly", "eu"] });
    await handle.result();

    const { typedSearchAttributes: found } = await handle.describe();
    const keyword = (name: string) =>
      found.get(defineSearchAttributeKey(name, SearchAttributeType.KEYWORD));
    expect(keyword("HeddlePattern")).toBe("searchable");
    expect(keyword("HeddleVersion")).toBe("1.0.0");
    expect(keyword("HeddleStatus")).toBe("succeeded");
    expect(
      found.get(defineSearchAttributeKey("HeddleLabels", SearchAttributeType.KEYWORD_LIST)),
    ).toEqual(["nightly", "eu"]);
  });
});

/** A command with a child of its own; both write their ids and would run for ten minutes. */
function familyOf(file: string): readonly string[] {
  return ["sh", "-c", `sleep 600 & echo $! > ${file}.child; echo $$ > ${file}.parent; wait`];
}

async function idsOf(file: string): Promise<readonly number[]> {
  const parent = await readWhenWritten(`${file}.parent`);
  return [Number(parent), Number(readFileSync(`${file}.child`, "utf8"))];
}

const areGone = (ids: readonly number[]) => until(() => !ids.some(isAlive));

describe("the processes of a command", () => {
  it("are all gone when the run is cancelled", async () => {
    const file = join(engine.dataDir, "cancelled");
    const handle = await startDocument(engine, { steps: { long: { run: familyOf(file) } } });
    const ids = await idsOf(file);

    await handle.cancel();

    expect(await endingOf(handle)).toEqual({ status: "cancelled" });
    await areGone(ids);
  });

  it("A6: are all gone when the step's timeout is over", async () => {
    const file = join(engine.dataDir, "timed-out");
    const handle = await startDocument(engine, {
      steps: { long: { run: familyOf(file), timeout: "4s", retry: { maximumAttempts: 1 } } },
    });
    const ids = await idsOf(file);

    expect(await finish(handle)).toMatchObject({
      status: "failed",
      error: { type: "StepFailed", message: expect.stringContaining("long") as string },
      steps: { long: { error: { type: "TimedOut" } } },
    });
    await areGone(ids);
  });

  it("are all gone when a sibling fails and the pattern fails fast", async () => {
    const file = join(engine.dataDir, "fail-fast");
    const handle = await startDocument(engine, {
      coordination: { failFast: true },
      steps: {
        long: { run: familyOf(file) },
        broken: {
          run: ["sh", "-c", `until test -s ${file}.parent; do sleep 0.05; done; exit 3`],
          retry: { maximumAttempts: 1 },
        },
      },
    });
    const ids = await idsOf(file);

    const ran = await finish(handle);

    expect(ran.statuses).toMatchObject({ long: "cancelled", broken: "failed" });
    await areGone(ids);
  });
});

/** Prints that many characters in one JSON string. */
const print = (characters: number): readonly string[] => [
  process.execPath,
  "-e",
  `process.stdout.write(JSON.stringify("x".repeat(${String(characters)})))`,
];

const countInput = [
  process.execPath,
  "-e",
  'let n = 0; process.stdin.on("data", (c) => (n += c.length)).on("end", () => console.log(n));',
];

describe("large values", () => {
  it("of many items together above 2 MiB reach a later step whole, and no event is ever large", async () => {
    const { handle, output, error } = await runDocument(
      engine,
      {
        steps: {
          parts: {
            foreach: { items: "${{ input }}", concurrency: 8 },
            run: print(60_000),
            output: "${{ output.json }}",
          },
          count: {
            run: countInput,
            with: "${{ steps.parts.output }}",
            output: "${{ output.json }}",
          },
        },
        output: "${{ steps.count.output }}",
      },
      Array.from({ length: 40 }, (_none, index) => index),
    );

    expect(error).toBeUndefined();
    expect(output).toBe(JSON.stringify(Array<string>(40).fill("x".repeat(60_000))).length + 1);
    expect(largestEvent(await engine.history(handle))).toBeLessThan(1024 * 1024);
  });

  it("as a run's result travel by reference, which a plain client resolves in the registry", async () => {
    const { output } = await runDocument(engine, {
      steps: {
        parts: {
          foreach: { items: [0, 1, 2, 3] },
          run: print(900_000),
          output: "${{ output.json }}",
        },
      },
      output: "${{ steps.parts.output }}",
    });

    expect(output).toHaveLength(4);
    const references = (output as readonly JsonObject[]).filter(isReference); // as: four outputs
    for (const reference of references)
      expect(await engine.registry.getValue(reference[REFERENCE_KEY])).toHaveLength(900_000);
    expect(references).toHaveLength(4);
  });
});
