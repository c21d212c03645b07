import type { JsonObject, JsonValue } from "../core/index.ts";
import type { SessionCheckpoint, SessionReport, SessionRun, StoredCheckpoint } from "./messages.ts";

/** A session's memory: plain JSON, handed on by continue-as-new as it is. */
export interface SessionMemory {
  readonly session: string;
  readonly startedAt: number;
  status: SessionReport["status"];
  state: JsonObject;
  /** Counts every change of the state. */
  stateVersion: number;
  /** How often its hooks were told something, so that each firing has an id of its own. */
  fired?: number;
  checkpoints: SessionCheckpoint[];
  runs: SessionRun[];
  /** Runs of earlier lives that had not succeeded, until a restore takes them up. */
  earlier?: readonly SessionRun[];
  /** Signals that came when the execution before was about to end, in order of arrival. */
  kept?: { readonly signal: string; readonly argument: JsonValue }[];
  /** What could not be done as asked, for whoever looks at the session. */
  notes: string[];
}

/** Checkpoints kept in the workflow; the registry keeps all of them. */
const KEPT_CHECKPOINTS = 20;

const KEPT_NOTES = 50;

/** Closed runs kept in the list; open ones always stay. */
const KEPT_RUNS = 200;

export function createSession(session: string, now: number): SessionMemory {
  return {
    session,
    startedAt: now,
    status: "active",
    state: {},
    stateVersion: 0,
    checkpoints: [],
    runs: [],
    notes: [],
  };
}

/** Merges a patch into the shared state, key by key; null removes nothing, it is a value. */
export function applyPatch(memory: SessionMemory, patch: JsonObject): void {
  memory.state = { ...memory.state, ...patch };
  memory.stateVersion += 1;
}

export function takeCheckpoint(
  memory: SessionMemory,
  now: number,
  reason: string,
): SessionCheckpoint {
  const { state, stateVersion, checkpoints } = memory;
  const number = (checkpoints.at(-1)?.number ?? 0) + 1;
  const taken = { number, at: new Date(now).toISOString(), reason, stateVersion, state };
  memory.checkpoints = [...checkpoints, taken].slice(-KEPT_CHECKPOINTS);
  return taken;
}

/** Takes up the checkpoints that an earlier life of the session left: numbers go on from theirs. */
export function adoptCheckpoints(memory: SessionMemory, stored: readonly StoredCheckpoint[]): void {
  const byNumber = new Map<number, SessionCheckpoint>();
  for (const { runs: _runs, ...each } of stored) byNumber.set(each.number, each);
  for (const each of memory.checkpoints) byNumber.set(each.number, each);
  const known = [...byNumber.values()].sort((left, right) => left.number - right.number);
  memory.checkpoints = known.slice(-KEPT_CHECKPOINTS);
}

/** Brings a checkpoint back: the one asked for, else the last. Returns undefined, and changes nothing, without one. */
export function restoreFrom(
  memory: SessionMemory,
  wanted: JsonValue | undefined,
): SessionCheckpoint | undefined {
  const { checkpoints } = memory;
  const last = checkpoints.at(-1);
  const found =
    typeof wanted === "number" ? checkpoints.find((each) => each.number === wanted) : last;
  if (found === undefined) return undefined;
  memory.state = found.state;
  memory.stateVersion = Math.max(memory.stateVersion, last?.stateVersion ?? 0) + 1;
  memory.status = "active";
  return found;
}

/** Keeps a remark for whoever looks at the session. */
export function note(memory: SessionMemory, text: string): void {
  memory.notes = [...memory.notes, text].slice(-KEPT_NOTES);
}

/**
 * Enters a run and gives it the shared state; with it, under a key of its own, the version of the pattern's last run when
 * that was another one: what it left may have to be migrated.
 */
export function addRun(memory: SessionMemory, run: JsonObject): JsonObject {
  const { workflowId, runId, pattern, version } = run;
  if (typeof workflowId !== "string" || typeof runId !== "string" || typeof pattern !== "string")
    return memory.state;
  const others = memory.runs.filter((each) => each.runId !== runId);
  const entry = { workflowId, runId, pattern, status: "running" };
  const versioned = typeof version === "string" ? { ...entry, version } : entry;
  memory.runs = prune([...others, versioned]);
  const before = others.findLast((each) => each.pattern === pattern)?.version;
  return before === undefined || before === version
    ? memory.state
    : { ...memory.state, [WRITTEN_BY]: before };
}

/** In the answer to a run that joins: the version of its pattern that worked on the state before. */
export const WRITTEN_BY = "$writtenBy";

export function closeRun(memory: SessionMemory, run: JsonObject): void {
  const status = typeof run["status"] === "string" ? run["status"] : "closed";
  memory.runs = memory.runs.map((each) =>
    each.workflowId === run["workflowId"] && each.status === "running" ? { ...each, status } : each,
  );
}

export function openRuns(memory: SessionMemory): readonly SessionRun[] {
  return memory.runs.filter((run) => run.status === "running");
}

/** The runs that a later life of the session may want back. */
export function unfinishedRuns(memory: SessionMemory): readonly SessionRun[] {
  const all = [...(memory.earlier ?? []), ...memory.runs];
  return all.filter(({ status }) => !DONE.has(status)).slice(-KEPT_RUNS);
}

/** A run that was forked goes on as another one. */
const DONE: ReadonlySet<string> = new Set(["succeeded", "forked"]);

/** Enters what is known of a run in place of what was known before. */
export function enterRun(memory: SessionMemory, run: SessionRun): void {
  const others = memory.runs.filter((each) => each.workflowId !== run.workflowId);
  memory.runs = prune([...others, run]);
}

function prune(runs: readonly SessionRun[]): SessionRun[] {
  const closed = runs.filter((run) => run.status !== "running").slice(-KEPT_RUNS);
  return runs.filter((run) => run.status === "running" || closed.includes(run));
}
