import { dirname } from "node:path";

import { Context, type Info } from "@temporalio/activity";

import { defined } from "../core/index.ts";
import type { HandlerContext } from "../hooks/executors/index.ts";
import { ORIGIN_VARIABLE, type Origin } from "../hooks/index.ts";
import type { RunFacts } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";

/** What of the run and the step a handler is told. */
export interface Subject {
  readonly run: RunFacts;
  readonly step?: string;
  readonly instance?: string;
  readonly attempt?: number;
  readonly timeoutMs?: number;
  /** What the runs carry that the handler starts; the run's own unless said otherwise. */
  readonly origin?: Origin;
}

/** Where no limit is known; a pattern's policies always set one. */
const DEFAULT_TIMEOUT_MS = 300_000;

/** The context of a handler that works for a run: folders, environment, limits, cancellation. */
export function handlerContext(deps: ActivityDeps, subject: Subject): HandlerContext {
  const { info, cancellationSignal } = Context.current();
  const { run, step, instance } = subject;
  const attempt = subject.attempt ?? info.attempt;
  const { settings } = deps;
  return {
    cwd: run.workspace,
    ...(run.patternFile === undefined
      ? {}
      : { patternFile: run.patternFile, patternDir: dirname(run.patternFile) }),
    env: { ...settings.env, ...runEnvironment(info, subject, attempt) },
    timeoutMs: subject.timeoutMs ?? timeLeft(info),
    signal: cancellationSignal,
    functions: deps.functions,
    secret: settings.secret,
    store: deps.registry.hookStore,
    log: deps.log,
    ...(deps.services === undefined ? {} : { services: deps.services }),
    callId: callIdOf(info),
    ...(settings.shell === undefined ? {} : { shell: settings.shell }),
    ...(settings.killGraceMs === undefined ? {} : { killGraceMs: settings.killGraceMs }),
    facts: {
      attempt,
      workspace: run.workspace,
      outputDir: run.outputDir,
      ...info.workflowExecution,
      ...(run.session === undefined ? {} : { session: run.session }),
      ...defined({ origin: subject.origin ?? run.origin, correlation: run.correlation }),
      ...(step === undefined ? {} : { step }),
      ...(instance === undefined ? {} : { instance }),
    },
  };
}

/** The same for each attempt at one activity, and for no other. */
function callIdOf({ workflowExecution, activityId, scheduledTimestampMs }: Info): string {
  return `${workflowExecution?.runId ?? ""}/${activityId}/${String(scheduledTimestampMs)}`;
}

/**
 * Slightly less than the server's own limit, so that the failure which arrives is the one that knows the output. The
 * server's clock started earlier than ours by the way the task came.
 */
function timeLeft(info: Info): number {
  const limit = info.startToCloseTimeoutMs || info.scheduleToCloseTimeoutMs || DEFAULT_TIMEOUT_MS;
  return Math.max(1, Math.round(limit - Math.min(1000, limit * 0.05)));
}

function runEnvironment(
  info: Info,
  { run, step, instance, origin = run.origin }: Subject,
  attempt: number,
): Record<string, string> {
  const facts: Readonly<Record<string, string | undefined>> = {
    HEDDLE_RUN_ID: info.workflowExecution?.runId,
    HEDDLE_WORKFLOW_ID: info.workflowExecution?.workflowId,
    HEDDLE_STEP_ID: step,
    HEDDLE_INSTANCE: instance,
    HEDDLE_ATTEMPT: String(attempt),
    HEDDLE_WORKSPACE: run.workspace,
    HEDDLE_OUTPUT_DIR: run.outputDir,
    HEDDLE_PATTERN_DIR: run.patternFile === undefined ? undefined : dirname(run.patternFile),
    HEDDLE_SESSION: run.session,
    [ORIGIN_VARIABLE]: origin?.join(","),
  };
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(facts)) {
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
