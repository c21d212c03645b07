// A run that cannot begin must say why in one failure, and one that begins is pinned to what it found here.
import { existsSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { LoadedPlan, LoadPlanResult } from "../../../src/activities/contract.ts";
import type { JsonObject, JsonValue } from "../../../src/core/index.ts";
import type { Plan } from "../../../src/patterns/plan.ts";
import { sampleHook, samplePattern, samplePlan } from "../../support/registry-samples.ts";
import { freshFolder } from "../executors/fixtures.ts";
import { call, createBench, failureOf, type Bench } from "./fixtures.ts";

async function register(bench: Bench, version: string, more: Partial<Plan> = {}): Promise<void> {
  const pattern = samplePattern({ version, content: version });
  await bench.deps.registry.registerPattern({
    ...pattern,
    plan: samplePlan({ ...pattern.plan, ...more }),
  });
}

function load(
  { activities }: Bench,
  input: JsonValue = null,
  options: JsonValue = {},
  more: { readonly resumed?: boolean; readonly pattern?: string } = {},
): Promise<LoadPlanResult> {
  return call(
    activities,
    "loadPlan",
    { pattern: "sample", input, options, ...more },
    { workflowExecution: { workflowId: "orders/2026 #1", runId: "run-1" } },
  );
}

function whole(result: LoadPlanResult): LoadedPlan {
  if ("whole" in result) return result.whole;
  throw new Error("expected the whole plan");
}

const INPUT: JsonObject = {
  type: "object",
  required: ["name", "size"],
  additionalProperties: false,
  properties: {
    name: { type: "string" },
    size: { type: "integer", minimum: 1 },
    mode: { enum: ["fast", "safe"], default: "safe" },
  },
};

describe("the version of a run", () => {
  it("is the newest active one", async () => {
    const bench = await createBench();
    for (const version of ["1.0.0", "1.10.0", "1.9.0"]) await register(bench, version);

    expect(whole(await load(bench)).plan.version).toBe("1.10.0");
  });

  it("is the newest that fits the range it was started with", async () => {
    const bench = await createBench();
    for (const version of ["1.0.0", "1.2.0", "2.0.0"]) await register(bench, version);

    expect(whole(await load(bench, null, { version: "^1" })).facts.version).toBe("1.2.0");
  });

  it("stays the same for a run that continues, even when it was archived since", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0");
    await bench.deps.registry.setPatternStatus("sample", "1.0.0", "archived");

    const resumed = load(bench, null, { version: "1.0.0" }, { resumed: true });

    expect(whole(await resumed).plan.version).toBe("1.0.0");
    expect((await failureOf(load(bench, null, { version: "1.0.0" }))).type).toBe("PatternNotFound");
  });

  it("that nobody registered fails for good, with the name that was meant", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0");

    const failure = await failureOf(load(bench, null, {}, { pattern: "samples" }));

    expect(failure).toMatchObject({ type: "PatternNotFound", nonRetryable: true });
    expect(failure.message).toContain('Did you mean "sample"?');
  });

  it("that does not exist fails with the versions there are", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0");

    const failure = await failureOf(load(bench, null, { version: "^3" }));

    expect(failure.message).toContain('no version that fits "^3"');
    expect(failure.message).toContain("1.0.0 (active)");
  });
});

describe("the input of a run", () => {
  it("gets the schema's defaults", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0", { input: INPUT });

    const loaded = whole(await load(bench, { name: "a", size: 1 }));

    expect(loaded.input).toEqual({ name: "a", size: 1, mode: "safe" });
  });

  it("is not repeated when nothing was filled in", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0", { input: INPUT });

    const loaded = whole(await load(bench, { mode: "fast", size: 1, name: "a" }));

    expect(loaded).not.toHaveProperty("input");
  });

  it("is refused with all its problems at once", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0", { input: INPUT });

    const failure = await failureOf(load(bench, { size: 0, mode: "slow", extra: 1 }));

    expect(failure).toMatchObject({ type: "InputInvalid", nonRetryable: true });
    expect(failure.details).toEqual([
      expect.arrayContaining([
        { path: "", message: "must have required property 'name'" },
        { path: "", message: 'has the unknown property "extra"' },
        { path: "size", message: "must be >= 1" },
        { path: "mode", message: 'must be one of ["fast","safe"]' },
      ]),
      { attempt: 1 },
    ]);
  });

  it.each<[string, JsonObject]>([
    ["is no schema", { type: "nonsense" }],
    ["refers to what is not there", { $ref: "https://nowhere.invalid/schema" }],
    ["is asynchronous", { $async: true }],
    ["has a broken regular expression", { type: "string", pattern: "(" }],
  ])("is refused with the reason when the schema %s", async (_, schema) => {
    const bench = await createBench();
    await register(bench, "1.0.0", { input: schema });

    expect((await failureOf(load(bench, "x"))).type).toBe("InputInvalid");
  });

  it("cannot make a pattern of the schema run for ever", async () => {
    const bench = await createBench();
    const schema: JsonObject = { type: "string", pattern: "^(a+)+$" };
    await register(bench, "1.0.0", { input: schema });

    const failure = await failureOf(load(bench, `${"a".repeat(200)}!`));

    expect(failure.type).toBe("InputInvalid");
    expect(failure.message).toContain("must match pattern");
  });

  it("may meet a pattern that looks ahead", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0", { input: { type: "string", pattern: "^(?!b).$" } });

    expect(whole(await load(bench, "a")).plan.name).toBe("sample");
    expect((await failureOf(load(bench, "b"))).type).toBe("InputInvalid");
  });

  it("is checked by draft-07 where the schema says so", async () => {
    const bench = await createBench();
    const schema: JsonObject = {
      $schema: "http://json-schema.org/draft-07/schema#",
      items: [{ type: "string" }],
    };
    await register(bench, "1.0.0", { input: schema });

    expect((await failureOf(load(bench, [1]))).details).toEqual([
      [{ path: "0", message: "must be string" }],
      { attempt: 1 },
    ]);
  });
});

describe("the options of a run", () => {
  it("are refused with all their problems at once", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0");

    const failure = await failureOf(load(bench, null, { version: "latest", labels: "x", o: 1 }));

    expect(failure).toMatchObject({ type: "OptionsInvalid", nonRetryable: true });
    for (const name of ["version", "labels", '"o"']) expect(failure.message).toContain(name);
  });

  it("may be absent", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0");

    expect(whole(await load(bench, null, null)).options).toEqual({});
  });

  it("may bring hooks, which are refused with their place when they are wrong", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0");

    const failure = await failureOf(
      load(bench, null, { hooks: [{ name: "h", on: "no.such", handler: { command: "true" } }] }),
    );

    expect(failure.type).toBe("OptionsInvalid");
    expect(failure.message).toContain("hooks[0].on");
  });
});

describe("the hooks of a run", () => {
  it("are those of everybody, of the pattern and of the run, in this order; disabled ones are left out", async () => {
    const bench = await createBench();
    const on = "run.before";
    await bench.deps.registry.addHook(sampleHook({ name: "global", on }));
    await bench.deps.registry.addHook(sampleHook({ name: "off", on, enabled: false }));
    await register(bench, "1.0.0", { hooks: [sampleHook({ name: "own", on })] });
    const given = { name: "mine", on, priority: 100, handler: { command: "true" } };

    const { hooks } = whole(await load(bench, null, { hooks: [given] }));

    expect(hooks.run[on]?.map((number) => hooks.hooks[number]?.name)).toEqual([
      "global",
      "own",
      "mine",
    ]);
  });

  it("A11: no hook at all gives an empty table", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0");

    expect(whole(await load(bench)).hooks).toEqual({ format: 4, hooks: [], run: {}, steps: {} });
  });
});

describe("the folders of a run", () => {
  it("are made for it, under a name that no other workflow id can take", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0");

    const { facts } = whole(await load(bench));

    expect(facts.workspace).toMatch(/runs\/orders_2026__1-[0-9a-f]{12}\/run-1$/);
    expect(facts.outputDir.startsWith(facts.workspace)).toBe(true);
    expect(existsSync(facts.outputDir)).toBe(true);
  });

  it("are the given one and a folder inside it", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0");
    const workspace = freshFolder();

    const { facts } = whole(await load(bench, null, { workspace }));

    expect(facts.workspace).toBe(workspace);
    expect(facts.outputDir.startsWith(join(workspace, ".heddle"))).toBe(true);
  });

  it.each(["relative/path", "/no/such/folder"])("cannot be %s", async (workspace) => {
    const bench = await createBench();
    await register(bench, "1.0.0");

    const failure = await failureOf(load(bench, null, { workspace }));

    expect(failure.type).toBe("OptionsInvalid");
    expect(failure.message).toContain(JSON.stringify(workspace));
  });
});

describe("a plan above 1 MiB", () => {
  it("is loaded in parts that make the same plan again", async () => {
    const bench = await createBench();
    await register(bench, "1.0.0", { description: `"€😀`.repeat(200_000) });

    const result = await load(bench);
    if ("whole" in result) throw new Error("expected parts");
    const parts: string[] = [];
    for (let part = 0; part < result.parts; part += 1)
      parts.push(await call(bench.activities, "loadValue", { digest: result.digest, part }));
    const behind = await call(bench.activities, "loadValue", {
      digest: result.digest,
      part: result.parts,
    });

    const { plan } = JSON.parse(parts.join("")) as LoadedPlan;
    expect(plan.description).toBe(`"€😀`.repeat(200_000));
    expect(Math.max(...parts.map((part) => JSON.stringify(part).length))).toBeLessThan(1_000_000);
    expect(behind).toBe("");
  });
});

describe("the task queues of a plan", () => {
  it("are told when a run of it starts, nested steps included", async () => {
    const told: (readonly string[])[] = [];
    const bench = await createBench({ onTaskQueues: (taskQueues) => told.push(taskQueues) });
    const step = (id: string, taskQueue: string, body: Plan["steps"][number]["body"]) =>
      ({
        id,
        order: 0,
        tool: "x",
        needs: [],
        join: "all",
        policy: 0,
        onError: "fail",
        dispatch: "activity",
        taskQueue,
        body,
      }) as const;
    const leaf = { kind: "set", values: { lit: {} } } as const;
    await register(bench, "1.0.0", {
      roles: {
        r: {
          id: "r",
          handler: { command: "x" },
          capabilities: [],
          instances: { min: 1 },
          taskQueue: "q1",
        },
      },
      steps: [
        step("a", "q2", {
          kind: "group",
          interleaved: false,
          scope: { steps: [step("b", "q3", leaf)] },
        }),
        step("c", "q2", {
          kind: "switch",
          cases: [],
          default: { steps: [step("d", "q4", leaf)] },
        }),
      ],
    });

    await load(bench);

    expect(told).toEqual([["q1", "q2", "q3", "q4"]]);
  });
});
