/** The runs of `places.ts`. */
import type { JsonObject } from "../../../src/core/index.ts";
import type { TestDocument } from "../../support/documents.ts";
import type { Stage } from "./places.ts";

const say = (text: string): JsonObject => ({ run: ["echo", text] });
const once = { retry: { maximumAttempts: 1 } };
const go = { onError: "continue" };
const emit = (type: string): JsonObject => ({ emit: { type, data: { message: "made" } } });
const hook = (name: string, on: string, step: string, fn: string): JsonObject => ({
  name,
  on,
  match: { step },
  handler: { function: fn },
});

const ALL: JsonObject = {
  t_run: say("run"),
  t_search: { ...say("search"), type: "search" },
  t_edit: { ...say("edit"), type: "edit" },
  t_agent: { agent: "one" },
  h_agent: { agent: "first" },
  p_agent: { agent: "one" },
  e_agent: { agent: "shaky", ...once },
  e_run: { run: ["false"], retry: { maximumAttempts: 2, initialInterval: 1 }, ...go },
  w_time: { run: ["sleep", "9"], timeout: 200, ...once, ...go },
  s_skip: { ...say("never"), if: "${{ 1 == 2 }}" },
  c_wait: { waitFor: { event: "never", timeout: "1h" } },
  ends: { ...say("ends"), cancels: ["c_wait"] },
  b: { switch: { cases: [{ when: "${{ 1 == 1 }}", steps: { b_in: { set: { n: 1 } } } }] } },
  l: { loop: { until: "${{ 1 == 1 }}", max: 3, steps: { l_in: { set: { n: 1 } } } } },
  l_max: { loop: { until: "${{ 1 == 2 }}", max: 1, steps: { m_in: { set: { n: 1 } } } }, ...go },
  f: { foreach: { items: [1] }, set: { n: "${{ item }}" } },
  st_a: say("a"),
  st_b: say("b"),
  st_read: { needs: ["st_a", "st_b"], set: { n: "${{ state.shared }}" } },
  ask: { approval: { prompt: "Ship it?" }, ...go },
  w_event: { waitFor: { event: "artifact.made", match: "${{ event.data.no.such > 1 }}" }, ...go },
  em: emit("artifact.made"),
  em_test: emit("custom.test"),
  em_file: emit("artifact.after_create"),
  em_open: emit("custom.worktree.create"),
  em_shut: emit("custom.worktree.remove"),
  bad: { call: "violates", ...once, ...go },
};

export const DOCUMENTS: Readonly<Record<Exclude<Stage, "session" | "worker">, TestDocument>> = {
  all: {
    coordination: { failFast: false },
    agents: {
      one: { handler: { function: "worker" } },
      other: { handler: { function: "worker" } },
      first: { handler: { function: "hands-off" } },
      shaky: { handler: { function: "fails-once" } },
    },
    steps: ALL,
    hooks: [
      hook("write_a", "step.before", "st_a", "write-1"),
      hook("write_b", "step.before", "st_b", "write-2"),
      hook("asking", "step.before", "p_agent", "asks"),
      hook("again", "step.error", "e_agent", "again"),
    ],
  },
  fails: {
    steps: {
      undo: { ...say("do"), compensate: { run: ["echo", "undo"] } },
      boom: { needs: ["undo"], fail: { type: "Boom", message: "it broke" } },
    },
  },
  cancelled: { steps: { stuck: { waitFor: { event: "never" } } } },
  continued: {
    steps: Object.fromEntries(
      Array.from({ length: 12 }, (_each, n) => [
        `s${String(n)}`,
        { ...say("x"), ...(n === 0 ? {} : { needs: [`s${String(n - 1)}`] }) },
      ]),
    ),
  },
  joins: { name: "joins", steps: { it: { set: { seen: "${{ session.state }}" } } } },
};
