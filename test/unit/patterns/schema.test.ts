import { describe, expect, it } from "vitest";

import type { JsonObject, JsonValue } from "../../../src/core/index.ts";
import { checkDocument, describeDocument } from "../../../src/patterns/schema/index.ts";
import { formatPath } from "../../../src/patterns/walk.ts";

function pattern(steps: JsonValue, head: JsonObject = {}): JsonObject {
  return { heddle: "v1", name: "p", version: "1.0.0", ...head, steps };
}

function problemsOf(document: JsonValue): readonly string[] {
  return checkDocument(document).problems.map(({ code, path }) => `${code} ${formatPath(path)}`);
}

function stepProblems(step: JsonValue): readonly string[] {
  return problemsOf(pattern({ a: step }));
}

const HANDLER = { command: ["true"] };

describe("a document", () => {
  it("passes with the least it needs", () => {
    expect(problemsOf(pattern({ a: { run: "true" } }))).toEqual([]);
  });

  it.each<[string, JsonValue]>([
    [
      "every kind",
      {
        a: { run: ["echo", 1, true], env: { A: "${{ input }}" }, with: {} },
        b: {
          http: {
            url: "https://x",
            method: "POST",
            headers: { a: "b" },
            body: {},
            expect: [200, "2xx", "300-310"],
          },
        },
        c: { agent: "${{ input.role }}", with: {}, handoff: true },
        d: { call: "mcp__s__t", with: {}, cache: { key: "${{ input }}", ttl: "1h" } },
        e: { pattern: "other@^1.2.0", with: {}, maxDepth: 3 },
        f: { wait: "${{ input.pause }}" },
        g: { wait: { until: "${{ input.at }}" } },
        h: { wait: 500 },
        i: {
          waitFor: {
            event: "order.*",
            match: "event.data.ok",
            timeout: "1h",
            onTimeout: "continue",
          },
        },
        j: {
          approval: {
            prompt: "ok?",
            approvers: ["ann"],
            timeout: "2d",
            default: "deny",
            remind: "1h",
          },
        },
        k: { set: { x: 1 } },
        l: { emit: { type: "a.${{ input.kind }}", data: 1, correlation: "c" } },
        m: {
          switch: {
            cases: [{ when: true, steps: { m1: { run: "x" } } }],
            default: { steps: { m2: { run: "x" } } },
          },
        },
        n: {
          loop: { while: "iteration < 3", max: 5, onMax: "continue", steps: { n1: { run: "x" } } },
        },
        o: { group: { interleaved: true, steps: { o1: { run: "x" } } } },
        p: { fail: { type: "Bad", message: "no", details: {} } },
        q: { stop: { output: 1 } },
      },
    ],
    [
      "every common field",
      {
        a: {
          run: "x",
          name: "A",
          description: "d",
          type: "t",
          needs: ["b"],
          join: { atLeast: "50%", deadline: "10m", cancelRest: true },
          if: "input.x",
          output: "${{ result }}",
          outputSchema: {},
          timeout: "1m",
          scheduleToClose: "1h",
          scheduleToStart: 1000,
          heartbeat: "5s",
          retry: { maximumAttempts: 2, backoff: "fixed", jitter: "full" },
          onError: "continue",
          fallback: { run: "y", timeout: "1s" },
          compensate: { run: "z", when: "succeeded" },
          cancels: "b",
          lock: "k",
          dispatch: "local",
          taskQueue: "q",
          metadata: {},
          on: { event: "a.*", match: true },
          foreach: {
            items: "${{ input }}",
            concurrency: 2,
            when: "item.ok",
            complete: { tolerate: { failures: "10%" } },
          },
          hooks: [{ name: "h", on: "step.before", handler: HANDLER }],
        },
        b: { run: "x", needs: "c", join: "noneFailed", on: "a.b" },
        c: { run: "x", foreach: { items: [1], complete: "any" } },
      },
    ],
  ])("passes with %s", (_what, steps) => {
    expect(problemsOf(pattern(steps))).toEqual([]);
  });

  it("passes with everything that may stand at the top", () => {
    const head = {
      type: "supervisor",
      description: "d",
      tags: ["t"],
      input: {},
      output: null,
      metadata: {},
      parameters: { n: { type: "integer" } },
      agents: {
        r: {
          handler: HANDLER,
          capabilities: ["c"],
          instances: { min: 0, max: 2 },
          taskQueue: "q",
          hooks: [],
          inputSchema: {},
          outputSchema: {},
          description: "d",
          metadata: {},
        },
      },
      coordination: {
        model: "hybrid",
        maxConcurrency: 2,
        timeout: "1h",
        failFast: false,
        maxJumps: 0,
      },
      defaults: { timeout: "1m", retry: {} },
      hooks: [
        { name: "h", on: ["run.failed"], handler: { vote: [HANDLER, HANDLER], threshold: 0.5 } },
      ],
      triggers: [{ event: "a.**", match: "event.data.ok", input: "${{ event.data }}" }],
    };

    expect(problemsOf(pattern({ a: { run: "x" } }, head))).toEqual([]);
  });

  it.each<[string, JsonValue, readonly string[]]>([
    ["no mapping", [1], ["wrong-type "]],
    ["missing keys", { heddle: "v1" }, ["missing-key ", "missing-key ", "missing-key "]],
    ["another language", pattern({}, { heddle: "v2" }), ["wrong-value heddle"]],
    ["a bad name", pattern({}, { name: "Not OK" }), ["wrong-value name"]],
    ["a number as version", pattern({}, { version: 1 }), ["wrong-type version"]],
    ["a bad version", pattern({}, { version: "v1.0.0" }), ["wrong-value version"]],
    ["a list of steps", pattern([]), ["wrong-value steps"]],
    ["an unknown type", pattern({}, { type: "supervisr" }), ["wrong-value type"]],
    ["an unknown key", pattern({}, { step: {} }), ["unknown-key step"]],
    [
      "a bad role",
      pattern({}, { agents: { r: { handler: {} }, "1": { handler: HANDLER } } }),
      ["wrong-value agents.1", "wrong-value agents.r.handler"],
    ],
    ["roles as a list", pattern({}, { agents: [] }), ["wrong-value agents"]],
    ["hooks as a mapping", pattern({}, { hooks: {} }), ["wrong-type hooks"]],
    [
      "a bad hook",
      pattern({}, { hooks: [{ name: "h", handler: HANDLER, on: "x", when: 1 }] }),
      ["unknown-key hooks[0].when"],
    ],
    [
      "a bad trigger",
      pattern({}, { triggers: [{ event: "a*b" }] }),
      ["wrong-value triggers[0].event"],
    ],
    ["a bad parameter", pattern({}, { parameters: { p: 1 } }), ["wrong-value parameters.p"]],
    [
      "no concurrency",
      pattern({}, { coordination: { maxConcurrency: 0 } }),
      ["wrong-value coordination.maxConcurrency"],
    ],
  ])("is refused with %s", (_what, document, expected) => {
    expect(problemsOf(document)).toEqual(expected);
  });

  it("reports every problem of every step at once, nested ones included", () => {
    const steps = {
      a: { run: 1, timout: "1m" },
      b: { group: { step: {}, steps: { c: { run: "x", timeout: "soon" } } } },
      d: { loop: { max: 0, steps: { e: { switch: { cases: [{ when: 1, steps: { f: {} } }] } } } } },
    };

    expect(problemsOf(pattern(steps)).toSorted()).toEqual(
      [
        "wrong-value steps.a.run",
        "unknown-key steps.a.timout",
        "unknown-key steps.b.group.step",
        "wrong-value steps.b.group.steps.c.timeout",
        "wrong-value steps.d.loop.max",
        "wrong-value steps.d.loop.steps.e.switch.cases[0].when",
        "no-kind steps.d.loop.steps.e.switch.cases[0].steps.f",
      ].toSorted(),
    );
  });
});

describe("a step", () => {
  it.each<[string, JsonValue, readonly string[]]>([
    ["that does nothing", { name: "a" }, ["no-kind steps.a"]],
    ["that does two things", { run: "x", wait: "1s" }, ["several-kinds steps.a.wait"]],
    ["that is text", "npm test", ["wrong-type steps.a"]],
    ["whose fallback does nothing", { run: "x", fallback: {} }, ["no-kind steps.a.fallback"]],
    [
      "with retries where nothing can be retried",
      { group: { steps: {} }, retry: {} },
      ["misplaced-key steps.a.retry"],
    ],
    [
      "with an input that its kind does not take",
      { wait: "1s", with: {} },
      ["misplaced-key steps.a.with"],
    ],
    ["with an environment but no command", { call: "f", env: {} }, ["misplaced-key steps.a.env"]],
    ["with an unreadable wait", { wait: "a while" }, ["wrong-value steps.a.wait"]],
    ["with a wait that says nothing", { wait: {} }, ["missing-key steps.a.wait"]],
    [
      "with an impossible status",
      { http: { url: "x", expect: "9xx" } },
      ["wrong-value steps.a.http.expect"],
    ],
    ["with a bad range", { pattern: "p@banana" }, ["wrong-value steps.a.pattern"]],
    ["with a bad event type", { emit: { type: "a..b" } }, ["wrong-value steps.a.emit.type"]],
    [
      "with a glob that cannot match",
      { waitFor: { event: "ord*" } },
      ["wrong-value steps.a.waitFor.event"],
    ],
    [
      "with two loop conditions",
      { loop: { while: "true", until: "true", max: 1, steps: {} } },
      ["wrong-value steps.a.loop.until"],
    ],
    ["with an endless loop", { loop: { while: "true", steps: {} } }, ["missing-key steps.a.loop"]],
    [
      "with a join of nothing",
      { run: "x", join: { atLeast: 0 } },
      ["wrong-value steps.a.join.atLeast"],
    ],
    [
      "with too large a share",
      { run: "x", join: { atLeast: "101%" } },
      ["wrong-value steps.a.join.atLeast"],
    ],
    [
      "with a share of nothing",
      { run: "x", join: { atLeast: "0%" } },
      ["wrong-value steps.a.join.atLeast"],
    ],
    [
      "with a completion by nothing",
      { run: "x", foreach: { items: [], complete: { atLeast: "0%" } } },
      ["wrong-value steps.a.foreach.complete.atLeast"],
    ],
    [
      "with a completion by nothing, with decimals",
      { run: "x", foreach: { items: [], complete: { atLeast: "0.000 %" } } },
      ["wrong-value steps.a.foreach.complete.atLeast"],
    ],
    ["with a misspelt join", { run: "x", join: "nonefailed" }, ["wrong-value steps.a.join"]],
    [
      "with an incomplete completion",
      { run: "x", foreach: { items: [], complete: {} } },
      ["wrong-value steps.a.foreach.complete"],
    ],
    [
      "with a tolerance and a deadline",
      { run: "x", foreach: { items: [], complete: { tolerate: { failures: 1 }, deadline: "1s" } } },
      ["wrong-value steps.a.foreach.complete"],
    ],
    ["with no items", { run: "x", foreach: {} }, ["missing-key steps.a.foreach"]],
    ["with no time", { run: "x", timeout: 0 }, ["wrong-value steps.a.timeout"]],
    ["with an empty command", { run: [] }, ["wrong-value steps.a.run"]],
    ["with a need that is no id", { run: "x", needs: ["a b"] }, ["wrong-value steps.a.needs[0]"]],
    ["with a need that is no text", { run: "x", needs: 5 }, ["wrong-value steps.a.needs"]],
    ["with no role", { agent: "a b" }, ["wrong-value steps.a.agent"]],
  ])("is refused %s", (_what, step, expected) => {
    expect(stepProblems(step)).toEqual(expected);
  });

  it.each(["__proto__", "constructor", "toString"])("cannot have the id %s", (id) => {
    const steps = JSON.parse(`{"${id}": {"run": "x"}}`) as JsonValue;

    expect(problemsOf(pattern(steps))).toEqual([`reserved-id steps.${id}`]);
  });

  it.each(["1a", "a b", "", "x".repeat(129), "é"])("cannot have the id %j", (id) => {
    expect(problemsOf(pattern({ [id]: { run: "x" } }))).toHaveLength(1);
  });
});

describe("what a problem says", () => {
  it.each<[JsonValue, string, string]>([
    [{ run: "x", timout: "1m" }, 'Unknown key "timout"', 'did you mean "timeout"?'],
    [
      { run: "x", retry: { maximumAttemps: 1 } },
      'Unknown key "maximumAttemps"',
      'did you mean "maximumAttempts"?',
    ],
    [
      { run: "x", join: "nonFailed" },
      'Expected "all", "noneFailed", "done", "any" or "anyFailed", got "nonFailed"',
      'did you mean "noneFailed"?',
    ],
    [{ run: "x", name: 5 }, "Expected a string, got 5", 'quote it: "5"'],
    [{ run: "x", foreach: [1] }, "Expected a mapping, got [1]", "change it"],
    [
      { run: { a: 1 } },
      'Expected a shell command or a list of arguments, got {"a":1}',
      "write a shell command or a list of arguments",
    ],
    [
      { run: "x", timeout: "5 apples" },
      'Expected a duration such as "30s" or "1h30m", got "5 apples"',
      "use the units ms, s, m, h, d and w",
    ],
  ])("quotes the value and says what to do: %j", (step, message, hint) => {
    const [problem] = checkDocument(pattern({ a: step })).problems;

    expect(problem).toMatchObject({ message, hint });
  });
});

describe("what is left of a document with problems", () => {
  it("is everything that passed, so that the other checks can go on", () => {
    const document = pattern(
      {
        good: { run: "x" },
        bad: { run: "x", wait: "1s", group: { steps: { inner: { run: "x" } } } },
        scope: { group: { steps: { fine: { run: "x" }, broken: {} } } },
      },
      {
        name: "Bad Name",
        description: "kept",
        agents: { r: { handler: 1 } },
        hooks: [{ name: "h" }, { name: "ok", on: "run.failed", handler: HANDLER }],
      },
    );

    const { document: rest, lost } = checkDocument(document);

    expect(rest).toEqual({
      heddle: "v1",
      version: "1.0.0",
      description: "kept",
      agents: { r: { handler: { function: "r" } } },
      hooks: [{ name: "ok", on: "run.failed", handler: HANDLER }],
      steps: { good: { run: "x" }, scope: { group: { steps: { fine: { run: "x" } } } } },
    });
    expect([...lost].toSorted()).toEqual(["bad", "broken", "inner"]);
  });

  it("is the document itself when there are none", () => {
    const document = pattern({ a: { run: "x" } });

    expect(checkDocument(document).document).toBe(document);
  });

  it("is nothing without steps", () => {
    expect(checkDocument({ heddle: "v1" }).document).toBeUndefined();
  });
});

describe("the JSON Schema for editors", () => {
  it("says of a key what it is where it stands, and nothing of others of its name", () => {
    expect(describeDocument()).toMatchObject({
      properties: {
        tags: { items: { type: "string", minLength: 1 } },
        type: { description: "What kind of coordination the pattern is." },
        coordination: {
          properties: { timeout: { description: "Longest time of the whole run." } },
        },
        defaults: {
          properties: {
            timeout: { description: "Longest time from start to close of one attempt." },
          },
        },
      },
      definitions: {
        step: {
          properties: { type: { description: "The task type, for the matchers of hooks." } },
        },
      },
    });
    const texts = JSON.stringify(describeDocument()).match(/"description":"[^"]*"/g) ?? [];
    expect(texts.filter((text) => text.includes("kind of coordination"))).toHaveLength(1);
    expect(texts.filter((text) => text.includes("whole run"))).toHaveLength(1);
  });
});
