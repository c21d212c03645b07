/** Small runs, one per feature, whose recorded histories must replay for ever. Names are file names. */
import type { WorkflowHandle } from "@temporalio/client";
import { vi } from "vitest";

import type { JsonObject, JsonValue } from "../../src/core/index.ts";
import { POLICIES } from "./corpus-policies.ts";
import { progressOf, untilStep, untilWaiting, type TestDocument } from "../support/documents.ts";

export interface CorpusRun {
  readonly document: TestDocument & { readonly name: string };
  readonly input?: JsonValue;
  readonly ending: "succeeded" | "failed" | "cancelled";
  /** What somebody does to the run while it runs. */
  readonly drive?: (handle: WorkflowHandle) => Promise<unknown>;
}

const once = { retry: { maximumAttempts: 1 } };
const say = (text: string): JsonObject => ({ run: ["echo", text] });
const stuck: JsonObject = { waitFor: { event: "never" } };
const broken: JsonObject = { fail: { type: "Broken", message: "it broke" } };
const go = (handle: WorkflowHandle): Promise<void> =>
  handle.signal("event", { type: "go", data: 1 });

function succeeds(
  name: string,
  steps: JsonObject,
  more: JsonObject = {},
  drive?: CorpusRun["drive"],
): CorpusRun {
  const document = { ...more, name, steps };
  return { document, ending: "succeeded", ...(drive === undefined ? {} : { drive }) };
}

/** A hook that answers with the outcome as JSON. */
function hook(name: string, on: string, outcome: JsonObject, more: JsonObject = {}): JsonObject {
  const answer = `cat > /dev/null; echo '${JSON.stringify(outcome)}'`;
  return { name, on, handler: { command: ["sh", "-c", answer] }, ...more };
}

const WORK: readonly CorpusRun[] = [
  succeeds("steps", {
    first: say("1"),
    second: { ...say("${{ steps.first.output.json + 1 }}"), output: "${{ output.json }}" },
    third: { needs: ["second"], set: { n: "${{ steps.second.output }}" } },
  }),
  succeeds("work-replaced", {
    late: {
      foreach: { items: ["10ms", "1h"], complete: { atLeast: 2, deadline: "300ms" } },
      wait: "${{ item }}",
      onError: "continue",
    },
    waited: { waitFor: { event: "never", timeout: "20ms" }, fallback: { wait: "30ms" } },
    mapped: {
      timeout: "50ms",
      group: { steps: { inside: stuck } },
      fallback: {
        timeout: "1m",
        group: { steps: { instead: say("x") } },
        output: "${{ steps.instead.output.exitCode }}",
      },
    },
    quick: say("x"),
    open: { wait: "500ms" },
    partly: { needs: ["quick", "open"], join: { atLeast: 1, deadline: "5s" }, wait: "10ms" },
  }),
  {
    ending: "failed",
    document: {
      name: "undo-of-items",
      steps: {
        each: {
          foreach: { items: [1, 2], concurrency: 1 },
          ...say("${{ item }}"),
          compensate: {
            group: { steps: { undo: say("${{ steps.each.output.json }} of ${{ item }}") } },
          },
        },
        bad: {
          needs: ["each"],
          ...broken,
          compensate: { run: ["echo", "${{ steps.bad.output.never }}"] },
        },
      },
    },
  },
  succeeds("parallel-local-steps", {
    a: { ...say("a"), dispatch: "local" },
    b: { ...say("b"), dispatch: "local" },
    c: { ...say("c"), dispatch: "local" },
    after: { needs: ["a", "b", "c"], ...say("after"), dispatch: "local" },
  }),
  succeeds("fused-chain", {
    a: { ...say("1"), dispatch: "local", output: "${{ output.json }}" },
    b: { ...say("${{ steps.a.output + 1 }}"), dispatch: "local", if: "steps.a.output == 1" },
    c: { needs: ["b"], ...say("never"), dispatch: "local", if: "steps.b.output.json == 1" },
    d: { needs: ["c"], join: "done", ...say("d"), dispatch: "local" },
    e: { needs: ["d"], call: "echo", with: "${{ steps.d.output.stdout }}", dispatch: "local" },
    beside: say("beside"),
    after: { needs: ["e", "beside"], ...say("after") },
  }),
  {
    ending: "failed",
    document: {
      name: "fused-chain-failure",
      coordination: { failFast: false },
      steps: {
        a: { ...say("a"), dispatch: "local", compensate: say("undo a") },
        b: {
          needs: ["a"],
          run: "echo x >> tries; test $(wc -l < tries) -eq 2",
          dispatch: "local",
          retry: { maximumAttempts: 2, initialInterval: "6s" },
        },
        c: { needs: ["b"], run: ["false"], dispatch: "local", ...once, compensate: say("undo c") },
        d: { needs: ["c"], ...say("never"), dispatch: "local" },
        beside: say("beside"),
      },
    },
  },
  succeeds("attempts", {
    it: {
      run: "echo x >> tries; test $(wc -l < tries) -eq 2",
      retry: { maximumAttempts: 2, initialInterval: "10ms" },
    },
  }),
  succeeds(
    "call-and-agent",
    { call: { call: "echo", with: 1 }, agent: { agent: "one", with: 2 } },
    {
      agents: { one: { handler: { function: "echo" } } },
    },
  ),
  succeeds("large-output", {
    large: { call: "long", with: { n: 70_000 } },
    length: { call: "length-of", with: "${{ steps.large.output }}" },
  }),
  succeeds("emit", { listen: { waitFor: { event: "a.*" } }, tell: { emit: { type: "a.b" } } }),
  succeeds("outputs-without-work", { a: { set: { n: 1 } }, b: { if: "input != null", set: {} } }),
];

const SHAPES: readonly CorpusRun[] = [
  succeeds("foreach", {
    it: {
      foreach: {
        items: [1, 2, 3, 4],
        concurrency: 2,
        when: "item != 2",
        complete: { tolerate: { failures: 1 } },
      },
      run: ["sh", "-c", "test ${{ item }} != 3"],
      ...once,
    },
  }),
  succeeds("foreach-cancel-rest", {
    it: {
      foreach: { items: [0, 60], complete: { atLeast: 1, cancelRest: true } },
      run: ["sleep", "${{ item }}"],
    },
  }),
  succeeds("loop", {
    it: {
      loop: { max: 3, until: "steps.at.output.json == 1", steps: { at: say("${{ iteration }}") } },
    },
  }),
  succeeds("switch-and-group", {
    it: {
      switch: {
        cases: [{ when: "input == null", steps: { chosen: say("chosen") } }],
        default: { steps: { other: say("other") } },
      },
    },
    all: { group: { interleaved: true, steps: { x: say("x"), y: say("y") } } },
  }),
  succeeds("joins", {
    bad: { run: ["false"], ...once, onError: "continue" },
    good: say("good"),
    stuck,
    any: { needs: ["bad", "good", "stuck"], join: { atLeast: 1, cancelRest: true }, ...say("any") },
    failed: { needs: ["bad"], join: "anyFailed", ...say("failed") },
    late: { needs: ["stuck"], join: { atLeast: 1, deadline: "1h" }, ...say("never") },
  }),
  succeeds("cancels", {
    work: { run: ["sleep", "60"] },
    ready: say("ready"),
    killer: { needs: ["ready"], set: { n: 1 }, cancels: ["work"] },
  }),
  succeeds("fallback", { it: { run: ["false"], ...once, fallback: say("instead") } }),
  succeeds("stop", { stuck, it: { stop: { output: 1 } } }),
];

const WAITS: readonly CorpusRun[] = [
  succeeds("wait", { it: { wait: "10ms" }, past: { wait: { until: "2001-01-01T00:00:00Z" } } }),
  succeeds(
    "event",
    {
      it: { waitFor: { event: "go", match: "event.data == 1" } },
      then: { needs: ["it"], ...say("x") },
    },
    {},
    go,
  ),
  succeeds("event-too-late", {
    it: { waitFor: { event: "never", timeout: "10ms", onTimeout: "continue" } },
  }),
  succeeds(
    "approval",
    { ask: { approval: { prompt: "?", timeout: "1h" } } },
    {},
    async (handle) => {
      await untilWaiting(handle, "ask");
      await handle.executeUpdate("approve", { args: [{ id: "ask", decision: "approve" }] });
    },
  ),
  succeeds("approval-by-default", {
    ask: { approval: { prompt: "?", timeout: "10ms", default: "approve" } },
  }),
  succeeds(
    "pause-and-resume",
    { hold: { waitFor: { event: "go" } }, next: { needs: ["hold"], ...say("next") } },
    {},
    async (handle) => {
      await untilWaiting(handle, "hold");
      await handle.signal("pause");
      await go(handle);
      await untilStep(handle, "hold", ({ status }) => status === "succeeded");
      await handle.signal("resume");
    },
  ),
  succeeds("set-state", { hold: { waitFor: { event: "go" } } }, {}, async (handle) => {
    await untilWaiting(handle, "hold");
    await handle.executeUpdate("setState", { args: [{ n: 1 }] });
    await go(handle);
  }),
];

const HOOKED: readonly CorpusRun[] = (["activity", "local"] as const).flatMap((dispatch) => [
  succeeds(
    `hooks-${dispatch}`,
    { a: say("a"), b: say("b"), c: { run: ["false"], ...once, onError: "continue" } },
    {
      hooks: [
        hook("before", "step.before", { outcome: "continue" }, { dispatch }),
        hook("after", "step.after", { outcome: "continue", state: { seen: 1 } }, { dispatch }),
        hook("error", "step.error", { outcome: "continue" }, { dispatch }),
        hook("end", "run.succeeded", { outcome: "continue" }, { dispatch }),
      ],
    },
  ),
  succeeds(
    `hook-outcomes-${dispatch}`,
    { a: say("a"), b: say("b"), c: { run: ["false"], ...once } },
    {
      hooks: [
        hook(
          "modify",
          "step.before",
          { outcome: "modify", input: { command: ["echo", "other"] } },
          {
            dispatch,
            match: { step: "a" },
          },
        ),
        hook(
          "replace",
          "step.before",
          { outcome: "replace", output: 1 },
          {
            dispatch,
            match: { step: "b" },
          },
        ),
        hook("rescue", "step.error", { outcome: "replace", output: 2 }, { dispatch }),
      ],
    },
  ),
  {
    ending: "failed" as const,
    document: {
      name: `hook-cancels-${dispatch}`,
      hooks: [hook("no", "step.before", { outcome: "cancel", reason: "no" }, { dispatch })],
      steps: { it: say("x") },
    },
  },
  succeeds(
    `hook-retries-${dispatch}`,
    { it: { run: "echo x >> tries; test $(wc -l < tries) -eq 2", ...once } },
    { hooks: [hook("again", "step.error", { outcome: "retry", delayMs: 10 }, { dispatch })] },
  ),
  succeeds(
    `hook-asks-${dispatch}`,
    { it: say("x") },
    { hooks: [hook("ask", "step.before", { outcome: "ask", prompt: "?" }, { dispatch })] },
    (handle) => decideWhenAsked(handle),
  ),
]);

async function decideWhenAsked(handle: WorkflowHandle): Promise<unknown> {
  const id = await vi.waitFor(
    async () => {
      const [asked] = (await progressOf(handle)).pendingApprovals;
      if (asked === undefined) throw new Error("nobody asked yet");
      return asked.id;
    },
    { timeout: 20_000, interval: 20 },
  );
  return handle.executeUpdate("approve", { args: [{ id, decision: "approve" }] });
}

/** Registered before the run that calls it. */
export const CHILD = {
  name: "corpus-child",
  output: "${{ input }}",
  steps: { one: say("one") },
} satisfies TestDocument;

const ENDINGS: readonly CorpusRun[] = [
  { document: { name: "failure", steps: { stuck, it: broken } }, ending: "failed" },
  {
    ending: "failed",
    document: {
      name: "plain-steps",
      coordination: { failFast: false },
      steps: {
        first: { ...say("1"), compensate: say("undo first") },
        taken: { needs: ["first"], if: "steps.first.output.json == 1", ...say("2") },
        not: { needs: ["first"], if: "steps.first.output.json == 2", ...say("3") },
        each: {
          needs: ["taken"],
          foreach: { items: [1, 2, 3], concurrency: 2 },
          call: "echo",
          with: "${{ item }}",
        },
        missed: { run: ["false"], ...once, onError: "continue" },
        slow: { run: ["sleep", "60"] },
        decided: { needs: ["each", "missed"], join: "done", ...say("decided"), cancels: ["slow"] },
        beside: { needs: ["decided"], ...say("beside") },
        bad: { needs: ["decided"], run: ["false"], ...once },
      },
    },
  },
  {
    document: {
      name: "compensation",
      steps: {
        a: { ...say("a"), compensate: say("undo a") },
        b: { needs: ["a"], set: { n: 1 }, compensate: { run: ["false"], ...once } },
        bad: { needs: ["b"], ...broken },
      },
    },
    ending: "failed",
  },
  {
    document: {
      name: "no-fail-fast",
      coordination: { failFast: false },
      steps: { it: broken, b: say("b") },
    },
    ending: "failed",
  },
  {
    document: { name: "run-timeout", coordination: { timeout: "50ms" }, steps: { stuck } },
    ending: "failed",
  },
  {
    document: {
      name: "cancellation",
      steps: { a: { ...say("a"), compensate: say("undo a") }, stuck: { needs: ["a"], ...stuck } },
    },
    ending: "cancelled",
    drive: async (handle) => {
      await untilWaiting(handle, "stuck");
      await handle.cancel();
    },
  },
  {
    document: { name: "input-refused", input: { type: "string" }, steps: { a: say("a") } },
    ending: "failed",
  },
  succeeds("parent", { it: { pattern: CHILD.name, with: 1 } }),
];

const order = (handle: WorkflowHandle, name: string, argument: JsonValue): Promise<unknown> =>
  handle.executeUpdate(name, { args: [argument] });

const tell = async (handle: WorkflowHandle, ...events: JsonObject[]): Promise<void> => {
  for (const event of events) await handle.signal("event", event);
};

/** What people and events do to a run that runs. */
const STEERED: readonly CorpusRun[] = [
  succeeds(
    "operator-orders",
    {
      broken: { run: "test -e mended", ...once, onError: "continue" },
      after: { needs: ["broken"], ...say("after") },
      slow: { run: ["sleep", "60"] },
      needless: { needs: ["slow"], ...say("needless") },
      mend: { needs: ["slow"], run: ["touch", "mended"] },
      hold: { waitFor: { event: "go" } },
    },
    { coordination: { failFast: false } },
    async (handle) => {
      await untilStep(handle, "broken", ({ status }) => status === "failed");
      await untilStep(handle, "slow");
      await order(handle, "skipStep", { step: "needless", reason: "not needed", by: "ann" });
      await order(handle, "completeStep", { step: "slow", output: { n: 1 } });
      await untilStep(handle, "mend", ({ status }) => status === "succeeded");
      await order(handle, "retryStep", { step: "broken", by: "ann" });
      await untilStep(handle, "after", ({ status }) => status === "succeeded");
      await go(handle);
    },
  ),
  succeeds(
    "operator-items",
    {
      each: {
        foreach: { items: [0, 60, 61], complete: "done" },
        run: ["sleep", "${{ item }}"],
        ...once,
      },
    },
    {},
    async (handle) => {
      await untilStep(handle, "each[2]");
      await order(handle, "skipStep", "each[1]");
      await order(handle, "completeStep", { step: "each[2]", output: 2 });
    },
  ),
  succeeds(
    "operator-output-checked",
    {
      slow: {
        run: ["sleep", "60"],
        outputSchema: { type: "object", properties: { n: { type: "integer" } } },
      },
      after: { set: { n: "${{ steps.slow.output.n }}" } },
    },
    {},
    async (handle) => {
      await untilStep(handle, "slow");
      await order(handle, "completeStep", { step: "slow", output: { n: "7" } }).catch(() => null);
      await order(handle, "completeStep", { step: "slow", output: { n: 7 } });
    },
  ),
  succeeds(
    "approval-reminders",
    { ask: { approval: { prompt: "?", timeout: "1h", remind: "50ms", approvers: ["ann"] } } },
    { hooks: [hook("told", "approval.requested", { outcome: "continue" })] },
    async (handle) => {
      await vi.waitFor(
        async () => {
          const [asked] = (await progressOf(handle)).pendingApprovals;
          if ((asked?.reminders ?? 0) < 2) throw new Error("reminded less than twice");
        },
        { timeout: 20_000, interval: 20 },
      );
      await order(handle, "approve", { id: "ask", decision: "approve", by: "ann" });
    },
  ),
  succeeds(
    "reactions",
    {
      paid: {
        on: { event: "order.*", match: "event.data > 0", max: 2 },
        ...say("${{ event.data }}"),
      },
      chained: { on: "echo", emit: { type: "heard" } },
      heard: {
        on: { event: "heard", max: 1 },
        cancels: ["chained"],
        set: { type: "${{ event.type }}" },
      },
    },
    { coordination: { model: "event_driven" } },
    (handle) =>
      tell(
        handle,
        { type: "order.paid", data: 0 },
        { type: "order.paid", data: 1 },
        { type: "echo" },
        { type: "order.kept", data: 2 },
      ),
  ),
  succeeds(
    "events-for-items",
    { each: { foreach: { items: [1, 2] }, waitFor: { event: "part" } } },
    {},
    (handle) => tell(handle, { type: "part", data: 1 }, { type: "part", data: 2 }),
  ),
  succeeds(
    "groups-that-cancel-each-other",
    {
      a: { cancels: ["b"], group: { steps: { x: { waitFor: { event: "go" } } } } },
      b: { cancels: ["a"], group: { steps: { y: { waitFor: { event: "go" } } } } },
    },
    {},
    go,
  ),
];

const quiet = { dispatch: "local" };

/** Points that fire only in runs that began since they do. */
const POINTS: readonly CorpusRun[] = [
  succeeds(
    "points-of-agents",
    {
      it: { agent: "one", with: 1 },
      shaky: { agent: "shaky", retry: { maximumAttempts: 1 } },
    },
    {
      agents: {
        one: { handler: { function: "echo" } },
        shaky: {
          handler: { command: ["sh", "-c", "test -f was-here || { touch was-here; false; }"] },
        },
      },
      hooks: [
        hook("enters", "agent.enter", { outcome: "continue" }, quiet),
        hook("leaves", "agent.exit", { outcome: "continue" }, quiet),
        hook("again", "step.error", { outcome: "retry", delay: 1, maxAttempts: 2 }),
      ],
    },
  ),
  succeeds(
    "points-of-the-state",
    {
      a: say("a"),
      b: say("b"),
      reads: { needs: ["a", "b"], set: { n: "${{ state.n }}" } },
    },
    {
      hooks: [
        hook("one", "step.before", { state: { n: 1 } }, { match: { step: "a" } }),
        hook("two", "step.before", { state: { n: 2 } }, { match: { step: "b" } }),
        hook("before", "state.beforeWrite", { outcome: "continue" }),
        hook("after", "state.afterWrite", { outcome: "continue" }, quiet),
        hook("conflict", "state.conflict", { outcome: "replace", output: 3 }),
        hook("shows", "state.afterRead", { outcome: "replace", output: { n: 4 } }),
      ],
    },
  ),
  succeeds(
    "points-of-a-try",
    {
      it: {
        run: "echo x >> tries; test $(wc -l < tries) -eq 2",
        retry: { maximumAttempts: 5, initialInterval: "1h" },
      },
      late: { wait: "1h", timeout: "20ms", onError: "continue" },
      named: { emit: { type: "custom.thing", data: 1 } },
    },
    {
      hooks: [
        hook("soon", "step.retry", { outcome: "retry", delay: "10ms" }),
        hook("instead", "step.timeout", { outcome: "replace", output: 1 }),
        hook("own", "custom:thing", { outcome: "modify", input: 2 }),
        hook("slow", "system.slow", { outcome: "continue" }, { metadata: { slowMs: 1 } }),
      ],
    },
  ),
  {
    ending: "failed",
    document: {
      name: "points-of-an-ending",
      steps: {
        it: { ...say("it"), compensate: say("undone") },
        boom: { needs: ["it"], ...broken },
        later: { needs: ["it"], ...stuck },
      },
      hooks: [
        hook("undo", "WorkflowRollback", { outcome: "continue" }),
        hook("gone", "step.cancelled", { outcome: "continue" }),
        hook("over", "step.cleanup", { outcome: "continue" }),
      ],
    },
  },
  succeeds(
    "tool-above-the-allowed-level",
    {
      a: { ...say("a"), dispatch: "local" },
      drop: { needs: ["a"], call: "mcp__prod__drop", dispatch: "local", onError: "continue" },
      b: { needs: ["drop"], join: "done", ...say("b"), dispatch: "local" },
      not: { needs: ["b"], if: "steps.b.output.exitCode == 1", call: "mcp__prod__not" },
    },
    {
      hooks: [
        hook("before", "step.before", { outcome: "continue" }, { match: { step: "drop" } }),
        hook("told", "system.securityViolation", { outcome: "continue" }),
      ],
    },
  ),
];

export const CORPUS: readonly CorpusRun[] = [
  ...WORK,
  ...SHAPES,
  ...WAITS,
  ...HOOKED,
  ...ENDINGS,
  ...STEERED,
  ...POLICIES,
  ...POINTS,
];
