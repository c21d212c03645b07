import { setTimeout as delay } from "node:timers/promises";

import type { Client, WorkflowHandle } from "@temporalio/client";

import { HeddleError, type JsonValue } from "../core/index.ts";
import {
  QUERIES,
  SIGNALS,
  UPDATES,
  type ApprovalDecision,
  type EventSignal,
  type HookReport,
  type ProgressReport,
  type SegmentReport,
  type StepOrder,
  type StepOrderAnswer,
} from "../workflows/messages.ts";
import { readStart, runAgain, type RunAgain, type StartedWith } from "./run-again.ts";
import { closingOf, RunError } from "./run-error.ts";
import { createRunOrders, type RunOrders } from "./run-orders.ts";
import { buildReport, type RunOutcome, type RunReport } from "./run-report.ts";
import { queryAtRest } from "./query-at-rest.ts";
import { translate } from "./service-error.ts";
import { resolveReferences, type ValueSource } from "./values.ts";
import { watchProgress, type WatchOptions } from "./watch.ts";

/** One run, whether or not this client started it. */
export interface RunHandle<Output = JsonValue> extends RunOrders {
  readonly workflowId: string;
  /** The first execution's id, when this client started the run; else the one that was asked for. */
  readonly runId: string | undefined;
  /** The run's page in the Temporal Web UI. */
  readonly url: string;
  /** Waits for the output. @throws RunError when the run does not succeed */
  result(): Promise<Output>;
  /** Waits for the end, however the run ends. */
  outcome(): Promise<RunOutcome>;
  /** How the run stands now; does not wait. */
  current(): Promise<RunOutcome & { readonly runId: string }>;
  progress(): Promise<ProgressReport>;
  hooks(): Promise<readonly HookReport[]>;
  /** Everything about the run as one JSON object; `outcome` saves asking again. */
  report(outcome?: RunOutcome): Promise<RunReport>;
  /** The run's progress after every change, until it ends. */
  watch(options?: WatchOptions): AsyncIterable<ProgressReport>;
  cancel(): Promise<void>;
  signal(name: string, argument?: JsonValue): Promise<void>;
  /** Delivers an event to this run alone. */
  sendEvent(event: EventSignal): Promise<void>;
  approve(decision: ApprovalDecision): Promise<JsonValue>;
  /** Runs a closed run again, from the step that failed where that is possible. */
  again(reason?: string): Promise<RunAgain>;
  /** How the run was started: what a copy of it is started with. */
  started(): Promise<StartedWith>;
}

export interface RunPlace {
  readonly temporal: Client;
  readonly workflowId: string;
  readonly runId: string | undefined;
  /** Queries and updates are answered by a worker: how long one may take. */
  readonly answerMs: number;
  readonly urlOf: (workflowId: string, runId: string | undefined) => string;
  readonly values: ValueSource | undefined;
}

export function createRunHandle<Output = JsonValue>(place: RunPlace): RunHandle<Output> {
  const { workflowId, runId, temporal } = place;
  const toResult = temporal.workflow.getHandle(workflowId, runId);
  // Without a run id: a query or signal meant for a run that continued as new belongs to the newest one of its chain.
  const toNewest = temporal.workflow.getHandle(
    workflowId,
    undefined,
    runId === undefined ? {} : { firstExecutionRunId: runId },
  );
  const ask = createAsk(place);
  const read = (value: JsonValue): Promise<JsonValue> => resolveReferences(value, place.values);
  const progress = (): Promise<ProgressReport> =>
    ask(async () => {
      const told = await untilLoaded(toNewest);
      if (told === null) throw notBegun(workflowId);
      return told;
    });
  const hooks = (): Promise<readonly HookReport[]> =>
    ask(() => queryAtRest<readonly HookReport[]>(toNewest, QUERIES.hooks));
  const outcome = (): Promise<RunOutcome> => ask(() => waitForEnd(toResult, read), NO_LIMIT);
  const current = (): Promise<RunOutcome & { readonly runId: string }> =>
    ask(() => lookUp(toNewest, outcome));
  return {
    workflowId,
    runId,
    url: place.urlOf(workflowId, runId),
    async result() {
      const end = await outcome();
      if (end.status === "succeeded") return end.output as Output; // as: the caller's claim about the pattern's output
      throw new RunError(workflowId, closedStatus(end), end.error ?? UNKNOWN);
    },
    outcome,
    current,
    progress,
    hooks,
    report: (known) => report(place, { progress, hooks, current }, known),
    watch: (options) => watchProgress({ progress, outcome }, options),
    cancel: () =>
      ask(async () => {
        await toNewest.cancel();
      }),
    signal: (name, argument) =>
      ask(() => toNewest.signal(name, ...(argument === undefined ? [] : [argument]))),
    sendEvent: (event) => ask(() => toNewest.signal(SIGNALS.event, event)),
    approve: (decision) =>
      ask(() =>
        toNewest.executeUpdate<JsonValue, [ApprovalDecision]>(UPDATES.approve, {
          args: [decision],
        }),
      ),
    ...createRunOrders((update, order) =>
      ask(() => toNewest.executeUpdate<StepOrderAnswer, [StepOrder]>(update, { args: [order] })),
    ),
    again: (reason) => ask(() => runAgain(temporal, workflowId, reason)),
    started: () => ask(async () => readStart(await toNewest.fetchHistory())),
  };
}

/** How long a run may take to load its plan before it is said to have no steps. */
const LOADING_MS = 2_000;

/** A run that has just begun, or just continued as new, is on its way to its steps: null when they do not come. */
async function untilLoaded(run: WorkflowHandle): Promise<ProgressReport | null> {
  const giveUpAt = Date.now() + LOADING_MS;
  for (;;) {
    const told = await queryAtRest<ProgressReport | null>(run, QUERIES.progress);
    if (told !== null || Date.now() >= giveUpAt) return told;
    if (!OPEN.has((await run.describe()).status.name)) return null;
    await delay(LOADING_MS / 40);
  }
}

/** The plan is loaded first; a run that fails at that (unknown pattern, invalid input) never has steps. */
function notBegun(workflowId: string): HeddleError {
  return new HeddleError("NOT_BEGUN", `Run "${workflowId}" has no steps: its plan is not loaded.`, {
    hint: `See how it stands with: heddle run show ${workflowId}`,
  });
}

const NO_LIMIT = Number.POSITIVE_INFINITY;
const UNKNOWN = { type: "Internal", message: "The run gave no reason." };

type Ask = <T>(work: () => Promise<T>, limitMs?: number) => Promise<T>;

/** Every request has a deadline, and every refusal comes back in Heddle's words. */
export function createAsk(place: Pick<RunPlace, "temporal" | "answerMs" | "workflowId">): Ask {
  return async (work, limitMs = place.answerMs) => {
    try {
      if (limitMs === NO_LIMIT) return await work();
      return await place.temporal.connection.withDeadline(Date.now() + limitMs, work);
    } catch (thrown) {
      throw translate(thrown, place.workflowId);
    }
  };
}

async function waitForEnd(
  handle: WorkflowHandle,
  read: (value: JsonValue) => Promise<JsonValue>,
): Promise<RunOutcome> {
  try {
    const output: unknown = await handle.result();
    return { status: "succeeded", output: await read((output ?? null) as JsonValue) }; // as: payloads are decoded JSON
  } catch (thrown) {
    const closing = closingOf(thrown);
    if (closing === undefined) throw thrown;
    return { status: closing.status, output: null, error: closing.error };
  }
}

async function lookUp(
  handle: WorkflowHandle,
  outcome: () => Promise<RunOutcome>,
): Promise<RunOutcome & { readonly runId: string }> {
  const description = await handle.describe();
  const { runId } = description;
  if (OPEN.has(description.status.name)) return { status: "running", output: null, runId };
  return { ...(await outcome()), runId };
}

const OPEN: ReadonlySet<string> = new Set(["RUNNING", "PAUSED", "CONTINUED_AS_NEW"]);

function closedStatus(end: RunOutcome): "failed" | "cancelled" | "timedOut" {
  return end.status === "cancelled" || end.status === "timedOut" ? end.status : "failed";
}

async function report(
  place: RunPlace,
  run: Pick<RunHandle, "progress" | "hooks" | "current">,
  known: RunOutcome | undefined,
): Promise<RunReport> {
  const [now, progress, hooks] = await Promise.all([run.current(), run.progress(), run.hooks()]);
  const earlier = await resolveReferences(progress.earlier, place.values);
  return buildReport({
    runId: place.runId ?? now.runId,
    workflowId: place.workflowId,
    url: place.urlOf(place.workflowId, place.runId ?? now.runId),
    outcome: known ?? now,
    progress,
    hooks,
    earlier: isSegments(earlier) ? earlier : [],
  });
}

/** References that nobody could resolve stay small objects without steps. */
function isSegments(value: JsonValue): value is JsonValue & readonly SegmentReport[] {
  return Array.isArray(value) && value.every((item: unknown) => hasSteps(item));
}

function hasSteps(value: unknown): boolean {
  return typeof value === "object" && value !== null && "steps" in value && "hooks" in value;
}
