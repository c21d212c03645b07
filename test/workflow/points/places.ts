/** For every name of every vocabulary: the run in which its hook must fire, and what keeps it to one moment there. */
import type { JsonObject, JsonValue } from "../../../src/core/index.ts";
import { ALIASES, findPoint, POINTS, resolvePoint } from "../../../src/hooks/index.ts";

/** Which run, or which life of a session or worker. */
export type Stage = "all" | "fails" | "cancelled" | "continued" | "joins" | "session" | "worker";

export interface Place {
  readonly stage: Stage;
  readonly step?: string;
  readonly match?: JsonObject;
  readonly metadata?: JsonObject;
  /** Told again and again while the worker lives. */
  readonly repeats?: true;
}

export interface Name {
  readonly name: string;
  readonly point: string;
  readonly place: Place;
}

/** Custom points are open; these stand for all of them. */
export const CUSTOM = ["custom:test", "artifact:after_create"] as const;

/** Every name that can occur here, with its place. */
export function allNames(): readonly Name[] {
  const written = [
    ...POINTS.map(({ name }) => name),
    ...ALIASES.filter(({ never }) => never === undefined).map(({ name }) => name),
    ...CUSTOM,
  ];
  return [...new Set(written)].map((name) => {
    const resolved = resolvePoint(name);
    if (!resolved.ok) throw new Error(resolved.error);
    const { point, implied = {} } = resolved.value;
    return { name, point, place: placeOf(point, implied as JsonObject) }; // as: a match is plain JSON
  });
}

const STEPS: Readonly<Record<string, string>> = {
  "step.error": "e_run",
  "step.retry": "e_run",
  "step.timeout": "w_time",
  "step.skipped": "s_skip",
  "step.cancelled": "c_wait",
  "state.beforeRead": "st_read",
  "state.afterRead": "st_read",
  "state.beforeWrite": "st_a",
  "state.afterWrite": "st_a",
  "state.conflict": "st_a|st_b",
};
const GROUPS: Readonly<Record<string, string>> = { branch: "b", loop: "l", fork: "f" };
const RUNS: Readonly<Record<string, Stage>> = {
  "run.failed": "fails",
  "run.cancelled": "cancelled",
  "run.continued": "continued",
  "state.migration": "joins",
};
const FIELDS: Readonly<Record<string, Readonly<Record<string, JsonValue>>>> = {
  "event.beforeEmit": { "data.step": "em" },
  "event.afterEmit": { "data.step": "em" },
  "approval.requested": { "data.step": "ask" },
  "approval.decided": { "data.step": "ask" },
  notification: { "data.step": "ask" },
  "system.slow": { "data.step": "w_time", "data.what": "step" },
  "system.configChanged": { "data.hooks": ["late"] },
  "session.checkpoint": { "data.number": 1 },
  "session.save": { "data.number": 1 },
};
const METADATA: Readonly<Record<string, JsonObject>> = {
  "system.slow": { slowMs: 1 },
  "system.memoryHigh": { threshold: 0 },
  "system.cpuHigh": { threshold: 0 },
};
const OF_RUNS = new Set(["system.limitExceeded", "system.securityViolation", "system.slow"]);

function placeOf(point: string, implied: JsonObject): Place {
  const metadata = METADATA[point];
  const fields = FIELDS[point];
  const more = {
    ...(metadata === undefined ? {} : { metadata }),
    ...(fields === undefined ? {} : { match: { fields } }),
  };
  const subject = findPoint(point)?.subject;
  if (subject === "step") return stepPlace(point, implied);
  if (subject === "session") return { stage: "session", ...more };
  if (subject !== "system" || OF_RUNS.has(point)) return { stage: RUNS[point] ?? "all", ...more };
  if (point !== "system.startup") return { stage: "worker", ...more };
  return implied["source"] === "maintenance"
    ? { stage: "worker", repeats: true }
    : { stage: "worker", match: { fields: { "data.source": "startup" } } };
}

function stepPlace(point: string, implied: JsonObject): Place {
  if (implied["status"] === "compensating") return at("undo", {}, "fails");
  const step = STEPS[point] ?? GROUPS[point.split(".")[0] ?? ""];
  if (point.startsWith("agent.")) return agentPlace(point, implied);
  if (step !== undefined) return at(implied["kind"] === "agent" ? "e_agent" : step);
  if (typeof implied["type"] === "string") return at(`t_${implied["type"]}`);
  return at(implied["kind"] === "agent" ? "t_agent" : "t_run");
}

function agentPlace(point: string, { source, status }: JsonObject): Place {
  if (source === "handoff") return at("h_agent");
  if (status === "paused") return at("p_agent");
  if (status === "error" || status === "recovering") return at("e_agent");
  return at("t_agent", point !== "agent.assign" && status === undefined ? { status: "ready" } : {});
}

function at(step: string, match: JsonObject = {}, stage: Stage = "all"): Place {
  return { stage, step, match: { step, ...match } };
}
