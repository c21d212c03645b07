import { describe, expect, it } from "vitest";

import { readPattern, type Known } from "../../../../src/patterns/index.ts";

interface Case {
  readonly title: string;
  readonly steps: object;
  readonly rest?: object;
  readonly known?: Known;
  /** `code path` of every issue; the path is left out where it does not matter. */
  readonly finds: readonly string[];
}

function findingsOf({ steps, rest = {}, known = {} }: Case): readonly string[] {
  const document = { heddle: "v1", name: "test", version: "1.0.0", ...rest, steps };
  return readPattern(document, { known }).issues.map(({ code, path }) => `${code} ${path}`);
}

const FAIL = { fail: { type: "No", message: "no" } };
const agents = (inputSchema: object): object => ({
  agents: { r: { handler: { function: "f" }, inputSchema } },
});
const hook = (rest: object): object => ({
  hooks: [{ name: "h", on: "step.before", handler: { function: "f" }, ...rest }],
});
const input = (properties: object, rest: object = {}): object => ({
  input: { type: "object", properties, ...rest },
});

const JOINS: readonly Case[] = [
  {
    title: "a join of any with one need that always fails can be met by the other",
    steps: { a: FAIL, b: { run: "x" }, c: { run: "y", needs: ["a", "b"], join: "any" } },
    finds: [],
  },
  {
    title: "a join of any whose needs all fail can never be met",
    steps: { a: FAIL, b: FAIL, c: { run: "y", needs: ["a", "b"], join: "any" } },
    finds: ["join-impossible steps.c.join"],
  },
  {
    title: "a share of successes that the steps which can succeed do not reach can never be met",
    steps: {
      a: FAIL,
      b: { run: "x" },
      c: { run: "y", needs: ["a", "b"], join: { atLeast: "100%" } },
    },
    finds: ["join-impossible steps.c.join"],
  },
  {
    title: "noneFailed after a step that always fails can never be met",
    steps: {
      a: { ...FAIL, onError: "continue" },
      c: { run: "y", needs: ["a"], join: "noneFailed" },
    },
    finds: ["join-impossible steps.c.join"],
  },
  {
    title: "a failure can be waited for where it does not end the run",
    steps: {
      a: { run: "x", onError: "continue" },
      b: { run: "y", needs: ["a"], join: "anyFailed" },
    },
    finds: [],
  },
  {
    title: "a failure can be waited for where the run does not fail fast",
    rest: { coordination: { failFast: false } },
    steps: { a: { run: "x" }, b: { run: "y", needs: ["a"], join: "anyFailed" } },
    finds: [],
  },
  {
    title: "the failure of a step that stops the run never comes",
    steps: { a: { stop: {} }, b: { run: "y", needs: ["a"], join: "anyFailed" } },
    finds: ["join-impossible steps.b.join"],
  },
  {
    title: "a fail step with a fallback can succeed",
    steps: { a: { ...FAIL, fallback: { run: "x" } }, b: { run: "y", needs: ["a"] } },
    finds: [],
  },
  {
    title: "equality with two different values excludes, whichever side the value is on",
    steps: {
      a: { run: "x", if: 'input.mode == "fast"' },
      b: { run: "x", if: '"slow" == input.mode' },
      c: { run: "y", needs: ["a", "b"] },
    },
    finds: ["join-impossible steps.c.needs"],
  },
  {
    title: "equality with one value does not exclude itself, however it is written",
    steps: {
      a: { run: "x", if: "input.n == 1" },
      b: { run: "x", if: "${{ input.n == 1.0 }}" },
      c: { run: "y", needs: ["a", "b"] },
    },
    finds: [],
  },
  {
    title: "inequality is the opposite of equality, through steps in between",
    steps: {
      a: { run: "x", if: "input.n == input.m" },
      a2: { run: "x", needs: ["a"] },
      b: { run: "x", if: "input.n != input.m" },
      c: { run: "y", needs: ["a2", "b"] },
      d: { run: "z", needs: ["c"] },
    },
    finds: ["join-impossible steps.c.needs", "unreachable-step steps.d"],
  },
  {
    title: "two negations are none",
    steps: {
      a: { run: "x", if: "!(!(input.a))" },
      b: { run: "x", if: "!input.a" },
      c: { run: "y", with: "${{ [steps.a.output, steps.b.output] }}" },
    },
    finds: ["join-impossible steps.c.join"],
  },
  {
    title: "what may change while the run goes on excludes nothing",
    steps: {
      a: { run: "x", if: "state.ready" },
      b: { run: "x", if: "!state.ready" },
      c: { run: "y", needs: ["a", "b"] },
    },
    finds: [],
  },
  {
    title: "more successes than items of a list are too many",
    steps: { a: { run: "x", foreach: { items: [1, 2], complete: { atLeast: 3 } } } },
    finds: ["at-least-too-large steps.a.foreach.complete.atLeast"],
  },
  {
    title: "successes of no needs are too many",
    steps: { a: { run: "x", join: { atLeast: 1 } } },
    finds: ["at-least-too-large steps.a.join.atLeast"],
  },
  {
    title: "one success of one item and of one need is fine, two are not",
    steps: {
      a: { run: "x", foreach: { items: [1], complete: { atLeast: 1 } } },
      b: { run: "x", needs: "a", join: { atLeast: 2 } },
    },
    finds: ["at-least-too-large steps.b.join.atLeast"],
  },
  {
    title: "a join whose need is misspelt is told once",
    steps: { a: { run: "x", needs: ["gone"], join: "done" } },
    finds: ["unknown-step steps.a.needs[0]"],
  },
];

const REACH: readonly Case[] = [
  {
    title: "constants are computed through and, or and not",
    steps: {
      a: { run: "x", if: "false && input.a" },
      b: { run: "x", if: "true || input.a" },
      c: { run: "x", if: "!(true && true)" },
      d: { run: "x", if: "input.a && input.b" },
      e: { run: "x", if: "!input.a" },
    },
    finds: ["unreachable-step steps.a.if", "unreachable-step steps.c.if"],
  },
  {
    title: "what needs a disabled step never runs, unless its join says done",
    steps: {
      a: { run: "x", if: false },
      b: { run: "x", needs: ["a"] },
      c: { run: "x", needs: ["a"], join: "done" },
    },
    finds: ["unreachable-step steps.a.if", "unreachable-step steps.b"],
  },
  {
    title: "nothing comes after a stop that certainly happens, whatever the join",
    steps: { a: { stop: {} }, b: { run: "x", needs: ["a"], join: "done" } },
    finds: ["unreachable-step steps.b"],
  },
  {
    title: "after a stop that is skipped, an all join skips as well",
    steps: { a: { stop: {}, if: "input.a" }, b: { run: "x", needs: ["a"] } },
    finds: ["unreachable-step steps.b"],
  },
  {
    title: "a case that never holds, a default behind one that does, a loop that never begins",
    steps: {
      s: {
        switch: {
          cases: [
            { when: false, steps: { a: { run: "x" } } },
            { when: "true", steps: { b: { run: "x" } } },
          ],
          default: { steps: { c: { run: "x" } } },
        },
      },
      l: { loop: { while: "false", max: 3, steps: { d: { run: "x" } } } },
    },
    finds: [
      "unreachable-step steps.s.switch.cases[0]",
      "unreachable-step steps.s.switch.default",
      "unreachable-step steps.l.loop.while",
    ],
  },
  {
    title: "a compensation of a step that never runs, of a stop and of a fail never runs",
    steps: {
      a: { run: "x", if: false, compensate: { run: "y" } },
      b: { ...FAIL, if: "input.b", compensate: { run: "y", when: "succeeded" } },
      c: { stop: {}, if: "input.c", compensate: { run: "y" } },
      d: { run: "x" },
    },
    finds: [
      "unreachable-step steps.a.if",
      "compensation-unreachable steps.a.compensate",
      "compensation-unreachable steps.b.compensate",
      "compensation-unreachable steps.c.compensate",
    ],
  },
  {
    title:
      "a compensation of the last step can run where an output, a hook or an impatient join is left",
    rest: { output: "${{ steps.a.output.stdout }}" },
    steps: { a: { run: "x", compensate: { run: "y", when: "succeeded" } } },
    finds: [],
  },
  {
    title: "a compensation of the last step can run where others may still be running",
    steps: {
      a: { run: "x" },
      b: { run: "x" },
      c: { run: "x", needs: ["a", "b"], join: "any", compensate: { run: "y", when: "succeeded" } },
    },
    finds: [],
  },
  {
    title: "cancelling oneself, a step of another scope and a step that waits changes nothing",
    steps: {
      a: { run: "x", cancels: "a" },
      b: { run: "x", cancels: ["inner", "c", "gone"] },
      c: { run: "x", needs: ["b"] },
      g: { group: { steps: { inner: { run: "x" } } } },
    },
    finds: [
      "unknown-step steps.b.cancels[2]",
      "useless-cancel steps.a.cancels",
      "useless-cancel steps.b.cancels[0]",
      "useless-cancel steps.b.cancels[1]",
    ],
  },
];

const READS: readonly Case[] = [
  {
    title: "a nested step reads what the scope around it may run without",
    steps: {
      a: { run: "x", onError: "continue" },
      g: { group: { steps: { n: { run: "echo ${{ steps.a.output.stdout }}" } } }, join: "done" },
    },
    finds: ["maybe-unset steps.g.group.steps.n.run"],
  },
  {
    title: "a condition around guards everything in it",
    steps: {
      a: { run: "x", onError: "continue" },
      g: {
        if: 'steps.a.status == "succeeded"',
        group: { steps: { n: { run: "echo ${{ steps.a.output.stdout }}" } } },
        join: "done",
      },
    },
    finds: [],
  },
  {
    title: "a partial join may begin before the need it reads is over",
    steps: {
      a: { run: "x" },
      b: { run: "x" },
      c: { run: "${{ steps.a.output.stdout }}", needs: ["b"], join: { atLeast: 1 } },
    },
    finds: ["maybe-unset steps.c.run"],
  },
  {
    title: "noneFailed cannot skip what has no condition",
    steps: { a: { run: "x" }, b: { run: "echo ${{ steps.a.output.stdout }}", join: "noneFailed" } },
    finds: [],
  },
  {
    title: "the run's output reads into a step that may be skipped, or that may fail",
    rest: { output: { a: "${{ steps.a.output.stdout }}", b: '${{ steps["b-c"].output.stdout }}' } },
    steps: { a: { run: "x", if: "input.a" }, "b-c": { run: "x", onError: "continue" } },
    finds: ["maybe-unset output.a", "maybe-unset output.b"],
  },
  {
    title: "the run's output may hand on a whole output that is null",
    rest: { output: "${{ steps.a.output }}" },
    steps: { a: { run: "x", if: "input.a" } },
    finds: [],
  },
  {
    title:
      "a scope's output reads into a case that may not be chosen, or a step that may be skipped",
    rest: { output: "${{ [steps.s.output, steps.g.output] }}" },
    steps: {
      s: {
        switch: { cases: [{ when: "input.a", steps: { p: { run: "x" } } }] },
        output: { o: "${{ steps.p.output.stdout }}" },
      },
      g: {
        group: { steps: { q: { run: "x", if: "input.q" }, r: { run: "x" } } },
        output: {
          o: "${{ steps.q.output.stdout + steps.r.output.stdout }}",
          w: "${{ steps.q.output }}",
        },
      },
    },
    finds: ["maybe-unset steps.s.output.o", "maybe-unset steps.g.output.o"],
  },
  {
    title: "while is asked before the first iteration, until is not",
    steps: {
      a: { loop: { max: 3, while: "steps.p.output.json.more", steps: { p: { run: "x" } } } },
      b: { loop: { max: 3, until: "steps.q.output.json.done", steps: { q: { run: "x" } } } },
    },
    finds: ["maybe-unset steps.a.loop.while"],
  },
  {
    title: "one place that reads one step twice is told once",
    steps: {
      a: { run: "x", onError: "continue" },
      b: { run: "echo ${{ steps.a.output.stdout }} ${{ steps.a.output.stderr }}", join: "done" },
    },
    finds: ["maybe-unset steps.b.run"],
  },
  {
    title: "the pattern's output cannot see into a scope",
    rest: { output: "${{ steps.inner.output.stdout }}" },
    steps: { g: { group: { steps: { inner: { run: "x" } } } } },
    finds: ["non-ancestor output"],
  },
  {
    title: "a need inside another scope cannot be seen, nor ids with dashes in it",
    steps: {
      g: { group: { steps: { "in-ner": { run: "x" } } } },
      a: { run: "x", needs: ["in-ner"] },
      b: { run: 'echo ${{ steps["in-ner"].output.stdout }}' },
    },
    finds: ["non-ancestor steps.a.needs[0]", "non-ancestor steps.b.run"],
  },
  {
    title: "the pattern's output names a step that is not there",
    rest: { output: "${{ steps.gone.output }}" },
    steps: { a: { run: "x" } },
    finds: ["unknown-step output"],
  },
  {
    title: "a step that reads its own output waits for itself",
    steps: { a: { run: "echo ${{ steps.a.output.stdout }}" } },
    finds: ["cycle steps.a.run"],
  },
  {
    title: "a compensation may read steps that come later, and only steps it can see",
    steps: {
      a: { run: "x", compensate: { run: "echo ${{ steps.b.status }} ${{ steps.n.status }}" } },
      b: { run: "x", needs: ["a"] },
      g: { group: { steps: { n: { run: "x" } } } },
    },
    finds: ["non-ancestor steps.a.compensate.run"],
  },
  {
    title: "names exist where they exist: item, iteration, event, result",
    rest: {
      triggers: [{ event: "a.b", match: "event.data.ok", input: "${{ input.x }}" }],
      coordination: { model: "hybrid", timeout: "1h" },
    },
    steps: {
      a: { run: "echo ${{ iteration }}" },
      b: { run: "echo ${{ event.type }}" },
      c: { set: { x: "${{ result }}" } },
      d: { run: "x", output: { o: "${{ result.stdout }}" } },
      e: { waitFor: { event: "a.*", match: "event.data.ok", timeout: "1h" } },
      k: { on: { event: "a.*", match: "event.data.ok" }, run: "echo ${{ event.type }}" },
      f: {
        loop: { max: 2, until: "iteration > 0", steps: { g: { run: "echo ${{ iteration }}" } } },
      },
      h: {
        foreach: { items: [1] },
        group: { steps: { i: { run: "echo ${{ item }} ${{ index }}" } } },
      },
      j: { run: "echo ${{ item }}" },
    },
    finds: [
      "unsupported triggers",
      "unknown-name triggers[0].input",
      "unknown-name steps.a.run",
      "unknown-name steps.b.run",
      "unknown-name steps.c.set.x",
      "unknown-name steps.j.run",
    ],
  },
  {
    title: "the condition of a hook sees its event, not the steps around it",
    rest: hook({ if: "iteration > 1 || item == 1 || run.id == 'x'" }),
    steps: { a: { run: "x" } },
    finds: ["unknown-name hooks[0].if", "unknown-name hooks[0].if", "unknown-name hooks[0].if"],
  },
  {
    title: "an expression that is not closed is told once",
    steps: {
      a: { run: "echo ${{ input.x" },
      b: { run: "x", if: "a ${{ input.x }} b" },
      c: { run: "x", if: "${{ input.x" },
    },
    finds: [
      "expression-syntax steps.a.run",
      "expression-syntax steps.b.if",
      "expression-syntax steps.c.if",
    ],
  },
  {
    title: "an output mapping, an output schema and a set that nobody reads",
    rest: { output: "done" },
    steps: {
      a: { run: "x", output: { o: "${{ result.stdout }}" } },
      b: { run: "x", outputSchema: { type: "object" } },
      c: { group: { steps: { d: { set: { x: 1 } } } }, output: { o: 1 } },
    },
    finds: [
      "unused-output steps.a.output",
      "unused-output steps.b.outputSchema",
      "unused-output steps.c.output",
      "unused-output steps.c.group.steps.d.set",
    ],
  },
];

const TYPES: readonly Case[] = [
  {
    title: "an index into a map, a field of a list and a field of a number",
    rest: input({ list: { type: "array", items: { type: "integer" } }, n: { type: "integer" } }),
    steps: {
      a: {
        set: { x: "${{ input[0] }}", y: "${{ input.list.first }}", z: "${{ input.list[0].x }}" },
      },
    },
    finds: [
      "expression-type steps.a.set.x",
      "expression-type steps.a.set.y",
      "expression-type steps.a.set.z",
    ],
  },
  {
    title: "a field that its schema does not list is doubtful when a listed one is near",
    rest: input({ files: { type: "array" } }),
    steps: { a: { set: { x: "${{ input.fils }}", y: "${{ input.completelyOther }}" } } },
    finds: ["expression-type steps.a.set.x"],
  },
  {
    title: "operators on types they do not take",
    rest: input({
      n: { type: "integer" },
      s: { type: "string" },
      b: { type: "boolean" },
      l: { type: "array" },
    }),
    steps: {
      a: {
        set: {
          a: "${{ input.s * 2 }}",
          b: "${{ !input.n }}",
          c: "${{ -input.s }}",
          d: "${{ input.n ? 1 : 2 }}",
          e: "${{ input.s && input.b }}",
          f: "${{ input.n < input.s }}",
          g: "${{ 1 in input.n }}",
          h: "${{ input.b + input.b }}",
          i: "${{ input.s - 1 }}",
          j: "${{ input.b ? input.n : input.s }}",
        },
      },
    },
    finds: "abcdefghi".split("").map((key) => `expression-type steps.a.set.${key}`),
  },
  {
    title: "operators on types they take, and on what is not known",
    rest: input(
      {
        n: { type: "integer" },
        s: { type: ["string", "null"] },
        l: { type: "array" },
        e: { enum: ["a", "b"] },
        c: { const: 1 },
        r: { $ref: "#/$defs/t" },
        any: {},
        o: { anyOf: [{ type: "string" }] },
      },
      { $defs: { t: { type: "string" } } },
    ),
    steps: {
      a: {
        set: {
          a: "${{ input.n * 2 + 1 - input.any / input.n % 2 }}",
          b: "${{ input.s == null || input.s != 'x' }}",
          c: "${{ input.l + [1] }}",
          d: "${{ 1 in input.l && 'k' in input }}",
          e: "${{ input.e + input.r }}",
          f: "${{ has(input.zzz) ? input.?zzz : input['n'] }}",
          g: "${{ input.l.map(x, x.anything + 1).filter(y, y > 0) }}",
          h: "${{ input.l.all(x, x.ok) && input.o.deep.er }}",
          i: "${{ cel.bind(q, input.n, q.foo) }}",
          j: "${{ {'k': input.n, 's': [input.s]}.k + input.c }}",
          k: "${{ size(input.l) > 1 ? string(input.n) : 'none' }}",
          l: "${{ input[input.e].x }}",
          m: "${{ -input.n < 0 && input.any - input.any > 0 }}",
          n: "${{ {input.e: 1}.x }}",
          o: "${{ input.l[0].deep }}",
        },
      },
    },
    finds: [],
  },
  {
    title:
      "what steps give: approvals, events, lists, items, scopes, mappings, roles and functions",
    rest: {
      agents: {
        r: {
          handler: { function: "f" },
          outputSchema: {
            type: "object",
            properties: { score: { type: "integer" } },
            additionalProperties: false,
          },
        },
      },
    },
    known: {
      functions: new Map([
        ["f", {}],
        ["g", { output: { type: "string" } }],
      ]),
    },
    steps: {
      ask: { approval: { prompt: "?", timeout: "1h" } },
      wait: { waitFor: { event: "a.b", timeout: "1h" } },
      maybe: { waitFor: { event: "a.b", timeout: "1h", onTimeout: "continue" } },
      each: { foreach: { items: [1] }, run: "x" },
      over: { foreach: { items: "${{ steps.each.output }}" }, set: { x: "${{ item.wrong }}" } },
      grp: { group: { steps: { n: { run: "x" } } } },
      map: { run: "x", output: { o: "${{ result.exitCode }}" } },
      fall: { run: "x", fallback: { call: "f" } },
      rate: { agent: "r" },
      get: { call: "g" },
      use: {
        set: {
          a: "${{ steps.ask.output.decison }}",
          b: "${{ steps.wait.output.payload }}",
          c: "${{ steps.maybe.output.payload }}",
          d: "${{ steps.each.output.stdout }}",
          e: "${{ steps.grp.output.m }}",
          f: "${{ steps.map.output.p }}",
          g: "${{ steps.fall.output.anything }}",
          h: "${{ steps.rate.output.scores }}",
          i: "${{ steps.get.output.x }}",
          j: "${{ steps.ask.outptu }}",
          k: "${{ steps.each.output[0].stdout + steps.over.output[0].x }}",
        },
      },
    },
    finds: [
      "expression-type steps.over.set.x",
      ..."abdefhij".split("").map((key) => `expression-type steps.use.set.${key}`),
    ],
  },
  {
    title: "maps written in expressions, and values about which nothing can be known",
    rest: input(
      { p: { $ref: "#/$defs/p" } },
      { $defs: { p: { $ref: "#/$defs/q" }, q: { $ref: "#/$defs/p" } } },
    ),
    steps: {
      a: {
        set: {
          m: "${{ {'k': 1, 'l': input, 'n': [1]} }}",
          o: "${{ {1: 1} }}",
          u: "${{ input.p.x }}",
          bad: "${{ input.x",
          b: "${{ cel.bind(x, 1, x) }}",
          c: "${{ [1].all(x, x > 0) }}",
          f: "${{ input.foo(1) }}",
        },
      },
      b: { set: { x: "${{ steps.a.output.m.k.deep }}", y: "${{ steps.a.output.m.z }}" } },
      c: { set: { x: "${{ steps.a.output.o.z }}", y: "${{ steps.a.output.bad.z }}" } },
      d: { run: "echo ${{ item.x }}" },
      e: { run: "x", if: "steps.a.output.c", foreach: { items: "${{ steps.a.output.b }}" } },
      f: { set: { x: "${{ steps.a.output.c.d + steps.a.output.u }}" } },
    },
    finds: [
      "schema-loop input.$defs.p.$ref",
      "expression-syntax steps.a.set.bad",
      "unknown-function steps.a.set.f",
      "expression-type steps.b.set.x",
      "expression-type steps.b.set.y",
      "unknown-name steps.d.run",
      "expression-type steps.f.set.x",
    ],
  },
  {
    title: "in a pattern with hooks, which may replace outputs, types are doubtful only",
    rest: hook({}),
    steps: { a: { run: "x" }, b: { run: "echo ${{ steps.a.output.nothing }}" } },
    finds: ["expression-type steps.b.run"],
  },
  {
    title: "what a role, a function, a pattern and a schema receive",
    rest: {
      ...agents({
        type: "object",
        properties: { list: { type: "array" }, deep: { type: "object", required: ["x"] } },
      }),
      ...input({ n: { type: "integer" } }),
    },
    known: {
      functions: new Map([
        ["f", {}],
        ["g", { input: { type: "object", required: ["a"] } }],
      ]),
      patterns: new Map([["other", { versions: ["1.0.0"], calls: [], input: { type: "string" } }]]),
    },
    steps: {
      a: { agent: "r", with: { list: "${{ input.n }}", deep: { y: 1 }, free: 1 } },
      b: { call: "g" },
      c: { pattern: "other", with: { x: 1 } },
      d: { pattern: "test", with: { n: "text" }, maxDepth: 2 },
      e: {
        run: "x",
        outputSchema: { type: "object", properties: { n: { type: "integer" } } },
        output: { n: "text ${{ result.exitCode }}" },
      },
      f: { call: "g", with: { a: 1 } },
    },
    finds: [
      "output-type-mismatch steps.a.with.deep",
      "output-type-mismatch steps.a.with.list",
      "output-type-mismatch steps.b.with",
      "output-type-mismatch steps.c.with",
      "output-type-mismatch steps.d.with.n",
      "output-type-mismatch steps.e.output.n",
    ],
  },
  {
    title: "a schema that is broken does not stop the rest",
    rest: input(
      {
        a: { $ref: "#/$defs/loop" },
        b: { $ref: "https://example.com/x" },
        c: { $ref: "#anchor" },
        d: { type: "nonsense" },
        e: { $ref: "#/allOf/0/%24defs" },
      },
      { $defs: { loop: { allOf: [{ $ref: "#/$defs/loop" }] } }, allOf: [{ $defs: {} }] },
    ),
    steps: { x: { run: "echo ${{ input.a.b }} ${{ input.d.e }}" } },
    finds: [
      "schema-loop input.properties.b.$ref",
      "invalid-schema input.properties.d.type",
      "schema-loop input.$defs.loop.allOf[0].$ref",
    ],
  },
  {
    title: "schemas with names of their own may refer to each other by them",
    rest: {
      input: {
        $id: "https://example.com/a",
        $ref: "https://example.com/b",
        $defs: { b: { $id: "https://example.com/b" } },
      },
    },
    steps: { x: { run: "y" } },
    finds: [],
  },
  {
    title: "a name that no schema has is no schema, nor is an anchor that is nowhere",
    rest: { input: { $id: "https://example.com/a", $ref: "https://example.com/b" } },
    steps: { x: { run: "y", outputSchema: { items: { $ref: "#nowhere" } } } },
    finds: ["invalid-schema input.$ref", "invalid-schema steps.x.outputSchema.items.$ref"],
  },
  {
    title: "what only compiling finds wrong in a schema has the place of its keyword",
    rest: { input: { properties: { a: { nullable: true }, id: { type: "string" } } } },
    steps: {
      x: { run: "y", outputSchema: { items: { id: "old" } } },
      y: { run: "y", outputSchema: { properties: { e: { enum: [] } } } },
      z: { run: "y", outputSchema: { $async: true } },
    },
    finds: [
      "invalid-schema input.properties.a.nullable",
      "invalid-schema steps.x.outputSchema.items.id",
      "invalid-schema steps.y.outputSchema.properties.e.enum",
      "invalid-schema steps.z.outputSchema.$async",
    ],
  },
  {
    title: "of the complaints about one keyword the one that says most has the place",
    rest: { input: { type: ["string", "strng"], patternProperties: { "((": {} } } },
    steps: {
      x: { run: "y", outputSchema: { patternProperties: { "((": {} } } },
      y: { run: "y", outputSchema: { properties: { a: { required: true } } } },
    },
    finds: [
      "invalid-schema input.type[1]",
      'invalid-schema steps.x.outputSchema.patternProperties["(("]',
      "invalid-schema steps.y.outputSchema.properties.a.required",
    ],
  },
  {
    title: "a builtin hook's schema is doubtful where the hook overlooks what is wrong",
    rest: hook({
      on: "step.after",
      handler: { builtin: "validation", options: { schema: { required: "foo" } } },
    }),
    steps: { x: { run: "y" } },
    finds: ["invalid-schema hooks[0].handler.options.schema.required"],
  },
  {
    title: "a builtin hook refuses some schemas that others take",
    rest: hook({
      on: "step.after",
      handler: { builtin: "validation", options: { schema: { if: {}, then: {} } } },
    }),
    steps: { x: { run: "y" } },
    finds: ["invalid-schema hooks[0].handler.options.schema"],
  },
  {
    title: "a regular expression is looked at however it is written, unless a run computes it",
    rest: { parameters: { p: { type: "string", default: "[" } } },
    steps: {
      x: { run: "y", if: '"a".matches(parameters.p)' },
      y: { run: "y", if: '["a"].exists(x, x.matches(r"\\p{L}"))' },
      z: { run: "y", if: `"a".matches("${"a".repeat(1001)}") || "a".matches("a")` },
      computed: { run: "y", if: '["["].exists(x, "a".matches(x)) || "a".matches(run.id + "[")' },
    },
    finds: ["invalid-regex steps.x.if", "invalid-regex steps.y.if", "invalid-regex steps.z.if"],
  },
];

const OUTSIDE: readonly Case[] = [
  {
    title: "functions and patterns in handlers of roles and hooks, composites included",
    rest: {
      agents: { r: { handler: { all: [{ function: "f" }, { function: "lost" }] } } },
      ...hook({
        handler: {
          parallel: [
            { firstMatch: [{ pattern: "gone" }, { vote: [{ function: "lost2" }], threshold: 1 }] },
            { builtin: "logging" },
          ],
        },
      }),
    },
    known: { functions: new Map([["f", {}]]), patterns: new Map() },
    steps: {
      a: { agent: "r", fallback: { call: "lost3" }, compensate: { pattern: "gone2" } },
      b: { call: "mcp__server__tool" },
    },
    finds: [
      "unknown-handler steps.a.fallback.call",
      "unknown-handler agents.r.handler.all[1].function",
      "unknown-handler hooks[0].handler.parallel[0].firstMatch[1].vote[0].function",
      "unknown-pattern steps.a.compensate.pattern",
      "unknown-pattern hooks[0].handler.parallel[0].firstMatch[0].pattern",
    ],
  },
  {
    title: "two ways back to this pattern are told once per pattern that is called",
    known: {
      patterns: new Map([
        ["p", { versions: ["1.0.0"], calls: ["q", "r"] }],
        ["q", { versions: ["1.0.0"], calls: ["p"] }],
        ["r", { versions: ["1.0.0"], calls: ["test"] }],
        ["free", { versions: ["1.0.0"], calls: ["q2"] }],
      ]),
    },
    steps: {
      a: { pattern: "p" },
      b: { pattern: "p@1.0.0" },
      c: { pattern: "free" },
    },
    finds: ["pattern-cycle steps.a.pattern"],
  },
  {
    title: "moments that are past, to come, computed or no moments",
    known: { nowMs: Date.parse("2026-01-01T00:00:00Z") },
    steps: {
      a: { wait: { until: "2025-12-31T23:59:59Z" } },
      b: { wait: { until: "2026-06-01" } },
      c: { wait: { until: "${{ input.at }}" } },
      d: { wait: { until: "tomorrow" } },
      e: { wait: "5m" },
    },
    finds: ["deadline-past steps.a.wait.until"],
  },
  {
    title: "secrets by their shape, by their name, and what only looks like one",
    steps: {
      a: {
        http: {
          url: "https://user:hunter22@example.com/",
          headers: { Authorization: "Bearer abcdefghij" },
        },
      },
      b: {
        run: "x",
        env: {
          PASSWORD: "${{ input.p }}",
          TOKEN: "$TOKEN",
          SECRET_KEY: "short",
          MAX_TOKENS: "1000000000",
        },
      },
      c: { set: { token: "secrets.T", credentials: "in the vault, ask" } },
      d: { run: "x", metadata: { password: "not where secrets go" } },
    },
    finds: [
      "secret-literal steps.a.http.url",
      "secret-literal steps.a.http.headers.Authorization",
      "secret-literal steps.c.set.credentials",
    ],
  },
  {
    title: "a step that brings megabytes, and a list of too many items",
    steps: {
      a: { run: "x", with: "y".repeat(1_900_001) },
      b: { run: "x", foreach: { items: Array.from({ length: 100_001 }, () => 1) } },
    },
    finds: ["hard-limit steps.a.with", "hard-limit steps.b.foreach.items"],
  },
];

const HOOKS: readonly Case[] = [
  {
    title: "a hook of a role matches that role's steps alone, and a role that nobody uses has none",
    rest: {
      agents: {
        r: {
          handler: { function: "f" },
          hooks: [
            { name: "a", on: "step.before", match: { step: "other" }, handler: { function: "f" } },
          ],
        },
        s: {
          handler: { function: "f" },
          hooks: [{ name: "b", on: "step.before", handler: { function: "f" } }],
        },
      },
    },
    steps: { work: { agent: "r" }, other: { run: "x" } },
    finds: [
      "hook-never-matches agents.r.hooks[0].match.step",
      "hook-never-matches agents.s.hooks[0]",
      "unused-role agents.s",
    ],
  },
  {
    title: "an expression may choose any role",
    rest: {
      agents: {
        r: {
          handler: { function: "f" },
          hooks: [{ name: "a", on: "step.before", handler: { function: "f" } }],
        },
      },
      ...hook({ match: { role: "r" } }),
    },
    steps: { work: { agent: "${{ input.role }}" } },
    finds: [],
  },
  {
    title: "a step's own hook matches that step alone",
    steps: {
      a: {
        run: "x",
        hooks: [
          { name: "h", on: "step.before", match: { kind: "call" }, handler: { function: "f" } },
        ],
      },
      b: { call: "g" },
    },
    finds: ["hook-never-matches steps.a.hooks[0].match.kind"],
  },
  {
    title: "points need their kind of step: forks, branches, agents, loops",
    rest: {
      hooks: [
        "fork.start",
        "branch.evaluated",
        "agent.assign",
        "loop.end",
        "approval.decided",
        "session.start",
      ].map((on, at) => ({ name: `h${at}`, on, handler: { function: "f" } })),
    },
    steps: { a: { run: "x" } },
    finds: [0, 1, 2, 3].map((at) => `hook-never-matches hooks[${at}].on`),
  },
  {
    title: "points that their kind of step brings about",
    rest: {
      agents: { r: { handler: { function: "f" } } },
      hooks: ["fork.start", "branch.evaluated", "agent.assign", "loop.end"].map((on, at) => ({
        name: `h${at}`,
        on,
        handler: { function: "f" },
      })),
    },
    steps: {
      a: { run: "x", foreach: { items: [1] }, if: "input.a" },
      b: { agent: "r" },
      c: { loop: { max: 2, steps: { d: { run: "x" } } } },
    },
    finds: [],
  },
  {
    title: "an alias that needs what is not there, and one that cannot occur at all",
    rest: {
      hooks: [
        { name: "a", on: "workflow:loop_termination", handler: { function: "f" } },
        { name: "b", on: ["PreCompact"], handler: { function: "f" } },
      ],
    },
    steps: { a: { run: "x" } },
    finds: ["alias-never-fires hooks[0].on", "alias-never-fires hooks[1].on[0]"],
  },
  {
    title: "a match is told once, whatever number of points the hook is on",
    rest: hook({ on: ["step.before", "step.after"], match: { type: "none-such" } }),
    steps: { a: { run: "x" } },
    finds: ["hook-never-matches hooks[0].match.type"],
  },
  {
    title: "a hook that is switched off is left alone, and so are names at unknown points",
    rest: {
      hooks: [
        { name: "a", on: "loop.end", enabled: false, handler: { function: "f" } },
        { name: "b", on: "nowhere", handler: { function: "f" } },
        { name: "b", on: "nowhere", handler: { function: "f" } },
      ],
    },
    steps: { a: { run: "x" } },
    finds: [
      "unknown-point hooks[1].on",
      "unknown-point hooks[2].on",
      "duplicate-hook hooks[2].name",
    ],
  },
  {
    title: "B14: hooks in a circle are told once, at their point; across points there is none",
    rest: {
      hooks: [
        { name: "a", on: "step.before", dependsOn: "b", handler: { function: "f" } },
        { name: "b", on: "pre_task", dependsOn: ["a"], handler: { function: "f" } },
        { name: "c", on: "step.after", dependsOn: ["d"], handler: { function: "f" } },
        { name: "d", on: "step.before", dependsOn: ["c"], handler: { function: "f" } },
      ],
    },
    steps: { a: { run: "x" } },
    finds: ["hook-cycle hooks[0].dependsOn"],
  },
  {
    title:
      "a question asks a role that is there, which counts as its use; one that is not there is named",
    rest: {
      agents: { judge: { handler: { command: ["judge"] } } },
      hooks: [
        { name: "a", on: "step.before", handler: { prompt: "ok?", role: "judge" } },
        { name: "b", on: "step.before", handler: { all: [{ prompt: "ok?", role: "jury" }] } },
      ],
    },
    steps: { a: { run: "x" } },
    finds: ["unknown-role hooks[1].handler.all[0].role"],
  },
  {
    title: "local hooks that last, and their retries",
    rest: hook({
      dispatch: "local",
      timeout: "1m",
      retry: { initialInterval: "1m", maximumInterval: "1s" },
    }),
    steps: { a: { run: "x" } },
    finds: ["min-max hooks[0].retry.initialInterval", "local-too-long hooks[0].timeout"],
  },
];

const TIMES: readonly Case[] = [
  {
    title: "one attempt that may take longer than all of them",
    steps: { a: { run: "x", timeout: "10m", scheduleToClose: "5m" } },
    finds: ["retry-exceeds-timeout steps.a.timeout"],
  },
  {
    title: "pauses of every kind that add up to more than is allowed",
    rest: { defaults: { retry: { maximumAttempts: 4 } } },
    steps: {
      a: { run: "x", scheduleToClose: "6s" },
      b: { run: "x", scheduleToClose: "8s" },
      c: { run: "x", scheduleToClose: "2s", retry: { backoff: "fixed" } },
      d: {
        run: "x",
        scheduleToClose: "4s",
        retry: { maximumAttempts: 1_000_000, maximumInterval: "1s" },
      },
      e: { run: "x", scheduleToClose: "1s", retry: { maximumAttempts: 0 } },
      f: { run: "x", scheduleToClose: "1s", retry: { maximumAttempts: 1 } },
    },
    finds: ["a", "c", "d"].map((id) => `retry-exceeds-timeout steps.${id}.scheduleToClose`),
  },
  {
    title: "fallbacks and compensations have times as well",
    steps: {
      a: {
        run: "x",
        fallback: { call: "f", timeout: "1s", heartbeat: "2s" },
        compensate: { call: "f", timeout: "1s", heartbeat: "2s" },
      },
      b: { run: "x", needs: ["a"] },
    },
    finds: [
      "retry-exceeds-timeout steps.a.fallback.heartbeat",
      "retry-exceeds-timeout steps.a.compensate.heartbeat",
    ],
  },
  {
    title: "waits, events and nested steps that last longer than what is around them",
    rest: { coordination: { timeout: "1d" } },
    steps: {
      g: {
        timeout: "1h",
        group: {
          steps: {
            a: { wait: "2h" },
            b: { waitFor: { event: "a.b", timeout: "3h" } },
            c: { run: "x", scheduleToClose: "2h" },
            d: { wait: { until: "${{ input.at }}" } },
          },
        },
      },
      h: {
        timeout: "1h",
        group: { steps: { e: { wait: "40m" }, f: { wait: "40m", needs: ["e"] } } },
      },
    },
    finds: [
      "timeout-exceeds-parent steps.g.group.steps.a.wait",
      "timeout-exceeds-parent steps.g.group.steps.b.waitFor.timeout",
      "timeout-exceeds-parent steps.g.group.steps.c.scheduleToClose",
      "timeout-exceeds-parent steps.h.timeout",
    ],
  },
  {
    title: "waiting without a limit is fine inside of one",
    steps: {
      a: { approval: { prompt: "?" } },
      g: { timeout: "1h", group: { steps: { b: { waitFor: { event: "a.b" } } } } },
    },
    finds: ["never-ends steps.a.approval"],
  },
];

const SCHEMAS: readonly Case[] = [
  {
    title: "bounds in schemas of every place, and none in what is data",
    rest: {
      parameters: { p: { type: "string", minLength: 5, maxLength: 2, default: "abc" } },
      agents: {
        r: {
          handler: { function: "f" },
          inputSchema: {
            prefixItems: [{ minItems: 2, maxItems: 1 }],
            default: { minimum: 2, maximum: 1 },
          },
          outputSchema: { minProperties: 2, maxProperties: 1 },
        },
      },
    },
    steps: {
      a: {
        agent: "r",
        outputSchema: { minContains: 2, maxContains: 1 },
        with: "${{ parameters.p }}",
      },
    },
    finds: [
      "min-max parameters.p.minLength",
      "min-max agents.r.inputSchema.prefixItems[0].minItems",
      "min-max agents.r.outputSchema.minProperties",
      "min-max steps.a.outputSchema.minContains",
    ],
  },
];

describe.each([
  ["joins", JOINS],
  ["what can be reached", REACH],
  ["what is read", READS],
  ["types", TYPES],
  ["what is outside of the document", OUTSIDE],
  ["hooks", HOOKS],
  ["times", TIMES],
  ["schemas", SCHEMAS],
])("%s", (_topic, cases) => {
  it.each(cases)("$title", (each) => {
    expect([...findingsOf(each)].sort()).toEqual([...each.finds].sort());
  });
});
