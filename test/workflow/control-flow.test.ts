/** The control-flow patterns of docs/workflow-patterns.md, each example on a real server, asserted step by step. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readPattern, type Plan } from "../../src/patterns/index.ts";
import { finish, progressOf } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { traceOf } from "../support/trace.ts";
import { BASIC } from "./control-flow/basic.ts";
import type { ControlFlowCase } from "./control-flow/case.ts";
import { INSTANCES } from "./control-flow/instances.ts";
import { STATE } from "./control-flow/state.ts";
import { createWorld } from "./control-flow/world.ts";

const FOLDER = resolve(import.meta.dirname, "../../examples/control-flow");
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith(".yaml"));
const CASES = [...BASIC, ...INSTANCES, ...STATE];
const TITLED = CASES.map((each) => [`pattern ${each.number} ${each.says}`, each] as const);

let engine: Engine;

beforeAll(async () => {
  engine = await startEngine({ name: "control-flow" });
});
afterAll(() => engine.stop());

describe("control flow", () => {
  it.concurrent.each(TITLED)("%s", async (_title, expected) => {
    const handle = await engine.start(planOf(expected.number), expected.input ?? {});
    const [ran] = await Promise.all([
      finish(handle),
      expected.drive?.(createWorld(engine.client, handle.workflowId)),
    ]);
    const trace = traceOf((await progressOf(handle)).steps);

    expect(trace).toEqual(acceptable(expected, trace));
    expect(ran.status).toBe(expected.status ?? "succeeded");
    if (expected.output !== undefined) expect(ran.output).toEqual(expected.output);
    expect(await tracesOfChildren(handle.workflowId, expected)).toEqual(expected.children ?? {});
  });

  it("is tested for every example", () => {
    const tested = new Set(CASES.map(({ number }) => number));

    expect(FILES.map((file) => file.slice(0, 2))).toEqual([...tested].sort());
  });
});

function planOf(number: string): Plan {
  const file = FILES.find((each) => each.startsWith(`${number}-`)) ?? `${number}-*.yaml`;
  const { accepted, issues } = readPattern(readFileSync(join(FOLDER, file), "utf8"));
  if (accepted === undefined) throw new Error(`${file}: ${JSON.stringify(issues)}`);
  return accepted.plan;
}

function acceptable({ trace, or }: ControlFlowCase, actual: readonly string[]): readonly string[] {
  return or !== undefined && or[0] === actual[0] ? or : trace;
}

async function tracesOfChildren(
  workflowId: string,
  { children = {} }: ControlFlowCase,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const traces = Object.keys(children).map(async (suffix) => {
    const { steps } = await progressOf(engine.client.workflow.getHandle(workflowId + suffix));
    return [suffix, traceOf(steps)] as const;
  });
  return Object.fromEntries(await Promise.all(traces));
}
