import { describe, expect, it } from "vitest";

import type { JsonObject, JsonValue } from "../../../src/core/index.ts";
import { readPattern, type Plan, type PlanStep } from "../../../src/patterns/index.ts";

function compile(steps: JsonValue, head: JsonObject = {}): Plan {
  const document = { heddle: "v1", name: "p", version: "1.0.0", ...head, steps };
  const { accepted, issues } = readPattern(document);
  if (accepted === undefined) throw new Error(JSON.stringify(issues, null, 1));
  return accepted.plan;
}

function stepOf(step: JsonObject, head: JsonObject = {}): PlanStep {
  const plan = compile({ a: step, b: { run: "true" } }, head);
  const found = plan.steps.find(({ id }) => id === "a");
  if (found === undefined) throw new Error("no step a");
  return found;
}

function order(plan: Plan): readonly string[] {
  return plan.steps.map(({ id }) => id);
}

const COMMAND = { command: ["true"] };

describe("a plan", () => {
  it("has every default settled", () => {
    const plan = compile({ a: { run: "true" } });

    expect(plan).toEqual({
      format: 1,
      revision: 3,
      name: "p",
      version: "1.0.0",
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      type: "custom",
      model: "graph_based",
      maxConcurrency: 500,
      failFast: true,
      maxJumps: 16,
      policies: [
        {
          startToCloseMs: 300_000,
          scheduleToStartMs: 3_600_000,
          heartbeatMs: 10_000,
          retry: {
            maximumAttempts: 3,
            initialIntervalMs: 1000,
            backoffCoefficient: 2,
            maximumIntervalMs: 100_000,
          },
        },
      ],
      roles: {},
      steps: [
        {
          id: "a",
          order: 0,
          tool: "Bash",
          needs: [],
          join: "all",
          body: { kind: "run", command: { shell: "true" } },
          policy: 0,
          onError: "fail",
          dispatch: "activity",
        },
      ],
      hooks: [],
    });
  });

  it("is plain JSON", () => {
    const plan = compile(
      {
        a: { run: ["x"], fallback: { run: "y" } },
        b: { switch: { cases: [{ when: true, steps: { c: { run: "x" } } }] } },
      },
      { agents: { r: { handler: COMMAND, hooks: [] } }, type: "custom", description: "d" },
    );

    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it("takes what the document says instead of the defaults", () => {
    const plan = compile(
      { a: { agent: "r" } },
      {
        type: "handoff",
        coordination: {
          model: "hybrid",
          maxConcurrency: 7,
          timeout: "1h",
          failFast: false,
          maxJumps: 3,
        },
        agents: {
          r: {
            handler: { parallel: [COMMAND], timeout: "1s" },
            capabilities: ["c"],
            instances: { max: 3 },
            taskQueue: "q",
          },
        },
        output: "${{ steps.a.output }}",
        input: { type: "object" },
        triggers: [{ event: "a.*", match: "event.data.ok", input: "${{ event.data }}" }],
      },
    );

    expect(plan).toMatchObject({
      type: "handoff",
      model: "hybrid",
      maxConcurrency: 7,
      timeoutMs: 3_600_000,
      failFast: false,
      maxJumps: 3,
      input: { type: "object" },
      output: { expr: "steps.a.output", steps: ["a"] },
      triggers: [{ event: "a.*", match: { expr: "event.data.ok" }, input: { expr: "event.data" } }],
      roles: {
        r: {
          id: "r",
          handler: { parallel: [COMMAND], timeoutMs: 1000 },
          capabilities: ["c"],
          instances: { min: 1, max: 3 },
          taskQueue: "q",
        },
      },
    });
  });
});

describe("the order of steps", () => {
  it("follows needs and references, ties as declared", () => {
    const plan = compile({
      last: { call: "f", with: "${{ steps.mid.output }}" },
      mid: { run: "x", needs: "first" },
      other: { run: "x" },
      first: { run: "x" },
    });

    expect(order(plan)).toEqual(["other", "first", "mid", "last"]);
    expect(plan.steps.map((step) => step.order)).toEqual([2, 3, 1, 0]);
  });

  it("names each need once, however often it is needed and read", () => {
    const plan = compile({
      a: { run: "x" },
      b: {
        run: "echo ${{ steps.a.output }}",
        needs: ["a"],
        if: "steps.a.output != null",
        with: "${{ steps.a.status }}",
      },
    });

    expect(plan.steps[1]?.needs).toEqual(["a"]);
  });

  it("gives the edge of a nested reference to the step of the enclosing scope", () => {
    const plan = compile({
      outer: {
        group: {
          steps: { inner: { group: { steps: { deep: { run: "echo ${{ steps.a.output }}" } } } } },
        },
      },
      a: { run: "x" },
    });

    expect(order(plan)).toEqual(["a", "outer"]);
    expect(plan.steps[1]?.needs).toEqual(["a"]);
    const group = plan.steps[1]?.body;
    expect(group?.kind === "group" && group.scope.steps[0]?.needs).toEqual([]);
  });

  it("does not overflow on a chain of 20,000 steps", () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `s${index}`);
    const steps = Object.fromEntries(
      ids.map((id, index) => [
        id,
        { run: ["x"], ...(index > 0 ? { needs: [`s${index - 1}`] } : {}) },
      ]),
    );

    expect(order(compile(steps))).toEqual(ids);
  });

  it("does not overflow on scopes in scopes", () => {
    let steps: JsonObject = { s0: { run: "x" } };
    for (let level = 1; level < 60; level += 1) steps = { [`s${level}`]: { group: { steps } } };

    expect(compile(steps).steps).toHaveLength(1);
  });
});

describe("policies", () => {
  it("are shared by the steps that have the same one", () => {
    const plan = compile({
      a: { run: "x" },
      b: { run: "x", timeout: "1m", retry: { maximumAttempts: 1 } },
      c: { run: "x", retry: { maximumAttempts: 1 }, timeout: 60_000 },
      d: { run: "x", timeout: "5m" },
    });

    expect(plan.steps.map(({ policy }) => policy)).toEqual([0, 1, 1, 0]);
    expect(plan.policies).toHaveLength(2);
  });

  it("fill what a step leaves out from the pattern's defaults", () => {
    const plan = compile(
      {
        a: {
          run: "x",
          retry: { initialInterval: "5m", backoff: "fibonacci", jitter: "full" },
          scheduleToClose: "1h",
        },
      },
      {
        defaults: {
          timeout: "7s",
          heartbeat: "2s",
          scheduleToStart: "1m",
          retry: { maximumAttempts: 9 },
        },
      },
    );

    expect(plan.policies[1]).toEqual({
      startToCloseMs: 7000,
      scheduleToStartMs: 60_000,
      heartbeatMs: 2000,
      scheduleToCloseMs: 3_600_000,
      retry: {
        maximumAttempts: 9,
        initialIntervalMs: 300_000,
        backoffCoefficient: 2,
        // Temporal wants the longest pause to be no shorter than the first.
        maximumIntervalMs: 300_000,
        backoff: "fibonacci",
        jitter: "full",
      },
    });
  });
});

describe("bodies", () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      "argv",
      { run: ["echo", 1, "${{ input.x }}"], with: { a: "${{ input }}" }, env: { K: "v" } },
      {
        kind: "run",
        command: { argv: [{ lit: "echo" }, { lit: "1" }, { expr: "input.x" }] },
        with: { map: { a: { expr: "input" } } },
        env: { K: { lit: "v" } },
      },
    ],
    [
      "a command that an expression decides",
      { run: "${{ input.command }}" },
      { kind: "run", command: { dynamic: { expr: "input.command" } } },
    ],
    [
      "a shell command with values",
      { run: "echo ${{ input.x }}", env: { A: "b" } },
      {
        kind: "run",
        command: { shell: 'echo "${HEDDLE_VALUE_0}"' },
        env: { A: { lit: "b" }, HEDDLE_VALUE_0: { expr: "input.x" } },
      },
    ],
    [
      "http",
      {
        http: {
          url: "https://x/${{ input.id }}",
          method: "POST",
          headers: { A: "b" },
          body: { x: 1 },
          expect: [200, "4xx", "500-502"],
        },
      },
      {
        kind: "http",
        request: {
          map: {
            method: { lit: "POST" },
            url: { concat: [{ lit: "https://x/" }, { expr: "input.id" }] },
            headers: { lit: { A: "b" } },
            body: { lit: { x: 1 } },
          },
        },
        expect: [
          { from: 200, to: 200 },
          { from: 400, to: 499 },
          { from: 500, to: 502 },
        ],
      },
    ],
    ["call", { call: "f" }, { kind: "call", function: "f", with: { lit: {} } }],
    [
      "pattern",
      { pattern: "p2@^1", with: { a: 1 }, maxDepth: 2 },
      { kind: "pattern", pattern: "p2@^1", with: { lit: { a: 1 } }, maxDepth: 2 },
    ],
    ["wait", { wait: "10m" }, { kind: "wait", for: { lit: "10m" }, until: false }],
    [
      "wait until",
      { wait: { until: "${{ input.at }}" } },
      { kind: "wait", for: { expr: "input.at" }, until: true },
    ],
    [
      "waitFor",
      { waitFor: { event: "a.*", match: "event.data.x == 1", timeout: "1m" } },
      {
        kind: "waitFor",
        event: "a.*",
        match: { expr: "event.data.x == 1" },
        timeoutMs: 60_000,
        onTimeout: "fail",
      },
    ],
    [
      "approval",
      {
        approval: {
          prompt: "ok ${{ input.x }}?",
          approvers: ["a"],
          timeout: "1m",
          default: "deny",
          remind: "10s",
        },
      },
      {
        kind: "approval",
        prompt: { concat: [{ lit: "ok " }, { expr: "input.x" }, { lit: "?" }] },
        approvers: ["a"],
        timeoutMs: 60_000,
        default: "deny",
        remindMs: 10_000,
      },
    ],
    [
      "set",
      { set: { x: "${{ input.x }}", y: 1 } },
      { kind: "set", values: { map: { x: { expr: "input.x" }, y: { lit: 1 } } } },
    ],
    [
      "emit",
      { emit: { type: "a.b", data: "${{ input }}", correlation: "c" } },
      {
        kind: "emit",
        event: {
          map: { type: { lit: "a.b" }, data: { expr: "input" }, correlation: { lit: "c" } },
        },
      },
    ],
    [
      "fail",
      { fail: { type: "Bad", message: "no ${{ input.x }}", details: 1 } },
      {
        kind: "fail",
        type: "Bad",
        message: { concat: [{ lit: "no " }, { expr: "input.x" }] },
        details: { lit: 1 },
      },
    ],
    ["stop", { stop: { output: "${{ input }}" } }, { kind: "stop", output: { expr: "input" } }],
    ["stop without output", { stop: {} }, { kind: "stop" }],
  ])("are compiled: %s", (_what, step, body) => {
    expect(stepOf(step).body).toEqual(body);
  });

  it("hold their nested steps", () => {
    const plan = compile({
      s: {
        switch: {
          cases: [
            { when: "input.x", steps: { s1: { run: "1" } } },
            { when: "${{ input.y }}", steps: { s2: { run: "2" } } },
          ],
          default: { steps: { s3: { run: "3" } } },
        },
      },
      l: { loop: { until: "iteration >= 2", max: 5, steps: { l1: { run: "x" } } } },
      g: { group: { interleaved: true, steps: { g1: { run: "x" }, g2: { run: "x" } } } },
    });
    const [choice, loop, group] = plan.steps.map(({ body }) => body);
    const nested = [{ id: "s1" }, { id: "s2" }, { id: "s3" }];

    expect(choice).toMatchObject({
      kind: "switch",
      cases: [
        { when: { expr: "input.x" }, scope: { steps: [nested[0]] } },
        { when: { expr: "input.y" }, scope: { steps: [nested[1]] } },
      ],
      default: { steps: [nested[2]] },
    });
    expect(loop).toMatchObject({
      kind: "loop",
      until: { expr: "iteration >= 2" },
      max: 5,
      onMax: "fail",
      scope: { steps: [{ id: "l1" }] },
    });
    expect(group).toMatchObject({
      kind: "group",
      interleaved: true,
      scope: { steps: [{ id: "g1" }, { id: "g2" }] },
    });
  });

  it.each<[JsonObject, string]>([
    [{ run: "x" }, "Bash"],
    [{ http: { url: "https://x" } }, "WebFetch"],
    [{ agent: "r" }, "Agent"],
    [{ call: "mcp__memory__read" }, "mcp__memory__read"],
    [{ call: "f" }, "call"],
    [{ wait: "1s" }, "wait"],
  ])("have the tool name that Claude Code's matchers know: %j", (step, tool) => {
    expect(stepOf(step, { agents: { r: { handler: COMMAND } } }).tool).toBe(tool);
  });
});

describe("what a step may carry", () => {
  it("is settled", () => {
    const step = stepOf(
      {
        run: "x",
        name: "A",
        type: "t",
        if: true,
        output: "${{ result.json }}",
        outputSchema: { type: "object" },
        join: { atLeast: "50%", deadline: "10m", cancelRest: true },
        needs: ["b"],
        onError: "continue",
        cancels: "b",
        lock: "k-${{ input.x }}",
        cache: { key: "${{ input }}", ttl: "1h" },
        dispatch: "local",
        taskQueue: "q",
        metadata: { m: 1 },
        on: { event: "a.*", match: "event.data.ok", max: 2, for: "1h", concurrency: 1 },
        foreach: {
          items: "${{ input.list }}",
          concurrency: 3,
          when: "item.ok",
          complete: { atLeast: 2, deadline: "1s" },
        },
        fallback: { call: "f", timeout: "1s", output: "${{ output.x }}" },
        compensate: { run: "undo", taskQueue: "undo" },
      },
      { coordination: { model: "hybrid" } },
    );

    expect(step).toMatchObject({
      name: "A",
      type: "t",
      if: { lit: true },
      output: { expr: "result.json" },
      outputSchema: { type: "object" },
      join: { atLeast: { percent: 50 }, deadlineMs: 600_000, cancelRest: true },
      needs: ["b"],
      onError: "continue",
      cancels: ["b"],
      lock: { concat: [{ lit: "k-" }, { expr: "input.x" }] },
      cache: { key: { expr: "input" }, ttlMs: 3_600_000 },
      dispatch: "local",
      taskQueue: "q",
      metadata: { m: 1 },
      reacts: {
        event: "a.*",
        match: { expr: "event.data.ok" },
        max: 2,
        forMs: 3_600_000,
        concurrency: 1,
      },
      foreach: {
        items: { expr: "input.list" },
        concurrency: 3,
        when: { expr: "item.ok" },
        complete: { atLeast: 2, deadlineMs: 1000 },
      },
      fallback: { body: { kind: "call" }, output: { expr: "output.x" }, tool: "call" },
      compensate: { body: { kind: "run" }, taskQueue: "undo", when: "started" },
    });
  });

  it.each<[JsonValue, JsonObject]>([
    ["any", { complete: "any" }],
    [{ tolerate: { failures: "10%" } }, { tolerate: { failures: { percent: 10 } } }],
    [{ tolerate: { failures: 0 } }, { tolerate: { failures: 0 } }],
    [
      { atLeast: "50 %", cancelRest: true },
      { complete: { atLeast: { percent: 50 }, cancelRest: true } },
    ],
  ])("says when a foreach is complete: %j", (complete, expected) => {
    const { foreach } = stepOf({ run: "x", foreach: { items: [1], complete } });

    expect(foreach).toEqual({ items: { lit: [1] }, ...expected });
  });

  it("takes conditions as booleans, as ${{ }} and as bare CEL", () => {
    expect(stepOf({ run: "x", if: false }).if).toEqual({ lit: false });
    expect(stepOf({ run: "x", if: "${{ input.x == '}}' }}" }).if).toEqual({
      expr: "input.x == '}}'",
    });
    expect(stepOf({ run: "x", if: " input.x " }).if).toEqual({ expr: "input.x" });
    expect(stepOf({ run: "x", foreach: { items: [], when: true } }).foreach?.when).toEqual({
      expr: "true",
    });
  });

  it("gives scopes and waits a time limit of their own", () => {
    expect(stepOf({ group: { steps: { c: { run: "x" } } }, timeout: "1m" }).timeoutMs).toBe(60_000);
    expect(stepOf({ run: "x", timeout: "1m" }).timeoutMs).toBeUndefined();
  });
});

describe("hooks", () => {
  it("come in merge order: pattern, role, step; those of roles and steps bound to them", () => {
    const hook = (name: string): JsonObject => ({ name, on: "step.before", handler: COMMAND });
    const plan = compile(
      { a: { agent: "r", hooks: [hook("h-step")] } },
      { hooks: [hook("h-pattern")], agents: { r: { handler: COMMAND, hooks: [hook("h-role")] } } },
    );

    expect(plan.hooks).toMatchObject([
      { name: "h-pattern", source: "pattern" },
      { name: "h-role", source: "role:r", implied: { role: "r" } },
      { name: "h-step", source: "step:a", implied: { step: "a" } },
    ]);
  });

  it("have their defaults settled and their conditions parsed", () => {
    const plan = compile(
      { a: { run: "x" } },
      {
        hooks: [{ name: "h", on: "pre_command", if: "event.step.id == 'a'", handler: COMMAND }],
      },
    );

    expect(plan.hooks[0]).toMatchObject({
      on: "step.before",
      alias: "pre_command",
      priority: 100,
      mode: "sync",
      timeoutMs: 30_000,
      onError: "open",
      if: { expr: "event.step.id == 'a'" },
    });
  });
});
