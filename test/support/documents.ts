/** Documents as tests write them: read, compiled, registered and run on a real worker, and how the run ended. */
import { randomUUID } from "node:crypto";
import { ApplicationFailure, CancelledFailure } from "@temporalio/common";
import { WorkflowFailedError, type WorkflowHandle } from "@temporalio/client";
import { vi } from "vitest";

import type { JsonObject, JsonValue } from "../../src/core/index.ts";
import { readPattern, type Plan } from "../../src/patterns/index.ts";
import type { ProgressReport, StepReport } from "../../src/workflows/messages.ts";
import type { Engine } from "./engine.ts";

/** A document without what every document has: `heddle`, `version`, and a name that no other test uses. */
export interface TestDocument {
  readonly name?: string;
  readonly steps: JsonObject;
  readonly [key: string]: JsonValue | undefined;
}

export interface Ending {
  readonly status: "succeeded" | "failed" | "cancelled";
  readonly output?: JsonValue;
  readonly error?: {
    readonly type: string;
    readonly message: string;
    readonly details: JsonObject;
  };
}

/** How the run ended, and every step by id, or by `id[instance]`. */
export interface Ran extends Ending {
  readonly steps: Readonly<Record<string, StepReport>>;
  readonly statuses: Readonly<Record<string, string>>;
  readonly handle: WorkflowHandle;
}

/** The compiled document. Throws with every issue when it is refused. */
export function planOf(document: TestDocument): Plan {
  const name = document.name ?? `t-${randomUUID().slice(0, 8)}`;
  const read = readPattern({ heddle: "v1", version: "1.0.0", ...document, name });
  if (read.accepted === undefined) throw new Error(JSON.stringify(read.issues, undefined, 2));
  return read.accepted.plan;
}

export function startDocument(
  engine: Engine,
  document: TestDocument,
  input: JsonValue = null,
): Promise<WorkflowHandle> {
  return engine.start(planOf(document), input);
}

export async function runDocument(
  engine: Engine,
  document: TestDocument,
  input: JsonValue = null,
): Promise<Ran> {
  return finish(await startDocument(engine, document, input));
}

/** Waits for a run and asks it how its steps went. */
export async function finish(handle: WorkflowHandle): Promise<Ran> {
  const ending = await endingOf(handle);
  const { steps } = await progressOf(handle);
  const named = steps.map((step) => [nameOf(step), step] as const);
  return {
    ...ending,
    handle,
    steps: Object.fromEntries(named),
    statuses: Object.fromEntries(named.map(([name, { status }]) => [name, status])),
  };
}

/** Throws for any other end than the three that a run of a pattern can have. */
export async function endingOf(handle: WorkflowHandle): Promise<Ending> {
  try {
    return { status: "succeeded", output: (await handle.result()) as JsonValue }; // as: runs return JSON
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : error;
    if (cause instanceof CancelledFailure) return { status: "cancelled" };
    if (!(cause instanceof ApplicationFailure)) throw error;
    const details = (cause.details?.[0] ?? {}) as JsonObject; // as: the one detail of a run's failure is an object
    return {
      status: "failed",
      error: { type: cause.type ?? "", message: cause.message, details },
    };
  }
}

export async function progressOf(handle: WorkflowHandle): Promise<ProgressReport> {
  const progress = await handle.query<ProgressReport | null>("progress");
  if (progress === null) throw new Error("the run has not loaded its plan yet");
  return progress;
}

/** Waits until a step, or an instance of it, has the status, and waits for what it should wait for. */
export function untilStep(
  handle: WorkflowHandle,
  name: string,
  matches: (step: StepReport) => boolean = (step) => step.status === "running",
): Promise<StepReport> {
  return vi.waitFor(
    async () => {
      const { steps } = await progressOf(handle);
      const step = steps.find((each) => nameOf(each) === name);
      if (step === undefined || !matches(step)) throw new Error(JSON.stringify(steps));
      return step;
    },
    { timeout: 120_000, interval: 50 },
  );
}

/** Waits until the step waits for something: an approval, an event. */
export function untilWaiting(handle: WorkflowHandle, name: string): Promise<StepReport> {
  return untilStep(handle, name, (step) => step.waitingFor !== undefined);
}

function nameOf({ id, instance }: StepReport): string {
  return instance === undefined ? id : `${id}[${instance}]`;
}
