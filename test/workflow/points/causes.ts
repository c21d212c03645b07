/** The causes of the matrix: what happens to the step `it` of a run, and with it which hooks fire. */
import type { WorkflowHandle } from "@temporalio/client";

import type { JsonObject } from "../../../src/core/index.ts";
import { untilWaiting, type TestDocument } from "../../support/documents.ts";
import { NOTED_POINTS } from "../../fixtures/functions/firing.ts";

export interface Cause {
  readonly cause: string;
  readonly document: TestDocument;
  /** What somebody does to the run. */
  readonly drive?: (handle: WorkflowHandle) => Promise<unknown>;
  /** `killed`: the worker dies under it; `elsewhere`: by a worker of one queue, on a server that
   * wants short histories; `session`: ended with it. */
  readonly how?: "killed" | "elsewhere" | "session";
  /** Where it has to be when the worker is killed. */
  readonly until?: string;
  /** What somebody does to the run before its worker is killed. */
  readonly lead?: (handle: WorkflowHandle) => Promise<unknown>;
}

type NotedPoint = (typeof NOTED_POINTS)[number];

const once = { retry: { maximumAttempts: 1 } };
const twice = { retry: { maximumAttempts: 2, initialInterval: 10 } };
const ok: JsonObject = { run: ["true"] };
const hold: JsonObject = { waitFor: { event: "go", timeout: "10m" } };
const ender: JsonObject = { waitFor: { event: "end", timeout: "10m" }, cancels: ["it"] };
const broken: JsonObject = { run: ["false"], ...once };
const slow: JsonObject = { run: ["sleep", "30"], ...once };
/** Says that it runs and never ends by itself; what is left of a killed worker's ends with the test's folder. */
const HELD = "touch held; while test -f held; do sleep 0.2; done";
const boom: JsonObject = { needs: ["it"], fail: { type: "Boom", message: "no" } };
const SECOND = "echo x >> tries; test $(wc -l < tries) -ge 2";

/** A hook per point that notes it; the one in `holding` holds the first time. */
function hooks(dispatch: string, holding?: NotedPoint): readonly JsonObject[] {
  return NOTED_POINTS.map((point, index) => ({
    name: `h${String(index)}`,
    on: point,
    dispatch,
    ...(point.startsWith("run.") ? {} : { match: { step: "it" } }),
    // One that holds does so until each of the others is where it has to be, and its worker is killed.
    timeout: "10m",
    handler: { function: `${point === holding ? "hold" : "note"}-${point}` },
  }));
}

function cause(
  text: string,
  it: JsonObject,
  more: Partial<Omit<Cause, "cause" | "document">> & {
    readonly steps?: JsonObject;
    readonly agents?: JsonObject;
    readonly extra?: readonly JsonObject[];
    readonly holding?: NotedPoint;
  } = {},
): Cause {
  const { steps = {}, extra = [], holding, agents, ...rest } = more;
  const document = {
    steps: { ...steps, it },
    hooks: [...hooks(rest.how === "killed" ? "activity" : "local", holding), ...extra],
    ...(agents === undefined ? {} : { agents }),
  };
  return { cause: text, document, ...rest };
}

const steering = (on: string, fn: string): JsonObject => ({
  name: "steering",
  on,
  match: { step: "it" },
  priority: 200,
  handler: { function: fn },
});
const cancel = (handle: WorkflowHandle): Promise<unknown> => handle.cancel();
const endIt = async (handle: WorkflowHandle): Promise<unknown> => {
  await untilWaiting(handle, "it");
  return handle.signal("event", { type: "end" });
};
const killedIn = (
  point: NotedPoint,
  it: JsonObject = ok,
  more: { readonly steps?: JsonObject; readonly lead?: NonNullable<Cause["lead"]> } = {},
): Cause =>
  cause(`worker killed during a hook of \`${point}\``, it, {
    ...more,
    how: "killed",
    holding: point,
    until: point,
  });
const chain = Object.fromEntries(
  Array.from({ length: 8 }, (_each, n) => [
    `s${String(n)}`,
    { ...ok, ...(n === 0 ? {} : { needs: [`s${String(n - 1)}`] }) },
  ]),
);

export const CAUSES: readonly Cause[] = [
  cause("ok", ok),
  cause("ok at the second attempt", { run: SECOND, ...twice }),
  cause("each of three attempts failed", {
    run: ["false"],
    retry: { maximumAttempts: 3, initialInterval: 10 },
  }),
  cause("failed for good, `onError: continue`", { ...broken, onError: "continue" }),
  cause(
    "failed once, a hook of `step.error` asks for another try",
    { run: SECOND, ...once },
    {
      extra: [steering("step.error", "again")],
    },
  ),
  cause("timed out: start to close", { ...slow, timeout: 300 }),
  cause("timed out: schedule to close, between attempts", {
    // The first attempt has to fail by itself, on a busy machine too, before its own time is over.
    run: "test -f tries && sleep 30; touch tries; false",
    scheduleToClose: 10_000,
    timeout: 9900,
    retry: { maximumAttempts: 2, initialInterval: 10 },
  }),
  cause(
    "timed out: schedule to start, nobody polls",
    {
      ...ok,
      taskQueue: "nobody-polls-here",
      scheduleToStart: 300,
    },
    { how: "elsewhere" },
  ),
  cause("timed out: a wait for an event", { waitFor: { event: "never", timeout: 100 } }),
  cause("timed out: an approval", { approval: { prompt: "?", timeout: 100 } }),
  cause("timed out: a step that waits", { wait: "1h", timeout: 100 }),
  cause(
    "cancelled while it waits for another step",
    { ...ok, needs: ["first"] },
    {
      steps: { first: hold },
      drive: async (handle) => {
        await untilWaiting(handle, "first");
        return cancel(handle);
      },
    },
  ),
  cause("cancelled while running, with the run", hold, {
    drive: async (handle) => {
      await untilWaiting(handle, "it");
      return cancel(handle);
    },
  }),
  cause("cancelled while running, by another step", hold, {
    steps: { other: ender },
    drive: endIt,
  }),
  cause("cancelled by a hook of `step.before`", ok, {
    extra: [steering("step.before", "refuses")],
  }),
  cause("run stopped by a hook of `step.before`", ok, {
    extra: [steering("step.before", "stops")],
  }),
  cause("cancelled by the end of its session", hold, { how: "session" }),
  cause("skipped by its condition", { ...ok, if: "${{ 1 == 2 }}" }),
  cause(
    "skipped by its join",
    { ...ok, needs: ["first"] },
    {
      steps: { first: { ...broken, onError: "continue" } },
    },
  ),
  cause("failed, then its fallback", { ...broken, fallback: { run: ["true"] } }),
  cause(
    "ok, undone because a later step failed",
    { ...ok, compensate: { run: ["true"] } },
    {
      steps: { last: boom },
    },
  ),
  cause(
    "ok, the run continued as new before it",
    { ...ok, needs: ["s7"] },
    {
      steps: chain,
      how: "elsewhere",
    },
  ),
  cause("ok, in a child run; `child:` says that it is a hook of its own", {
    pattern: "matrix-child",
  }),
  cause(
    "worker killed before the step",
    { ...ok, needs: ["first"] },
    {
      steps: { first: hold },
      how: "killed",
      until: "first",
      drive: (handle) => handle.signal("event", { type: "go" }),
    },
  ),
  cause(
    "worker killed during the step, which has another attempt",
    { run: `test -f held || { ${HELD}; }`, ...twice },
    { how: "killed", until: "it" },
  ),
  cause(
    "worker killed during the step, which has no other attempt",
    { run: HELD, ...once },
    { how: "killed", until: "it" },
  ),
  cause("worker killed after the step", ok, {
    steps: { last: { needs: ["it"], ...hold } },
    how: "killed",
    until: "last",
    drive: (handle) => handle.signal("event", { type: "go" }),
  }),
  killedIn("run.before"),
  killedIn("step.validate"),
  killedIn("step.authorize"),
  killedIn("step.allocate"),
  killedIn("step.before"),
  killedIn("step.after"),
  killedIn("WorkflowRollback", { ...ok, compensate: { run: ["true"] } }, { steps: { last: boom } }),
  killedIn("step.retry", { run: SECOND, ...twice }),
  killedIn("step.error", broken),
  killedIn("step.timeout", { wait: "1h", timeout: 100 }),
  killedIn("step.skipped", { ...ok, if: "${{ 1 == 2 }}" }),
  killedIn("step.cancelled", hold, { steps: { other: ender }, lead: endIt }),
  killedIn("step.cleanup"),
  killedIn("run.succeeded"),
  killedIn("run.failed", broken),
  killedIn("run.cancelled", hold, {
    lead: async (handle) => {
      await untilWaiting(handle, "it");
      return cancel(handle);
    },
  }),
];

export const CHILD: TestDocument = {
  name: "matrix-child",
  steps: { it: { set: { done: true } } },
  hooks: hooks("activity").map((hook, index) => ({
    ...hook,
    handler: { function: `child-${NOTED_POINTS[index] ?? ""}` },
  })),
};
