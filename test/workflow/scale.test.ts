/** Runs of many steps, on a server that suggests to continue as new after 400 events: right to the last, and once. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WorkflowHandle } from "@temporalio/client";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { JsonObject, JsonValue } from "../../src/core/index.ts";
import { startContinuingServer, type ContinuingServer } from "../support/continuing-server.ts";
import { startDocument, type TestDocument } from "../support/documents.ts";
import { countLines } from "../support/effects-file.ts";
import { startEngine, type Engine } from "../support/engine.ts";

const SUGGESTED_EVENTS = 400;

let server: ContinuingServer;
let engine: Engine;
beforeAll(async () => {
  server = await startContinuingServer(SUGGESTED_EVENTS);
  engine = await startEngine({
    name: "scale",
    address: server.address,
    functions: [fileURLToPath(new URL("../fixtures/functions/effects.ts", import.meta.url))],
  });
});
afterAll(async () => {
  await engine.stop();
  await server.stop();
});

interface Ran {
  readonly output: unknown;
  /** Events of each execution, in order. */
  readonly events: readonly number[];
}

async function run(document: TestDocument, input: JsonValue): Promise<Ran> {
  const handle = await startDocument(engine, document, input);
  const output: unknown = await handle.result();
  const events: number[] = [];
  for (let runId = firstOf(handle); runId !== undefined;) {
    const execution = engine.client.workflow.getHandle(handle.workflowId, runId);
    const all = (await execution.fetchHistory()).events ?? [];
    events.push(all.length);
    runId = all.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId as  // as: never null
      string | undefined;
  }
  return { output, events };
}

function firstOf(handle: WorkflowHandle & { readonly firstExecutionRunId?: string }) {
  return handle.firstExecutionRunId;
}

const once = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(names.map((name) => [name, 1]));

it("600 steps in 20 lanes continue as new several times and end with exactly the right outputs, each effect once", async () => {
  const file = join(engine.dataDir, "lanes");
  const [lanes, length] = [20, 30];
  const nameOf = (lane: number, at: number): string => `s${String(lane)}_${String(at)}`;
  const numbers = Array.from({ length: lanes }, (_none, lane) => lane);
  const steps: Record<string, JsonObject> = {};
  for (const lane of numbers)
    for (let at = 0; at < length; at += 1) {
      const read = at === 0 ? `input[${String(lane)}]` : `steps.${nameOf(lane, at - 1)}.output`;
      const given = { file, at: nameOf(lane, at), n: `\${{ ${read} }}` };
      steps[nameOf(lane, at)] = { call: "next", with: given };
    }
  const output = numbers.map((lane) => `\${{ steps.${nameOf(lane, length - 1)}.output }}`);

  const ran = await run(
    { steps, output },
    numbers.map((lane) => 1000 * lane),
  );

  expect(ran.output).toEqual(numbers.map((lane) => 1000 * lane + length));
  expect(countLines(file)).toEqual(once(Object.keys(steps)));
  expect(ran.events.length).toBeGreaterThan(3);
});

it("a foreach of 1,000 items, 50 at once, goes on in new executions and gives every item's output, in order and once", async () => {
  const file = join(engine.dataDir, "items");
  const [count, concurrency] = [1000, 50];
  const items = Array.from({ length: count }, (_none, at) => at);

  const ran = await run(
    {
      steps: {
        each: {
          foreach: { items: "${{ input }}", concurrency },
          call: "next",
          with: { file, at: "${{ string(item) }}", n: "${{ item }}" },
        },
      },
      output: "${{ steps.each.output }}",
    },
    items,
  );

  expect(ran.output).toEqual(items.map((item) => item + 1));
  expect(countLines(file)).toEqual(once(items.map(String)));
  // What is at work when the server suggests it is finished first: three events each, and the tasks between.
  for (const events of ran.events) expect(events).toBeLessThan(SUGGESTED_EVENTS + 8 * concurrency);
});
