import { describe, expect, it } from "vitest";

import {
  toDot,
  toHtml,
  toMermaid,
  toSvg,
  type RunRecord,
} from "../../../../src/patterns/graph/index.ts";
import { readPattern, type Plan } from "../../../../src/patterns/index.ts";

function planOf(steps: object, rest: object = {}): Plan {
  const { accepted, issues } = readPattern({
    heddle: "v1",
    name: "drawn",
    version: "1.2.3",
    ...rest,
    steps,
  });
  if (accepted === undefined) throw new Error(JSON.stringify(issues));
  return accepted.plan;
}

const EVERY_KIND = planOf(
  {
    build: { run: "make", name: "Build it", onError: "continue" },
    fetch: { http: { url: "https://example.com/" }, needs: ["build"], join: "done" },
    review: { agent: "reviewer", foreach: { items: "${{ input.files }}" }, with: "${{ item }}" },
    merge: { call: "merge", with: "${{ steps.review.output }}" },
    child: { pattern: "other@^1.0.0", needs: ["merge"] },
    nap: { wait: "${{ input.minutes }}m" },
    each: { call: "f", foreach: { items: ["${{ input.first }}", "second"] }, with: "${{ item }}" },
    paid: { waitFor: { event: "order.paid", timeout: "1d" } },
    ask: { approval: { prompt: "Ship?", timeout: "2d" }, if: 'input.mode == "slow"' },
    note: { set: { answer: 42 } },
    tell: { emit: { type: "order.done" } },
    choose: {
      switch: {
        cases: [{ when: "input.fast", steps: { quick: { run: "./quick.sh" } } }],
        default: { steps: { slow: { run: "./slow.sh" } } },
      },
    },
    again: { loop: { max: 3, steps: { once: { run: "./once.sh" } } } },
    all: { group: { steps: { one: { run: "./1.sh" }, two: { run: "./2.sh", needs: ["one"] } } } },
    refuse: { fail: { type: "Refused", message: "no" }, if: "input.bad" },
    done: { stop: {}, if: "input.early" },
    sure: {
      run: "./sure.sh",
      needs: ["nap", "paid", "ask"],
      join: { atLeast: "50%" },
      compensate: { run: "./unsure.sh" },
    },
  },
  {
    agents: { reviewer: { handler: { function: "review" } } },
    hooks: [
      {
        name: "guard",
        on: ["step.before", "step.after"],
        handler: { function: "g" },
        match: { step: "build" },
      },
    ],
  },
);

const RUN: RunRecord = {
  steps: [
    {
      id: "build",
      status: "failed",
      startedAt: "2026-01-01T00:00:00.000Z",
      finishedAt: "2026-01-01T00:00:04.500Z",
      attempts: 3,
    },
    { id: "review", instance: "0", status: "succeeded" },
    { id: "review", instance: "1", status: "succeeded" },
    { id: "review", status: "succeeded" },
    { id: "all", status: "running" },
    { id: "note", status: "unheard-of" },
  ],
  hooks: [
    { point: "step.after", step: "build", name: "guard", outcome: "retry" },
    { point: "step.before", step: "build", name: "guard", outcome: "continue" },
    { point: "run.before", name: "greet", outcome: "modify" },
  ],
};

describe("toMermaid", () => {
  it("draws every kind, join, condition, nested scope and hook count", () => {
    expect(toMermaid(EVERY_KIND)).toMatchInlineSnapshot(`
      "---
      title: "drawn 1.2.3"
      ---
      flowchart TD
        build["<b>build</b><br/>Build it<br/>run<br/>may fail<br/>2 hooks"]
        review(["<b>review</b><br/>agent reviewer<br/>for each of input.files"])
        nap{{"<b>nap</b><br/>wait input.minutesm"}}
        each["<b>each</b><br/>call f<br/>for each of ..."]
        paid{{"<b>paid</b><br/>waitFor order.paid"}}
        ask[/"<b>ask</b><br/>approval within 2d<br/>if input.mode == #34;slow#34;"\\]
        note("<b>note</b><br/>set")
        tell>"<b>tell</b><br/>emit"]
        subgraph choose["<b>choose</b><br/>switch"]
          subgraph scope["when input.fast"]
            quick["<b>quick</b><br/>run"]
          end
          subgraph scope__2["default"]
            slow["<b>slow</b><br/>run"]
          end
        end
        subgraph again["<b>again</b><br/>loop at most 3 times"]
          once["<b>once</b><br/>run"]
        end
        subgraph all["<b>all</b><br/>group"]
          one["<b>one</b><br/>run"]
          two["<b>two</b><br/>run"]
        end
        refuse(("<b>refuse</b><br/>fail Refused<br/>if input.bad"))
        done((("<b>done</b><br/>stop<br/>if input.early")))
        fetch[/"<b>fetch</b><br/>http"/]
        merge["<b>merge</b><br/>call merge"]
        sure["<b>sure</b><br/>run<br/>undone by run"]
        child[["<b>child</b><br/>pattern other@^1.0.0"]]
        one --> two
        build -->|"done"| fetch
        review --> merge
        nap -->|"at least 50%"| sure
        paid -->|"at least 50%"| sure
        ask -->|"at least 50%"| sure
        merge --> child
      "
    `);
  });

  it("shows states, durations, attempts, instances and decisions of a run", () => {
    const text = toMermaid(EVERY_KIND, RUN);
    expect(text).toContain("failed 4.5s<br/>3 attempts<br/>guard: retry");
    expect(text).toContain("succeeded<br/>2 instances");
    expect(text).toContain("classDef failed fill:#ffcdd2,color:#000\n  class build failed");
    expect(text).not.toContain("guard: continue");
    expect(text).not.toContain("classDef unheard-of");
  });

  it("escapes what would be syntax, and cuts what is long", () => {
    const plan = planOf({
      a: {
        run: "x",
        name: 'say "hi" <b> #1 `x` [y] {z} | \\',
        if: `input.x == "${"y".repeat(99)}"`,
      },
    });
    const [label = ""] = /\["(.*)"\]/.exec(toMermaid(plan))?.slice(1) ?? [];
    expect(label).toContain(
      "say #34;hi#34; #60;b#62; #35;1 #96;x#96; #91;y#93; #123;z#125; #124; #92;",
    );
    expect(label).toContain("...");
    expect(label.replaceAll(/<\/?b>|<br\/>/g, "")).not.toMatch(/["<>`[\]{}|]/);
  });

  it("gives ids that are words of the language, or equal but for dashes, names of their own", () => {
    const text = toMermaid(
      planOf({
        end: { run: "x" },
        "a-b": { run: "x", needs: ["end"] },
        a_b: { run: "x", needs: ["a-b"] },
      }),
    );
    expect(text).toContain("step_end --> a_b\n");
    expect(text).toContain("a_b --> a_b__2\n");
  });

  it("draws groups in groups, sixty deep", () => {
    let steps: object = { leaf: { run: "x" } };
    for (let depth = 0; depth < 60; depth += 1) steps = { [`g${depth}`]: { group: { steps } } };
    const text = toMermaid(planOf(steps));
    expect(text.match(/subgraph/g)).toHaveLength(60);
    expect(text.match(/^ *end$/gm)).toHaveLength(60);
    expect(toDot(planOf(steps)).match(/subgraph/g)).toHaveLength(60);
  });
});

describe("toDot", () => {
  it("draws clusters for scopes and leads edges to their border", () => {
    const text = toDot(
      planOf({
        all: { group: { steps: { one: { run: "x" } } } },
        after: { run: "y", needs: ["all"] },
      }),
    );
    expect(text).toMatchInlineSnapshot(`
      "digraph "drawn 1.2.3" {
        compound=true;
        label="drawn 1.2.3"; labelloc=t; fontname="Helvetica";
        node [fontname="Helvetica", fontsize=11, style=filled, fillcolor="#ffffff"];
        edge [fontname="Helvetica", fontsize=9];
        subgraph cluster_all {
          label="all\\ngroup"; style="rounded";
          all [shape=point, style=invis];
          one [label="one\\nrun", shape=box];
        }
        after [label="after\\nrun", shape=box];
        all -> after [ltail=cluster_all];
      }
      "
    `);
  });

  it("quotes what would end a string", () => {
    const text = toDot(planOf({ a: { run: "x", name: 'say "hi" \\ there' } }));
    expect(text).toContain(String.raw`label="a\nsay \"hi\" \\ there\nrun"`);
  });

  it("colours steps and clusters by the states of a run", () => {
    const text = toDot(EVERY_KIND, RUN);
    expect(text).toContain('fillcolor="#ffcdd2"');
    expect(text).toContain('style="rounded,filled"');
  });
});

describe("toSvg and toHtml", () => {
  const plan = planOf({
    one: { run: "x", name: '<script>alert(1)</script> & "quoted"' },
    slow: { run: "x", needs: ["one"] },
    fast: { run: "x", needs: ["one"] },
    last: { run: "x", needs: ["slow", "fast"] },
  });
  const at = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, "0")}.000Z`;
  const run: RunRecord = {
    steps: [
      { id: "one", status: "succeeded", startedAt: at(0), finishedAt: at(1) },
      { id: "slow", status: "succeeded", startedAt: at(1), finishedAt: at(9) },
      { id: "fast", status: "succeeded", startedAt: at(1), finishedAt: at(2) },
      { id: "last", status: "succeeded", startedAt: at(9), finishedAt: at(10) },
    ],
  };

  it("draw a picture without any program installed, and nothing in it is live", async () => {
    const svg = await toSvg(plan);
    expect(svg).toContain("<svg");
    expect(svg).toContain("&lt;script&gt;");
    expect(svg).not.toContain("<script");
  });

  it("make a page of its own that loads nothing", async () => {
    const html = await toHtml(plan, run);
    expect(html).toContain("<title>drawn 1.2.3</title>");
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|<link|<img|url\(/);
    expect(html.match(/<svg/g)).toHaveLength(1);
  });

  it("mark the chain that decided how long the run took", () => {
    const text = toMermaid(plan, run);
    expect(text).toContain("one ==> slow\n");
    expect(text).toContain("slow ==> last\n");
    expect(text).toContain("one --> fast\n");
    expect(text).toContain("fast --> last\n");
    expect(toDot(plan, run).match(/penwidth=3/g)).toHaveLength(5);
  });

  it("refuse a picture that nobody could read", async () => {
    const steps = Array.from({ length: 7_000 }, (_, index) => [`s${index}`, { run: "x" }]);
    await expect(toSvg(planOf(Object.fromEntries(steps) as object))).rejects.toMatchObject({
      code: "GRAPH_TOO_LARGE",
    });
  });
});
