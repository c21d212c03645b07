/** Recorded runs replay for ever: a change of the workflow code that would break one that runs today is refused here. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { historyFromJSON } from "@temporalio/common/lib/proto-utils.js";
import { Worker } from "@temporalio/worker";
import { DeterminismViolationError } from "@temporalio/workflow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { bundleWorkflows } from "../../src/bundle-workflows.ts";
import { createLogger } from "../../src/logger.ts";
import { installRuntime } from "../../src/temporal-runtime.ts";
import { CORPUS } from "./corpus.ts";

const HISTORIES = resolve(import.meta.dirname, "histories");
const WORKFLOWS = resolve(import.meta.dirname, "../../src/workflows/index.ts");

let folder: string;
let codePath: string;
beforeAll(async () => {
  // What a replay says of the wrong history is wanted, and does not belong into the test report.
  installRuntime(createLogger({ level: "silent", format: "plain" }));
  folder = await mkdtemp(join(tmpdir(), "heddle-replay-"));
  codePath = join(folder, "workflow-bundle.js");
  await writeFile(codePath, await bundleWorkflows(WORKFLOWS));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Recorded {
  readonly name: string;
  readonly text: string;
}

async function recorded(): Promise<readonly Recorded[]> {
  const files = (await readdir(HISTORIES)).filter((file) => file.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -".json".length),
      text: await readFile(join(HISTORIES, file), "utf8"),
    })),
  );
}

/** The name of each history with what is wrong with it; nothing for one that replays. */
async function replay(histories: readonly Recorded[]): Promise<ReadonlyMap<string, unknown>> {
  const parsed = histories.map(({ name, text }) => ({
    name,
    history: historyFromJSON(JSON.parse(text)),
  }));
  const results = Worker.runReplayHistories(
    { workflowBundle: { codePath } },
    parsed.map(({ history }) => ({ workflowId: idOf(history), history })),
  );
  const names = new Map(parsed.map(({ name, history }) => [runOf(history), name]));
  const verdicts = new Map<string, unknown>();
  for await (const { runId, error } of results) verdicts.set(names.get(runId) ?? runId, error);
  return verdicts;
}

type History = ReturnType<typeof historyFromJSON>;

/** The ids of children are made of it, and they are compared. */
function idOf(history: History): string {
  return history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? "";
}

function runOf(history: History): string {
  return history.events?.[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId ?? "";
}

describe("the recorded histories", () => {
  it("all replay", async () => {
    const histories = await recorded();
    const verdicts = await replay(histories);

    expect([...verdicts].filter(([, error]) => error !== undefined)).toEqual([]);
    expect([...verdicts.keys()].sort()).toEqual(histories.map(({ name }) => name).sort());
  });

  it("are there for every run of the corpus", async () => {
    const names = (await recorded()).map(({ name }) => name);

    expect(names).toEqual(
      expect.arrayContaining([
        ...CORPUS.map(({ document }) => document.name),
        "continued-1",
        "continued-2",
        "foreach-continued-1",
        "foreach-continued-2",
        "session",
        "session-run",
        "session-restored",
        "reactions-continued-1",
        "reactions-continued-2",
      ]),
    );
  });

  it("are small, and say nothing of the machine that recorded them", async () => {
    for (const { name, text } of await recorded()) {
      expect(text.length, name).toBeLessThan(120_000);
      const decoded = text.replaceAll(/"data":"([A-Za-z0-9+/=]+)"/g, (_all, data: string) =>
        Buffer.from(data, "base64").toString(),
      );
      expect(decoded, name).not.toContain(tmpdir());
    }
  });

  it("are refused with DeterminismViolationError where the code would do something else", async () => {
    const steps = (await recorded()).find(({ name }) => name === "steps");
    const wrong = (steps?.text ?? "").replace('"activityId":"first"', '"activityId":"other"');
    expect(wrong).not.toBe(steps?.text);

    const verdicts = await replay([{ name: "wrong", text: wrong }]);

    expect(verdicts.get("wrong")).toBeInstanceOf(DeterminismViolationError);
  });
});
