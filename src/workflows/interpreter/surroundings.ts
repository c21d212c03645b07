import type { JsonValue } from "../../core/index.ts";
import type { Alternative } from "../../patterns/plan.ts";
import type { Environment } from "./environment.ts";
import { findRecord, repetition } from "./environment.ts";
import { stepsReadBy } from "./readers.ts";
import type { StepRecord } from "./state.ts";

/** What an undo with steps of its own reads of the place where it was armed: when it runs, that place may be gone. */
export interface Surroundings {
  readonly steps: Readonly<Record<string, StepRecord>>;
  readonly item?: JsonValue;
  readonly index?: number;
  readonly iteration?: number;
  readonly event?: JsonValue;
}

/** Nothing for an undo without steps of its own: all that it reads is in its input. */
export function lookAround(undo: Alternative, env: Environment): Surroundings | undefined {
  const { kind } = undo.body;
  if (kind !== "group" && kind !== "loop" && kind !== "switch") return undefined;
  const steps: Record<string, StepRecord> = {};
  for (const id of readsOf(undo)) {
    const record = findRecord(env, id);
    if (record !== undefined) steps[id] = snapshot(record);
  }
  return { steps, ...repetition(env) };
}

const reads = new WeakMap<Alternative, ReadonlySet<string>>();

function readsOf(undo: Alternative): ReadonlySet<string> {
  const known = reads.get(undo);
  if (known !== undefined) return known;
  const read = stepsReadBy([undo], undefined);
  reads.set(undo, read);
  return read;
}

function snapshot({ status, attempts, output, error, items }: StepRecord): StepRecord {
  return {
    status,
    attempts,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(items === undefined ? {} : { items: items.map(snapshot) }),
  };
}

/** The place where an undo runs: what it saw when it was armed, and nothing else. */
export function surroundedBy(
  { steps, ...around }: Surroundings = { steps: {} },
  path: string,
): Environment {
  return { record: { steps: { ...steps } }, ids: new Set(Object.keys(steps)), ...around, path };
}
